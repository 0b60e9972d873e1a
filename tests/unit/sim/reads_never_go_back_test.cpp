// The checker sees answers from the past.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class ReadsNeverGoBackTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_reads_never_go_back(run_); }

 protected:
  static Answer read(LogIndex index, std::int64_t available) {
    Answer seen = answer(Verdict::account, index);
    seen.account.available = available;
    return seen;
  }
};

TEST_F(ReadsNeverGoBackTest, IsSilentWhileReadsGoForward) {
  hear(ask(question(ActionKind::read_account)), read(3, 10));
  const auto slow = ask(question(ActionKind::read_account));
  hear(ask(question(ActionKind::read_account)), read(5, 20));
  hear(slow, read(4, 15));
  hear(ask(transfer(30)), answer(Verdict::completed, 6));
  hear(ask(transfer(30)), answer(Verdict::completed, 6, 0, true));
  expect_fine();
}

TEST_F(ReadsNeverGoBackTest, SeesAReadFromBeforeWhatWasHeard) {
  hear(ask(question(ActionKind::read_account)), read(5, 10));
  hear(ask(question(ActionKind::read_account)), read(4, 10));
  expect_wrong("after p0:5:0 had been heard");
}

TEST_F(ReadsNeverGoBackTest, SeesANewOutcomeAtAnOldPosition) {
  hear(ask(question(ActionKind::read_account)), read(5, 10));
  hear(ask(transfer(30)), answer(Verdict::completed, 5));
  expect_wrong("is new, and its position had been heard");
}

TEST_F(ReadsNeverGoBackTest, SeesTwoBalancesAtOnePosition) {
  const auto one = ask(question(ActionKind::read_account));
  const auto other = ask(question(ActionKind::read_account));
  hear(one, read(5, 10));
  hear(other, read(5, 11));
  expect_wrong("otherwise than somebody else");
}

TEST_F(ReadsNeverGoBackTest, JudgesARepeatByWhenItWasSent) {
  const auto again = ask(question(ActionKind::read_account));
  hear(ask(question(ActionKind::read_account)), read(5, 10));
  ask_again(again);
  hear(again, read(4, 10));
  expect_wrong("had been heard");
}

}  // namespace
}  // namespace florin::sim
