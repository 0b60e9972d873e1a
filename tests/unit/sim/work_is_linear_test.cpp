// The checker counts the rows of turns.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class WorkIsLinearTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_work_is_linear(run_); }

 protected:
  void turn(const TurnCost& cost) { checker().on_turn_cost(0, cost); }
};

TEST_F(WorkIsLinearTest, IsSilentWhileEachMessageCostsAFewRows) {
  turn({.input = 0});
  turn({.input = 10, .rows_looked_at = 80});
  turn({.input = 1, .rows_asked = 8, .rows_read = 10});
  turn({.input = 100, .rows_asked = 100'000, .rows_read = 90'000, .reads_at_once = 100});
  expect_fine();
}

TEST_F(WorkIsLinearTest, SeesATurnThatLooksAtAllThatShareAnId) {
  turn({.input = 100, .rows_looked_at = 4'950});
  expect_wrong("a turn with 100 messages, events and timers looked at 4950 rows");
}

TEST_F(WorkIsLinearTest, SeesAPageThatLooksAtAllAccounts) {
  turn({.input = 1, .rows_asked = 8, .rows_read = 500});
  expect_wrong("read 500 rows, 8 were asked for");
}

TEST_F(WorkIsLinearTest, SeesATurnThatAnswersTooManyPages) {
  turn({.input = 1'000, .rows_asked = 50'000, .rows_read = 50'000});
  expect_wrong("others wait meanwhile");
}

}  // namespace
}  // namespace florin::sim
