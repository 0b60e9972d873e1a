// The checker sees contradictions in what clients heard.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class ReplyNeverContradictsTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_reply_never_contradicts(run_); }

 protected:
  static Answer status(TransferPhase phase, LogIndex finished = 0, std::uint8_t code = 0) {
    Answer seen = answer(Verdict::transfer, 50);
    seen.transfer = {phase, code, 0, {finished, 0, 0}, 30, 1};
    return seen;
  }
};

TEST_F(ReplyNeverContradictsTest, IsSilentWhileEverybodyHearsTheSame) {
  const auto first = ask(transfer(30));
  const auto look = ask(question(ActionKind::read_transfer));
  hear(look, status(TransferPhase::open));
  hear(first, answer(Verdict::completed, 9));
  hear(ask(transfer(30)), answer(Verdict::completed, 9, 0, true));
  hear(ask(transfer(31)), answer(Verdict::rejected, 9, 3));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::completed, 9));
  expect_fine();
}

TEST_F(ReplyNeverContradictsTest, SeesAnotherOutcome) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(transfer(30)), answer(Verdict::refused, 9, 5, true));
  expect_wrong("had been completed");
}

TEST_F(ReplyNeverContradictsTest, SeesAnotherPosition) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(transfer(30)), answer(Verdict::completed, 10, 0, true));
  expect_wrong("had been completed");
}

TEST_F(ReplyNeverContradictsTest, SeesARepeatWithOtherContentThatIsNotRefused) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(transfer(31)), answer(Verdict::completed, 9, 0, true));
  expect_wrong("outcome of another content");
}

TEST_F(ReplyNeverContradictsTest, SeesARepeatThatIsRefusedAsAnotherContent) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(transfer(30)), answer(Verdict::rejected, 9, 3));
  expect_wrong("it had been taken with this one");
}

TEST_F(ReplyNeverContradictsTest, SeesATransferThatIsUnknownOrOpenAfterItsEndWasHeard) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::open));
  expect_wrong("is open, after it had been seen ended");
}

TEST_F(ReplyNeverContradictsTest, LetsARefusalBeCancellingUntilItIsSeenEnded) {
  hear(ask(transfer(30)), answer(Verdict::refused, 9, 6));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::cancelling, 9, 6));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::refused, 9, 6));
  expect_fine();
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::cancelling, 9, 6));
  expect_wrong("is cancelling, after it had been seen ended");
}

TEST_F(ReplyNeverContradictsTest, SeesARefusedTransferThatIsOpenAgain) {
  hear(ask(transfer(30)), answer(Verdict::refused, 9, 6));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::open));
  expect_wrong("is open, after it had been seen cancelling");
}

TEST_F(ReplyNeverContradictsTest, SeesARepeatOfARefusalAtTheEndOfItsTransfer) {
  hear(ask(transfer(30)), answer(Verdict::refused, 9, 6));
  hear(ask(transfer(30)), answer(Verdict::refused, 11, 6, true));
  expect_wrong("had been refused code 6 at p0:9:0");
}

TEST_F(ReplyNeverContradictsTest, LetsAQuestionThatWasUnderWaySeeThePast) {
  const auto look = ask(question(ActionKind::read_transfer));
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(look, status(TransferPhase::unknown));
  expect_fine();
}

TEST_F(ReplyNeverContradictsTest, SeesAStatusThatIsNotWhatTheClientHeard) {
  hear(ask(transfer(30)), answer(Verdict::completed, 9));
  hear(ask(question(ActionKind::read_transfer)), status(TransferPhase::refused, 9, 14));
  expect_wrong("is refused code 14");
}

TEST_F(ReplyNeverContradictsTest, SeesARefusalThatIsOfAnotherPosting) {
  Answer first = answer(Verdict::refused, 9, 5);
  first.posting = 1;
  hear(ask(transaction(two_postings)), first);
  first.posting = 0;
  first.replayed = true;
  hear(ask(transaction(two_postings)), first);
  expect_wrong("is refused code 5 posting 0 at p0:9:0, and had been refused code 5 posting 1");
}

TEST_F(ReplyNeverContradictsTest, SeesAStatusThatNamesNoPosting) {
  Answer first = answer(Verdict::refused, 9, 5);
  first.posting = 1;
  hear(ask(transaction(two_postings)), first);
  Answer seen = status(TransferPhase::refused, 9, 5);
  seen.transfer.amount = 50;
  hear(ask(question(ActionKind::read_transfer)), seen);
  expect_wrong("had been refused code 5 posting 1");
}

}  // namespace
}  // namespace florin::sim
