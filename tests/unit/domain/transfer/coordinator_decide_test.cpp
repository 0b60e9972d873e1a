// Try-Confirm/Cancel as the coordinator decides it: when, which way, and what it owes then.
#include <gtest/gtest.h>

#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

TransferStory tcc(std::size_t legs = 2) { return TransferStory(Protocol::tcc, legs); }

TEST(CoordinatorDecide, OwesATryToAllLegsAtOnce) {
  tcc().owes({"try 0", "try 1"});
  tcc(3).owes({"try 0", "try 1", "try 2"});
}

TEST(CoordinatorDecide, WaitsForAllLegsBeforeItConfirms) {
  tcc().try_answered(0, yes).then({"try_answered 0 ok"}).owes({"try 1"});
  tcc(3).try_answered(0, yes).try_answered(2, yes).then({"try_answered 2 ok"}).owes({"try 1"});
}

TEST(CoordinatorDecide, CancelsAtTheFirstNoWhoeverIsStillAsked) {
  tcc()
      .try_answered(1, no(Rejection::account_frozen))
      .then({"cancel_decided account_frozen by 1 refused account_frozen"})
      .owes({"cancel 0", "cancel 1"});
  tcc(4)
      .try_answered(0, yes)
      .try_answered(2, no(Rejection::insufficient_available))
      .then({"cancel_decided insufficient_available by 2 refused insufficient_available"})
      .owes({"cancel 0", "cancel 1", "cancel 2", "cancel 3"});
}

// Its yes is a reservation: Cancel is owed to it all the same.
TEST(CoordinatorDecide, CancelsALegWhoseYesComesBehindTheDecision) {
  auto story = tcc(3);
  story.try_answered(0, no(Rejection::account_frozen))
      .try_answered(1, yes)
      .then({})
      .owes({"cancel 0", "cancel 1", "cancel 2"})
      .try_answered(2, no(Rejection::account_not_found))
      .then({})
      .second_answered(1, yes)
      .second_answered(0, yes)
      .owes({"cancel 2"})
      .second_answered(2, yes)
      .then({"transfer_cancelled account_frozen"});
  EXPECT_EQ(story.state().code, Rejection::account_frozen) << "what was decided is never another";
}

TEST(CoordinatorDecide, SaysWhereItWasRefusedUntilItIsOver) {
  auto story = tcc();
  EXPECT_EQ(story.state().refused_at, std::nullopt);
  story.try_answered(0, no(Rejection::account_frozen));
  EXPECT_EQ(story.state().refused_at, TransferStory::decided_at);
  EXPECT_EQ(status_of(story.state()), TransferStatus::cancelling);
  const Position end{9, 1, 0};
  const TransferRecord record =
      record_of(story.state(), TransferStatus::cancelled, story.state().code, end);
  EXPECT_EQ(record.finished, TransferStory::decided_at);
  EXPECT_EQ(record.end(), end);
  EXPECT_EQ(tcc().try_answered(0, yes).try_answered(1, yes).state().refused_at, std::nullopt);
}

// A version before this one waited for all legs, and wrote a no down meanwhile.
TEST(CoordinatorDecide, DecidesWhatHasANoThatWasWrittenDownWhenItIsLookedAt) {
  const auto waiting = [] {
    return tcc(3).given(TryAnswered{{{5, 0, 0}, 1}, no(Rejection::account_closed)});
  };
  waiting()
      .time_passes()
      .then({"cancel_decided account_closed"})
      .owes({"cancel 0", "cancel 1", "cancel 2"});
  waiting().try_answered(0, yes).then({"cancel_decided account_closed by 0 ok"});
  waiting().try_answered(1, no(Rejection::account_closed)).then({"cancel_decided account_closed"});
  waiting().try_answered(1, yes).then({});  // it has said something else
}

// As versions before decided: clients hear of it at its end, and so do repeats.
TEST(CoordinatorDecide, KeepsThePositionOfTheEndWhereTheDecisionIsOfAnOlderVersion) {
  const auto story = tcc().given(TransferDecided{
      {5, 0, 0}, Decision::cancel, Rejection::account_closed, 1, no(Rejection::account_closed)});
  EXPECT_EQ(status_of(story.state()), TransferStatus::cancelling);
  EXPECT_EQ(story.state().refused_at, std::nullopt);
  const Position end{9, 1, 0};
  const TransferRecord record =
      record_of(story.state(), TransferStatus::cancelled, story.state().code, end);
  EXPECT_EQ(record.finished, end);
  EXPECT_EQ(record.ended, std::nullopt);
}

