// The checker sees what the participant contract forbids, in logs and in messages.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class ParticipantTableCheckerTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_participant_table(run_); }

 protected:
  void answered(PartitionId from, std::uint8_t which, LegMessage message, AnswerCode code) {
    checker().on_told(from, 0, LegAnswered{leg(which), message, {code, std::nullopt}});
  }
};

TEST_F(ParticipantTableCheckerTest, IsSilentForATransferAsItShouldBe) {
  log(0, {started(), LegTried{leg(0), content(0)}});
  checker().on_told(0, 1, TryLeg{leg(1), content(1)});
  log(1, {LegTried{leg(1), content(1)}});
  answered(1, 1, LegMessage::try_, AnswerCode::ok);
  log(0, {decided(Decision::confirm), LegConfirmed{leg(0), content(0), {}}});
  checker().on_told(0, 1, ConfirmLeg{leg(1), payee()});
  log(1, {LegConfirmed{leg(1), content(1), {}}});
  answered(1, 1, LegMessage::confirm, AnswerCode::ok);
  log(0, {TransferCompleted{the_transfer}});
  checker().on_told(0, 1, AdvanceFence{1, 0, 3});
  log(1, {FenceAdvanced{0, 3}});
  checker().on_told(1, 0, FenceHeard{0, 1, 3});
  answered(1, 1, LegMessage::try_, AnswerCode::fenced);
  expect_fine();
}

TEST_F(ParticipantTableCheckerTest, SeesAnEventThatTheTableForbids) {
  log(0, {started()});
  log(1, {LegConfirmed{leg(1), content(1), {}}});
  expect_wrong("leg_confirmed: leg 1 of p0:1:0 is never heard of");
}

TEST_F(ParticipantTableCheckerTest, SeesATryAfterTheCancelFlag) {
  log(0, {started()});
  log(1, {LegCancelledEarly{leg(1), payee()}});
  log(1, {LegTried{leg(1), content(1)}});
  expect_wrong("is flagged");
}

TEST_F(ParticipantTableCheckerTest, SeesAnAnswerThatIsNotDurable) {
  log(0, {started()});
  answered(1, 1, LegMessage::try_, AnswerCode::ok);
  expect_wrong("the log does not say so");
}

TEST_F(ParticipantTableCheckerTest, SeesAnAnswerThatTheTableDoesNotKnow) {
  log(0, {started()});
  answered(1, 1, LegMessage::cancel, AnswerCode::already_confirmed);
  expect_wrong("which the table does not know");
}

TEST_F(ParticipantTableCheckerTest, SeesAConfirmThatWasNotDecided) {
  log(0, {started()});
  checker().on_told(0, 1, ConfirmLeg{leg(1), payee()});
  expect_wrong("does not say that it was decided");
}

TEST_F(ParticipantTableCheckerTest, SeesADecisionReversed) {
  log(0, {started(), decided(Decision::cancel), decided(Decision::confirm)});
  expect_wrong("was decided before");
}

TEST_F(ParticipantTableCheckerTest, SeesAYesThatNobodySaid) {
  log(0, {started(), LegTried{leg(0), content(0)}, decided(Decision::confirm)});
  expect_wrong("leg 1 of p0:1:0 has not said yes");
}

TEST_F(ParticipantTableCheckerTest, SeesAnEndThatItsLegsDoNotAgreeWith) {
  log(0, {started(), decided(Decision::cancel), LegCancelledEarly{leg(0), payer()}});
  log(1, {LegTried{leg(1), content(1)}});
  log(0, {TransferCancelled{the_transfer, Rejection::deadline_passed, {}, {}, {}}});
  expect_wrong("leg 1 of p0:1:0 is tried");
}

TEST_F(ParticipantTableCheckerTest, IsSilentForARefusal) {
  log(0, {started(), LegTried{leg(0), content(0)}});
  log(1, {LegRefused{leg(1), content(1), Rejection::account_frozen}});
  log(0, {refused(Rejection::account_frozen), LegCancelled{leg(0)}});
  checker().on_told(0, 1, CancelLeg{leg(1), payee()});
  answered(1, 1, LegMessage::cancel, AnswerCode::ok);
  log(0, {TransferCancelled{the_transfer, Rejection::account_frozen, {}, {}, {}}});
  expect_fine();
}

TEST_F(ParticipantTableCheckerTest, SeesALegThatStaysReservedBesideARefusal) {
  log(0, {started(), LegTried{leg(0), content(0)}});
  log(0, {refused(Rejection::account_frozen)});
  expect_wrong("leg 0 of p0:1:0 is reserved behind the entry that decides to cancel");
}

TEST_F(ParticipantTableCheckerTest, SeesANoThatDecidesNothing) {
  log(0, {started(), LegTried{leg(0), content(0)}});
  log(0, {TryAnswered{leg(1), {AnswerCode::refused, Rejection::account_frozen}}});
  expect_wrong("leg 1 of p0:1:0 has said no, and that decides nothing");
}

TEST_F(ParticipantTableCheckerTest, SeesANoBesideTheCoordinatorThatDecidesNothing) {
  log(0, {started(), LegRefused{leg(0), content(0), Rejection::account_frozen}});
  expect_wrong("was refused beside its coordinator, and is not decided so");
}

TEST_F(ParticipantTableCheckerTest, SeesAFenceBeforeTheEnd) {
  log(0, {started()});
  checker().on_told(0, 1, AdvanceFence{1, 0, 1});
  expect_wrong("an older transfer is open with a leg there");
}

TEST_F(ParticipantTableCheckerTest, AcceptsAFenceOverATransferWithoutALegThere) {
  log(0, {started()});
  checker().on_told(0, 2, AdvanceFence{2, 0, 1});
  expect_fine();
}

TEST_F(ParticipantTableCheckerTest, SeesALegForgottenBeforeItsTransferEnded) {
  log(0, {started()});
  log(1, {LegTried{leg(1), content(1)}, FenceAdvanced{0, 1}});
  expect_wrong("is forgotten before its transfer ended");
}

TEST_F(ParticipantTableCheckerTest, SeesAFenceAnsweredWhileLegsAreKept) {
  log(0, {started()});
  log(1, {LegTried{leg(1), content(1)}});
  checker().on_told(1, 0, FenceHeard{0, 1, 1});
  expect_wrong("older legs are kept");
}

TEST_F(ParticipantTableCheckerTest, SeesACreditBeforeItsDebit) {
  log(0, {started(30, Protocol::saga)});
  checker().on_told(0, 1, ApplyStep{leg(1), content(1)});
  expect_wrong("before leg 0 of p0:1:0 was applied");
}

TEST_F(ParticipantTableCheckerTest, SeesALegThatIsPostedBeforeThatIsDecided) {
  log(0, {started(), LegTried{leg(0), content(0)}, LegConfirmed{leg(0), content(0), {}}});
  expect_wrong("leg 0 of p0:1:0 is posted before that is decided");
}

TEST_F(ParticipantTableCheckerTest, SeesACreditOfATransactionThatIsPostedBeforeADebitIsTried) {
  const LegContent credit{
      payer(), AccountId::from_trusted("@outside:USD"), id_seven(), 50, dollars(), LegRole::credit};
  log(0, {started_transaction(), LegTried{leg(2), credit}, LegConfirmed{leg(2), credit, {}},
          LegTried{leg(1), content(0)}});
  expect_wrong("leg 2 of p0:1:0 is posted before that is decided");
}

}  // namespace
}  // namespace florin::sim
