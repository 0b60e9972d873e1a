// The checker looks each position up in the log.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class PositionsNameEventsTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_positions_name_events(run_); }

 protected:
  // Entry 1 has two events, entry 2 none: a new leader's first one.
  void log_two() {
    log(0, {AccountFrozen{payer(), ""}, AccountUnfrozen{payer(), ""}});
    log(0, {});
  }
  static Answer read(LogIndex index, Ordinal ordinal) {
    Answer seen = answer(Verdict::account, index);
    seen.position.ordinal = ordinal;
    return seen;
  }
  void hear_read(LogIndex index, Ordinal ordinal) {
    hear(ask(question(ActionKind::read_account)), read(index, ordinal));
  }
};

TEST_F(PositionsNameEventsTest, IsSilentForEventsAndBeforeTheFirstOne) {
  hear_read(0, 0);
  log_two();
  hear_read(1, 0);
  hear_read(1, 1);
  hear(ask(transfer(30)), answer(Verdict::not_accepted, 7));
  expect_fine();
}

TEST_F(PositionsNameEventsTest, SeesAnEntryWithoutEvents) {
  log_two();
  hear_read(2, 1);
  expect_wrong("p0:2:1, but that entry has 0 events");
}

TEST_F(PositionsNameEventsTest, SeesAnOrdinalBehindTheLast) {
  log_two();
  hear_read(1, 2);
  expect_wrong("p0:1:2, but that entry has 2 events");
}

TEST_F(PositionsNameEventsTest, SeesAnEntryThatIsNotDurable) {
  log_two();
  hear(ask(transfer(30)), answer(Verdict::completed, 3));
  expect_wrong("p0:3:0, which is not durable");
}

TEST_F(PositionsNameEventsTest, SeesAnOrdinalOfNoEntry) {
  hear_read(0, 1);
  expect_wrong("neither none nor an event");
}

TEST_F(PositionsNameEventsTest, SeesAnEndThatIsNoEvent) {
  log_two();
  Answer told = answer(Verdict::transfer, 1);
  told.transfer.phase = TransferPhase::completed;
  told.transfer.finished = {1, 5, 0};
  hear(ask(question(ActionKind::read_transfer)), told);
  expect_wrong("was told of an outcome at p0:1:5");
}

}  // namespace
}  // namespace florin::sim
