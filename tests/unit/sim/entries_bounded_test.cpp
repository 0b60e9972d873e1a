// The checker sees an entry that is larger than a turn may make it.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class EntriesBoundedTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_entries_bounded(run_); }

 protected:
  EntriesBoundedTest() { options_.partition.turn_bytes_soft = 1'000; }
  void hand_over(std::size_t bytes) {
    checker().on_appended({1, ++index_, std::string(bytes, 'e')});
  }
  LogIndex index_ = 0;
};

TEST_F(EntriesBoundedTest, TakesWhatOneMessageMayAddToAFullTurn) {
  hand_over(10);
  hand_over(options_.entry_bytes_max());
  expect_fine();
}

TEST_F(EntriesBoundedTest, FindsATurnThatDidNotEnd) {
  hand_over(10);
  hand_over(options_.entry_bytes_max() + 1);
  expect_wrong("p1:2 has 9001 bytes");
}

}  // namespace
}  // namespace florin::sim