TEST(CoordinatorDecide, ConfirmsWhenAllSayYes) {
  tcc()
      .try_answered(1, yes)
      .try_answered(0, yes)
      .then({"transfer_decided confirm by 0 ok"})
      .owes({"confirm 0", "confirm 1"})
      .second_answered(0, yes)
      .then({"second_phase_answered 0"})
      .owes({"confirm 1"})
      .second_answered(1, yes)
      .then({"transfer_completed"});
}

TEST(CoordinatorDecide, CancelsAllLegsWhenOneSaysNo) {
  tcc()
      .try_answered(0, yes)
      .try_answered(1, no(Rejection::account_frozen))
      .then({"cancel_decided account_frozen by 1 refused account_frozen"})
      .owes({"cancel 0", "cancel 1"})
      .second_answered(1, yes)
      .then({"second_phase_answered 1"})
      .second_answered(0, yes)
      .then({"transfer_cancelled account_frozen"});
}

TEST(CoordinatorDecide, GivesTheFirstReasonOfSeveralThatItKnowsInOrderOfPrecedence) {
  tcc(3)
      .given(TryAnswered{{{5, 0, 0}, 0}, no(Rejection::daily_limit_exceeded)})
      .try_answered(1, no(Rejection::account_not_found))
      .then({"cancel_decided account_not_found by 1 refused account_not_found"});
}

TEST(CoordinatorDecide, TakesEveryDefiniteNoAsNo) {
  for (const AnswerCode code : {AnswerCode::cancelled, AnswerCode::cancelled_before_try})
    EXPECT_EQ(tcc().try_answered(0, yes).try_answered(1, says(code)).state().code,
              Rejection::deadline_passed);
  EXPECT_EQ(tcc().try_answered(0, yes).try_answered(1, says(AnswerCode::leg_mismatch)).state().code,
            Rejection::transaction_id_reused);
}

TEST(CoordinatorDecide, IgnoresAnswersThatComeTwiceOrToNoLeg) {
  tcc().try_answered(0, yes).try_answered(0, no(Rejection::account_frozen)).then({});
  tcc().try_answered(2, yes).then({});
  tcc().second_answered(0, yes).then({});  // nothing was decided yet
  tcc().try_answered(0, yes).try_answered(1, yes).second_answered(2, yes).then({});
  tcc()
      .try_answered(0, yes)
      .try_answered(1, yes)
      .second_answered(0, yes)
      .second_answered(0, yes)
      .then({});
}

TEST(CoordinatorDecide, NeverReversesItsDecision) {
  tcc()
      .try_answered(0, yes)
      .try_answered(1, yes)
      .try_answered(1, no(Rejection::account_frozen))
      .then({})
      .at(TransferStory::deadline + words::day)
      .time_passes()
      .then({})
      .owes({"confirm 0", "confirm 1"});
}

TEST(CoordinatorDecide, IgnoresFencedAnswers) {
  tcc().try_answered(0, says(AnswerCode::fenced)).then({}).owes({"try 0", "try 1"});
  EXPECT_FALSE(is_alarm(says(AnswerCode::fenced)));
}

// --- deadlines ----------------------------------------------------------------------------------------------

TEST(CoordinatorDecide, ConfirmsAtItsDeadlineButNeverLater) {
  tcc()
      .try_answered(0, yes)
      .at(TransferStory::deadline)
      .try_answered(1, yes)
      .then({"transfer_decided confirm by 1 ok"});
  tcc()
      .try_answered(0, yes)
      .at(TransferStory::deadline + 1)
      .try_answered(1, yes)
      .then({"cancel_decided deadline_passed by 1 ok"})
      .owes({"cancel 0", "cancel 1"});
}

