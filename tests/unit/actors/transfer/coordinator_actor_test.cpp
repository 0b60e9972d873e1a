// The coordinator of one transfer alone: what it answers, whom it tells what, and what a repeat gets.
#include "actors/transfer/coordinator_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"
#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

using namespace words;

const AccountId payer = account_in(0, 2, "payer");
const AccountId near = account_in(0, 2, "near");
const AccountId far = account_in(1, 2, "far");

StartTransfer transfer(const AccountId& to, Minor amount = 400, std::uint64_t id = 1) {
  StartTransfer message;
  message.request = 1;
  message.from = payer;
  message.to = to;
  message.transaction_id = uuid(id);
  message.amount = amount;
  message.currency = usd;
  return message;
}
StartTransfer as_request(RequestId request, StartTransfer message) {
  message.request = request;
  return message;
}
LegAnswered answered(const TransferId& id, std::uint8_t leg, LegMessage what,
                     const LegAnswer& answer) {
  return {{id, leg}, what, answer};
}

class CoordinatorActorTest : public ::testing::TestWithParam<bool> {
 protected:
  CoordinatorActorTest() { kit_.given_account(payer, 1'000).given_account(near, 0); }
  ActorKit kit_{{.self = 0, .partitions = 2, .passivating = GetParam()}};

  // Nobody waits for it: who waits is lost when it is passivated.
  TransferId started(const StartTransfer& message) {
    const TransferId id = kit_.next();
    kit_.when(as_request(0, message));
    return id;
  }
  // Both tries said yes.
  TransferId decided() {
    const TransferId id = started(transfer(far));
    kit_.when(answered(id, 0, LegMessage::try_, yes)).when(answered(id, 1, LegMessage::try_, yes));
    return id;
  }
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, CoordinatorActorTest, ::testing::Bool());

// --- both accounts in one partition ----------------------------------------------------------------------

TEST_P(CoordinatorActorTest, PostsALocalTransferAtOnce) {
  kit_.when(transfer(near))
      .then({"transfer_posted", "reply 1 completed"})
      .then_account(payer, 600, 0, 0)
      .then_account(near, 400, 0, 0);
}

TEST_P(CoordinatorActorTest, AnswersARepeatFromItsRecordAtTheSamePosition) {
  kit_.when(transfer(near));
  const Position first = kit_.replies()[0].position;
  kit_.when(as_request(2, transfer(near))).then({"reply 2 completed replayed"});
  EXPECT_EQ(kit_.replies()[0].position, first);
  kit_.then_account(payer, 600, 0, 0);
}

TEST_P(CoordinatorActorTest, KeepsARefusalAfterTheMoneyHasArrived) {
  kit_.when(transfer(near, 1'001))
      .then({"transfer_refused insufficient_available", "reply 1 refused insufficient_available"})
      .given(TransferPosted{uuid(9), outside_usd, payer, 500, usd, {}, {}})
      .when(transfer(near, 1'001))
      .then({"reply 1 refused insufficient_available replayed"})
      .when(transfer(near, 1'001, 2))
      .then({"transfer_posted", "reply 1 completed"});
}

TEST_P(CoordinatorActorTest, RefusesAnIdThatWasUsedForSomethingElse) {
  kit_.when(transfer(near));
  StartTransfer other_currency = transfer(near);
  other_currency.currency = eur;
  for (const StartTransfer& other : {transfer(near, 401), transfer(far), other_currency})
    kit_.when(other).then({"reply 1 no transaction_id_reused"});
}

TEST_P(CoordinatorActorTest, DoesNotTakeProtocolAndDeadlineForContent) {
  StartTransfer other = transfer(near);
  other.protocol = Protocol::saga;
  other.deadline = noon + -1;
  kit_.when(transfer(near)).when(other).then({"reply 1 completed replayed"});
}

TEST_P(CoordinatorActorTest, KnowsTheSameIdOfAnotherPayerAsAnotherTransfer) {
  StartTransfer other = transfer(payer, 100);
  other.from = near;
  kit_.when(transfer(near))
      .when(other)
      .then({"transfer_posted", "reply 1 completed"})
      .when(other)
      .then({"reply 1 completed replayed"})
      .when(transfer(near))
      .then({"reply 1 completed replayed"})
      .then_account(payer, 700, 0, 0);
}

TEST_P(CoordinatorActorTest, DoesNotRecordRefusalsOfTheRequestItself) {
  kit_.when(transfer(payer))
      .then({"reply 1 no same_account"})
      .when(transfer(near, 0))
      .then({"reply 1 no amount_not_positive"})
      .when(transfer(near, -5))
      .then({"reply 1 no amount_not_positive"})
      .when(transfer(near))
      .then({"transfer_posted", "reply 1 completed"});
}

TEST_P(CoordinatorActorTest, JudgesTheDeadlineOfALocalTransferByTheTimeOfItsEntry) {
  StartTransfer message = transfer(near);
  message.deadline = noon;
  StartTransfer late = transfer(near, 400, 2);
  late.deadline = noon;
  kit_.at(noon)
      .when(message)
      .then({"transfer_posted", "reply 1 completed"})
      .at(noon + 1)
      .when(late)
      .then({"transfer_refused deadline_passed", "reply 1 refused deadline_passed"})
      .when(message)
      .then({"reply 1 completed replayed"});
}

TEST_P(CoordinatorActorTest, GivesTheFirstReasonOfBothSidesOfALocalTransfer) {
  kit_.given(AccountFrozen{near, ""})
      .when(transfer(near, 1'001))
      .then({"transfer_refused insufficient_available", "reply 1 refused insufficient_available"})
      .when(transfer(near, 1, 2))
      .then({"transfer_refused_v2 account_frozen of to", "reply 1 refused account_frozen"})
      .when(transfer(account_in(0, 2, "nobody"), 1'001, 3))
      .then({"transfer_refused_v2 account_not_found of to", "reply 1 refused account_not_found"});
}

TEST_P(CoordinatorActorTest, KeepsDepositsAndWithdrawalsInTheClientsPartition) {
  StartTransfer deposit = transfer(near, 70);
  deposit.from = outside_usd;
  StartTransfer withdrawal = transfer(outside_usd, 30);
  kit_.when(deposit)
      .then({"transfer_posted", "reply 1 completed"})
      .when(deposit)
      .then({"reply 1 completed replayed"})
      .when(withdrawal)
      .then({"transfer_posted", "reply 1 completed"})
      .then_account(near, 70, 0, 0)
      .then_account(payer, 970, 0, 0);
}

// --- Try-Confirm/Cancel ------------------------------------------------------------------------------------

TEST_P(CoordinatorActorTest, TriesBothLegsAtOnce) {
  kit_.when(transfer(far)).then({"transfer_started", "p0 < try 0", "p1 < try 1"});
  const auto& debit = get<TryLeg>(kit_.told()[0]).content;
  const auto& credit = get<TryLeg>(kit_.told()[1]).content;
  EXPECT_EQ(debit, (LegContent{payer, far, uuid(1), 400, usd, LegRole::debit}));
  EXPECT_EQ(credit, (LegContent{far, payer, uuid(1), 400, usd, LegRole::credit}));
}

TEST_P(CoordinatorActorTest, ConfirmsOnceAllSaidYesAndCompletesOnceAllConfirmed) {
  const TransferId id = started(transfer(far));
  kit_.when(answered(id, 0, LegMessage::try_, yes))
      .then({"try_answered 0 ok"})
      .when(answered(id, 0, LegMessage::try_, yes))
      .then({})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({"transfer_decided confirm by 1 ok", "p0 < confirm 0", "p1 < confirm 1"})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({})
      .when(answered(id, 0, LegMessage::confirm, yes))
      .then({"second_phase_answered 0"})
      .when(answered(id, 0, LegMessage::confirm, yes))
      .then({})
      .when(answered(id, 1, LegMessage::confirm, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_completed");
  kit_.when(answered(id, 1, LegMessage::confirm, yes))
      .then({})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({})
      .when(as_request(5, transfer(far)))
      .then({"reply 5 completed replayed"});
}

TEST_P(CoordinatorActorTest, CancelsBothLegsAtOnceWhenOneSaysNo) {
  const TransferId id = started(transfer(far));
  kit_.when(answered(id, 1, LegMessage::try_, no(Rejection::account_frozen)))
      .then({"cancel_decided account_frozen by 1 refused account_frozen", "p0 < cancel 0",
             "p1 < cancel 1"})
      .when(answered(id, 0, LegMessage::try_, yes))  // too late to matter: it is cancelled
      .then({})
      .when(answered(id, 1, LegMessage::cancel, yes))
      .when(answered(id, 0, LegMessage::cancel, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled account_frozen");
  kit_.when(as_request(5, transfer(far))).then({"reply 5 cancelled account_frozen replayed"});
}

TEST_P(CoordinatorActorTest, SendsAgainWhatIsUnansweredWheneverItsTimeComes) {
  const TransferId id = started(transfer(far));
  kit_.at(noon + second)
      .when_due(id)
      .then({"p0 < try 0", "p1 < try 1"})
      .when(answered(id, 0, LegMessage::try_, yes))
      .when_due(id)
      .then({"p1 < try 1"})
      .when(answered(id, 1, LegMessage::try_, yes))
      .when_due(id)
      .then({"p0 < confirm 0", "p1 < confirm 1"})
      .when(answered(id, 1, LegMessage::confirm, yes))
      .when_due(id)
      .then({"p0 < confirm 0"})
      .at(noon + day)
      .when_due(id)
      .then({"p0 < confirm 0"})
      .when(answered(id, 0, LegMessage::confirm, yes))
      .when_due(id)
      .then({});
}

TEST_P(CoordinatorActorTest, CancelsWhenATryIsUnansweredAtTheDeadline) {
  const TransferId id = started(transfer(far));
  kit_.when(answered(id, 0, LegMessage::try_, yes))
      .at(noon + limits::try_timeout_us)
      .when_due(id)
      .then({"p1 < try 1"})
      .at(noon + limits::try_timeout_us + 1)
      .when_due(id)
      .then({"cancel_decided deadline_passed", "p0 < cancel 0", "p1 < cancel 1"})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({});
}

TEST_P(CoordinatorActorTest, NeverConfirmsLaterThanTheClientsDeadline) {
  StartTransfer message = transfer(far);
  message.deadline = noon + 5;
  const TransferId id = started(message);
  EXPECT_EQ(text(kit_.events().back()), "client_deadline_given");
  kit_.when(answered(id, 0, LegMessage::try_, yes))
      .at(noon + 6)
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({"cancel_decided deadline_passed by 1 ok", "p0 < cancel 0", "p1 < cancel 1"});
}

TEST_P(CoordinatorActorTest, CancelsAtOnceWhatIsStartedAfterTheClientsDeadline) {
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    const bool saga = protocol == Protocol::saga;
    StartTransfer message = transfer(far, 400, saga ? 2 : 1);
    message.protocol = protocol;
    message.deadline = noon + -1;
    kit_.when(message);
    ASSERT_EQ(kit_.events().size(), 3U);
    EXPECT_EQ(text(kit_.events().back()), "cancel_decided deadline_passed");
    EXPECT_EQ(kit_.told().size(), saga ? 1U : 2U) << "nothing is tried, no step is done";
    EXPECT_EQ(text(kit_.told()[0]), saga ? "compensate 0" : "cancel 0");
  }
  kit_.then_account(payer, 1'000, 0, 0);
}

TEST_P(CoordinatorActorTest, GivesThePayersRefusalRatherThanTheDeadlineAsReason) {
  StartTransfer message = transfer(far, 1'001);
  message.deadline = noon + -1;
  kit_.when(message);
  EXPECT_EQ(text(kit_.events().back()), "cancel_decided insufficient_available");
}

// The partition's time is a month ahead of the leader's clock (a clock was wrong once).
TEST_P(CoordinatorActorTest, ComparesAClientsDeadlineWithTheLeadersClockWhenTheTimeIsAhead) {
  StartTransfer message = transfer(far);
  message.deadline = noon + second;
  const Timestamp ahead = noon + 30 * day;
  kit_.at(ahead).with_clock(noon);
  const TransferId id = started(message);
  EXPECT_EQ(kit_.told().size(), 2U);
  kit_.when(answered(id, 0, LegMessage::try_, yes))
      .with_clock(noon + second)
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({"leader_clock_read", "transfer_decided confirm by 1 ok", "p0 < confirm 0",
             "p1 < confirm 1"});
  StartTransfer late = transfer(near, 100, 2);
  late.deadline = noon + second;
  kit_.with_clock(noon + second + 1)
      .when(late)
      .then({"leader_clock_read", "transfer_refused deadline_passed",
             "reply 1 refused deadline_passed"});
}

TEST_P(CoordinatorActorTest, NotesTheLeadersClockOnceInAnEntryAndOnlyForADeadline) {
  kit_.at(noon + 30 * day).with_clock(noon);
  kit_.when(transfer(near)).then({"transfer_posted", "reply 1 completed"});
  StartTransfer message = transfer(near, 100, 2);
  message.deadline = noon;
  kit_.when(message).then({"leader_clock_read", "transfer_posted", "reply 1 completed"});
}

TEST_P(CoordinatorActorTest, TakesNoTransferWithADeadlineWhileTheClockIsUnsure) {
  StartTransfer message = transfer(far);
  message.deadline = noon + day;
  kit_.with_clock(std::nullopt).when(message).then({"reply 1 not_accepted"});
  message.to = near;
  kit_.when(message).then({"reply 1 not_accepted"});
  kit_.when(transfer(near)).then({"transfer_posted", "reply 1 completed"});
  kit_.when(message).then({"reply 1 completed replayed"});  // what is recorded needs no clock
}

TEST_P(CoordinatorActorTest, DecidesWhatHasWaitedForAClockWhenThereIsOne) {
  StartTransfer message = transfer(far);
  message.deadline = noon + second;
  const TransferId id = started(message);
  kit_.with_clock(std::nullopt)
      .when(answered(id, 0, LegMessage::try_, yes))
      .then({"try_answered 0 ok"})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({"try_answered 1 ok"})
      .when(answered(id, 1, LegMessage::try_, yes))
      .then({})
      .when_due(id)
      .then({})
      .with_clock(noon)
      .when_due(id)
      .then({"transfer_decided confirm", "p0 < confirm 0", "p1 < confirm 1"});
}

TEST_P(CoordinatorActorTest, CancelsWhatHasWaitedForAClockTooLong) {
  StartTransfer message = transfer(far);
  message.deadline = noon + day;
  const TransferId id = started(message);
  kit_.with_clock(std::nullopt)
      .when(answered(id, 0, LegMessage::try_, yes))
      .when(answered(id, 1, LegMessage::try_, yes))
      .at(noon + limits::try_timeout_us + 1)
      .when_due(id)
      .then({"cancel_decided deadline_passed", "p0 < cancel 0", "p1 < cancel 1"});
}

TEST_P(CoordinatorActorTest, RaisesTheAlarmWhenTheSecondPhaseIsContradicted) {
  const TransferId id = decided();
  kit_.when(answered(id, 1, LegMessage::confirm, says(AnswerCode::already_cancelled)))
      .then({"alarm"})
      .when_due(id)
      .then({"p0 < confirm 0", "p1 < confirm 1"});
}

TEST_P(CoordinatorActorTest, RefusesOtherContentWhileTheTransferIsOpen) {
  started(transfer(far));
  kit_.when(transfer(far, 401))
      .then({"reply 1 no transaction_id_reused"})
      .when(transfer(near))
      .then({"reply 1 no transaction_id_reused"});
}

// Waiting requests are not state: they are lost in a crash, and clients ask again.
TEST(CoordinatorActor, AnswersExactlyOneOfAllWhoWaitUnmarked) {
  ActorKit kit;
  kit.given_account(payer, 1'000);
  const TransferId id = kit.next();
  kit.when(transfer(far))
      .when(as_request(2, transfer(far)))
      .then({})
      .when(as_request(3, transfer(far)))
      .then({})
      .when(answered(id, 0, LegMessage::try_, yes))
      .when(answered(id, 1, LegMessage::try_, yes))
      .when(answered(id, 0, LegMessage::confirm, yes))
      .when(answered(id, 1, LegMessage::confirm, yes))
      .then({"transfer_completed", "reply 1 completed", "reply 2 completed replayed",
             "reply 3 completed replayed"});
}

TEST(CoordinatorActor, AnswersTheFirstWhoAsksAfterACrashUnmarked) {
  ActorKit kit;
  kit.given_account(payer, 1'000);
  const TransferId id = kit.next();
  kit.when(transfer(far))
      .passivated()
      .when(as_request(2, transfer(far)))
      .then({})
      .when(answered(id, 0, LegMessage::try_, yes))
      .when(answered(id, 1, LegMessage::try_, no(Rejection::account_closed)))
      .then({"cancel_decided account_closed by 1 refused account_closed", "p0 < cancel 0",
             "p1 < cancel 1", "reply 2 cancelled account_closed"});
}

// --- refusals: heard with the decision --------------------------------------------------------------------

TEST(Refusal, IsHeardWithTheDecisionByAllWhoWaitAndByNobodyAtTheEnd) {
  ActorKit kit;
  kit.given_account(payer, 1'000);
  const TransferId id = kit.next();
  kit.when(transfer(far)).when(as_request(2, transfer(far)));
  const Position decision = kit.next();
  kit.when(answered(id, 1, LegMessage::try_, no(Rejection::account_frozen)))
      .then({"cancel_decided account_frozen by 1 refused account_frozen", "p0 < cancel 0",
             "p1 < cancel 1", "reply 1 cancelled account_frozen",
             "reply 2 cancelled account_frozen replayed"});
  for (const Reply& reply : kit.replies()) EXPECT_EQ(reply.position, decision);
  kit.when(answered(id, 1, LegMessage::cancel, yes))
      .then({"second_phase_answered 1"})
      .when(answered(id, 0, LegMessage::cancel, yes))
      .then({"transfer_cancelled account_frozen"});
}

TEST_P(CoordinatorActorTest, AnswersARepeatWithTheRefusalWhileItIsStillCancelling) {
  const TransferId id = started(transfer(far));
  const Position decision = kit_.next();
  kit_.when(answered(id, 1, LegMessage::try_, no(Rejection::account_frozen)));
  const auto repeat = [&] {
    kit_.when(as_request(5, transfer(far))).then({"reply 5 cancelled account_frozen replayed"});
    EXPECT_EQ(kit_.replies()[0].position, decision);
  };
  repeat();
  kit_.when(transfer(far, 401)).then({"reply 1 no transaction_id_reused"});
  kit_.when(answered(id, 0, LegMessage::cancel, yes));
  repeat();
  EXPECT_EQ(kit_.state().open_transfer_count(), 1U) << "p1 has not answered";
  kit_.when(answered(id, 1, LegMessage::cancel, empty));
  EXPECT_EQ(kit_.state().open_transfer_count(), 0U);
  repeat();  // from the record
}

TEST_P(CoordinatorActorTest, RemembersWhereARefusedTransferEnded) {
  const TransferId id = started(transfer(far));
  const Position decision = kit_.next();
  kit_.when(answered(id, 1, LegMessage::try_, no(Rejection::account_frozen)))
      .when(answered(id, 0, LegMessage::cancel, yes));
  const Position end = kit_.next();
  kit_.when(answered(id, 1, LegMessage::cancel, yes));
  const auto record = kit_.state().ended_record(uuid(1), payer);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->finished, decision);
  EXPECT_EQ(record->end(), end);
}

// Of before: every leg is cancelled when it is heard, and its position is that of the end. A log of such a version has it so.
TEST_P(CoordinatorActorTest, AnswersARefusalThatAnOlderVersionDecidedAtTheEnd) {
  const TransferId id = started(transfer(far));
  kit_.given(TryAnswered{{id, 1}, no(Rejection::account_frozen)})
      .given(TransferDecided{id, Decision::cancel, Rejection::account_frozen, 0, yes})
      .when(as_request(4, transfer(far)))
      .then({})
      .when(answered(id, 0, LegMessage::cancel, yes));
  const Position end = kit_.next();
  kit_.when(answered(id, 1, LegMessage::cancel, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled account_frozen");
  for (const Reply& reply : kit_.replies()) EXPECT_EQ(reply.position, end);
  kit_.when(as_request(5, transfer(far))).then({"reply 5 cancelled account_frozen replayed"});
  EXPECT_EQ(kit_.replies()[0].position, end);
  EXPECT_EQ(kit_.state().ended_record(uuid(1), payer)->ended, std::nullopt);
}

TEST_P(CoordinatorActorTest, DecidesANoThatAnOlderVersionHasWrittenDownAsSoonAsItLooks) {
  const TransferId id = started(transfer(far));
  kit_.given(TryAnswered{{id, 1}, no(Rejection::account_frozen)})
      .when_due(id)
      .then({"cancel_decided account_frozen", "p0 < cancel 0", "p1 < cancel 1"});
}

// --- refusals: whose account they are about -------------------------------------------------------------------

RefusedSide side_heard(const ActorKit& kit) {
  const auto* outcome = get_if<TransferOutcome>(&kit.replies().at(0).body);
  return outcome == nullptr ? RefusedSide::none : outcome->side;
}

TEST_P(CoordinatorActorTest, SaysWhoseAccountALocalRefusalIsAboutAndToARepeatTheSame) {
  const AccountId nobody = account_in(0, 2, "nobody");
  kit_.given(AccountFrozen{near, ""}).when(transfer(near));
  EXPECT_EQ(side_heard(kit_), RefusedSide::to);
  kit_.given(AccountUnfrozen{near, ""}).given(AccountFrozen{payer, ""});
  kit_.when(transfer(near));
  EXPECT_EQ(side_heard(kit_), RefusedSide::to) << "as it was recorded";
  kit_.when(transfer(near, 400, 2))
      .then({"transfer_refused_v2 account_frozen of from", "reply 1 refused account_frozen"});
  EXPECT_EQ(side_heard(kit_), RefusedSide::from);
  kit_.given(AccountFrozen{near, ""}).when(transfer(near, 400, 3));
  EXPECT_EQ(side_heard(kit_), RefusedSide::from) << "of two, the payer";
  kit_.when(transfer(nobody, 400, 4));
  EXPECT_EQ(side_heard(kit_), RefusedSide::to) << "not there comes before frozen";
  kit_.given(AccountUnfrozen{payer, ""}).given(AccountUnfrozen{near, ""});
  kit_.when(transfer(near, 1'001, 5))
      .then({"transfer_refused insufficient_available", "reply 1 refused insufficient_available"});
  EXPECT_EQ(side_heard(kit_), RefusedSide::none);
}

TEST_P(CoordinatorActorTest,
       SaysWhoseAccountARefusalBetweenPartitionsIsAboutAndToEveryRepeatTheSame) {
  for (const std::uint8_t leg : {std::uint8_t{0}, std::uint8_t{1}}) {
    const std::uint64_t number = 10U + leg;
    const TransferId id = kit_.next();
    const auto side = leg == 0 ? RefusedSide::from : RefusedSide::to;
    kit_.when(transfer(far, 400, number))
        .when(answered(id, leg, LegMessage::try_, no(Rejection::account_closed)));
    if (!GetParam()) {  // who waits is lost when it is passivated
      EXPECT_EQ(side_heard(kit_), side);
    }
    const auto repeat = [&] {
      kit_.when(as_request(5, transfer(far, 400, number)))
          .then({"reply 5 cancelled account_closed replayed"});
      EXPECT_EQ(side_heard(kit_), side);
    };
    repeat();
    kit_.when(answered(id, 0, LegMessage::cancel, yes));
    repeat();
    kit_.when(answered(id, 1, LegMessage::cancel, yes));
    repeat();  // from the record
  }
}

TEST_P(CoordinatorActorTest, SaysNoSideOfWhatIsAboutNoAccount) {
  const TransferId id = started(transfer(far));
  kit_.when(answered(id, 1, LegMessage::try_, no(Rejection::balance_overflow)))
      .when(as_request(5, transfer(far)));
  EXPECT_EQ(side_heard(kit_), RefusedSide::none);
}

// By a log of before: the same bytes, and the same answer as then.
TEST_P(CoordinatorActorTest, SaysNoSideOfWhatAnOlderVersionHasRecorded) {
  kit_.given(TransferRefused{uuid(1), payer, near, 400, usd, Rejection::account_frozen})
      .when(transfer(near))
      .then({"reply 1 refused account_frozen replayed"});
  EXPECT_EQ(side_heard(kit_), RefusedSide::none);
  const TransferId id = started(transfer(far, 400, 2));
  kit_.given(TryAnswered{{id, 1}, no(Rejection::account_frozen)})
      .given(TransferDecided{id, Decision::cancel, Rejection::account_frozen, 0, yes})
      .when(answered(id, 0, LegMessage::cancel, yes))
      .when(answered(id, 1, LegMessage::cancel, yes))
      .when(transfer(far, 400, 2))
      .then({"reply 1 cancelled account_frozen replayed"});
  EXPECT_EQ(side_heard(kit_), RefusedSide::none);
}

TEST(Refusal, SaysNoSideWhileANodeDoesNotReadIt) {
  FormatLevels levels;
  levels.raise(FormatLevel{SidedRefusal::wire.level - 1});
  ActorKit kit({.levels = &levels});
  kit.given_account(payer, 1'000);
  kit.when(transfer(near))
      .then({"transfer_refused account_not_found", "reply 1 refused account_not_found"});
  EXPECT_EQ(side_heard(kit), RefusedSide::none);
  levels.raise(SidedRefusal::wire.level);
  kit.when(transfer(near)).then({"reply 1 refused account_not_found replayed"});
  EXPECT_EQ(side_heard(kit), RefusedSide::none) << "as it was answered before";
  kit.when(transfer(near, 400, 2));
  EXPECT_EQ(side_heard(kit), RefusedSide::to);
}

// A node of the version before is still there: it could not read the event.
TEST(Refusal, IsHeardAtTheEndWhileANodeDoesNotReadTheDecision) {
  FormatLevels levels;
  levels.raise(FormatLevel{CancelDecided::wire.level - 1});
  ActorKit kit({.levels = &levels});
  kit.given_account(payer, 1'000);
  const TransferId id = kit.next();
  kit.when(transfer(far))
      .when(answered(id, 1, LegMessage::try_, no(Rejection::account_frozen)))
      .then({"transfer_decided cancel account_frozen by 1 refused account_frozen", "p0 < cancel 0",
             "p1 < cancel 1"});
  levels.raise(CancelDecided::wire.level);
  kit.when(as_request(2, transfer(far))).then({}).when(answered(id, 0, LegMessage::cancel, yes));
  const Position end = kit.next();
  kit.when(answered(id, 1, LegMessage::cancel, yes))
      .then({"transfer_cancelled account_frozen", "reply 1 cancelled account_frozen",
             "reply 2 cancelled account_frozen replayed"});
  EXPECT_EQ(kit.replies()[0].position, end);
}

// Somebody who does not wait must not take the unmarked answer away from somebody who does.
TEST(CoordinatorActor, GivesTheUnmarkedAnswerToSomebodyWhoWaits) {
  ActorKit kit;
  kit.given_account(payer, 1'000);
  const TransferId id = kit.next();
  kit.when(as_request(0, transfer(far)))
      .when(as_request(2, transfer(far)))
      .when(answered(id, 0, LegMessage::try_, yes))
      .when(answered(id, 1, LegMessage::try_, yes))
      .when(answered(id, 0, LegMessage::confirm, yes))
      .when(answered(id, 1, LegMessage::confirm, yes))
      .then({"transfer_completed", "reply 2 completed"});
}

}  // namespace
}  // namespace florin