TEST(CoordinatorDecide, TakesAnUnansweredTryAsNoAfterTheDeadline) {
  tcc()
      .try_answered(0, yes)
      .at(TransferStory::deadline)
      .time_passes()
      .then({})
      .at(TransferStory::deadline + 1)
      .time_passes()
      .then({"cancel_decided deadline_passed"})
      .owes({"cancel 0", "cancel 1"})
      .try_answered(1, yes)
      .then({});  // too late to matter
}

TEST(CoordinatorDecide, GivesARefusalRatherThanTheDeadlineAsReason) {
  tcc()
      .at(TransferStory::deadline + 1)
      .try_answered(0, no(Rejection::insufficient_available))
      .then({"cancel_decided insufficient_available by 0 refused insufficient_available"});
}

// --- what is kept -----------------------------------------------------------------------------------------------

TEST(CoordinatorDecide, KeepsTheOutOfOrderFlagOfALegThatWasCancelledBeforeItsTry) {
  const auto story = tcc()
                         .try_answered(0, yes)
                         .at(TransferStory::deadline + 1)
                         .time_passes()
                         .second_answered(0, yes)
                         .second_answered(1, empty)
                         .then({"transfer_cancelled deadline_passed"});
  const auto& ended = get<TransferCancelled>(story.decided().back());
  EXPECT_EQ(ended.answered, (std::vector<bool>{true, false}));
  EXPECT_EQ(ended.out_of_order, (std::vector<bool>{false, true}));
}

TEST(CoordinatorDecide, StaysOpenWhenTheSecondPhaseIsContradicted) {
  for (const AnswerCode code : {AnswerCode::already_cancelled, AnswerCode::try_not_found,
                                AnswerCode::already_confirmed, AnswerCode::refused}) {
    EXPECT_TRUE(is_alarm(says(code)));
    tcc()
        .try_answered(0, yes)
        .try_answered(1, yes)
        .second_answered(0, says(code))
        .then({})
        .owes({"confirm 0", "confirm 1"});
  }
}

TEST(CoordinatorDecide, ShowsThePhaseOfEveryLeg) {
  auto story = tcc();
  EXPECT_EQ(status_of(story.state()), TransferStatus::trying);
  EXPECT_EQ(story.state().legs[1].try_status, TryStatus::sent);
  EXPECT_EQ(story.state().legs[1].second_phase, SecondPhaseStatus::none);
  story.try_answered(1, yes);
  EXPECT_EQ(story.state().legs[1].try_status, TryStatus::answered);
  story.try_answered(0, yes);
  EXPECT_EQ(status_of(story.state()), TransferStatus::confirming);
  EXPECT_EQ(story.state().legs[1].second_phase, SecondPhaseStatus::sent);
  story.second_answered(1, yes);
  EXPECT_EQ(story.state().legs[1].second_phase, SecondPhaseStatus::answered);
  EXPECT_EQ(story.state().legs[0].second_phase, SecondPhaseStatus::sent);
}

TEST(CoordinatorDecide, RemembersOfAnEndedTransferWhatARepeatIsAnsweredFrom) {
  TransferStory story = tcc();
  const TransferRecord record =
      record_of(story.state(), TransferStatus::cancelled, Rejection::account_frozen, {9, 1, 0});
  EXPECT_EQ(record.transaction_id, words::uuid(1));
  EXPECT_EQ(record.payer(), words::alice);
  EXPECT_EQ(record.amount, 100);
  EXPECT_EQ(record.currency, words::usd);
  EXPECT_EQ(record.code, Rejection::account_frozen);
  EXPECT_EQ(record.started, (Position{5, 0, 0}));
  EXPECT_EQ(record.finished, (Position{9, 1, 0}));
}

TEST(CoordinatorDecide, KnowsADepositByItsPayee) {
  EXPECT_EQ(owner_of(words::outside_usd, words::alice), words::alice);
  EXPECT_EQ(owner_of(words::alice, words::outside_usd), words::alice);
  const TransferPosted deposit{
      words::uuid(1), words::outside_usd, words::alice, 5, words::usd, {}, {}};
  const TransferRecord record = record_of(deposit, {1, 0, 0});
  EXPECT_EQ(record.owner, words::alice);
  EXPECT_EQ(record.payer(), words::outside_usd);
  EXPECT_EQ(record.payee(), words::alice);
}

}  // namespace
}  // namespace florin
