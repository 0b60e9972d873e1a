// The saga: steps in order, compensations in reverse, and a last step that is only ever retried forward.
#include <gtest/gtest.h>

#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

TransferStory saga(std::size_t steps = 2) { return TransferStory(Protocol::saga, steps); }

TEST(SagaDecide, OwesOneStepAtATimeInOrder) {
  saga(3)
      .owes({"apply 0"})
      .try_answered(0, yes)
      .then({"try_answered 0 ok"})
      .owes({"apply 1"})
      .try_answered(1, yes)
      .then({"try_answered 1 ok"})
      .owes({"apply 2"});
}

TEST(SagaDecide, CompletesWithItsLastStep) {
  saga().try_answered(0, yes).try_answered(1, yes).then(
      {"transfer_decided confirm by 1 ok", "transfer_completed"});
}

TEST(SagaDecide, EndsAtOnceWhenTheFirstStepIsRefused) {
  saga(3)
      .try_answered(0, no(Rejection::insufficient_available))
      .then({"cancel_decided insufficient_available by 0 refused insufficient_available",
             "transfer_cancelled insufficient_available"})
      .owes({});
}

TEST(SagaDecide, CompensatesTheStepsDoneInReverseWhenALaterOneIsRefused) {
  saga(3)
      .try_answered(0, yes)
      .try_answered(1, yes)
      .try_answered(2, no(Rejection::account_frozen))
      .then({"cancel_decided account_frozen by 2 refused account_frozen"})
      .owes({"compensate 1"})
      .second_answered(1, yes)
      .then({"second_phase_answered 1"})
      .owes({"compensate 0"})
      .second_answered(0, yes)
      .then({"transfer_cancelled account_frozen"});
}

TEST(SagaDecide, NeverCompensatesTheStepThatWasRefused) {
  saga(3)
      .try_answered(0, yes)
      .try_answered(1, no(Rejection::account_frozen))
      .owes({"compensate 0"});
}

// A step of which nothing was heard may have been applied.
TEST(SagaDecide, CompensatesAnUnknownStepToo) {
  saga(3)
      .try_answered(0, yes)
      .at(TransferStory::deadline + 1)
      .time_passes()
      .then({"cancel_decided deadline_passed"})
      .owes({"compensate 1"})
      .try_answered(1, yes)
      .then({})  // too late to matter
      .second_answered(1, empty)
      .then({"second_phase_answered 1 out_of_order"})
      .owes({"compensate 0"})
      .second_answered(0, yes)
      .then({"transfer_cancelled deadline_passed"});
}

TEST(SagaDecide, CompensatesAnUnknownFirstStep) {
  saga()
      .at(TransferStory::deadline + 1)
      .time_passes()
      .then({"cancel_decided deadline_passed"})
      .owes({"compensate 0"})
      .second_answered(0, empty)
      .then({"transfer_cancelled deadline_passed"});
}

TEST(SagaDecide, OnlyRetriesTheLastStepForward) {
  saga()
      .try_answered(0, yes)
      .at(TransferStory::deadline + words::day)
      .time_passes()
      .then({})
      .owes({"apply 1"})
      .try_answered(1, yes)  // applied in time, heard of late: money that is there stays
      .then({"transfer_decided confirm by 1 ok", "transfer_completed"});
}

TEST(SagaDecide, CompensatesWhenTheLastStepWasRefusedAfterTheDeadline) {
  saga()
      .try_answered(0, yes)
      .at(TransferStory::deadline + 1)
      .try_answered(1, no(Rejection::deadline_passed))
      .then({"cancel_decided deadline_passed by 1 refused deadline_passed"})
      .owes({"compensate 0"});
}

TEST(SagaDecide, TurnsBackWhenItIsLateBetweenTwoSteps) {
  auto story = saga()
                   .at(TransferStory::deadline + 1)
                   .try_answered(0, yes)
                   .then({"cancel_decided deadline_passed", "try_answered 0 ok"})
                   .owes({"compensate 0"});
  EXPECT_EQ(story.state().legs[1].try_status, TryStatus::not_sent);
  story.second_answered(0, yes).then({"transfer_cancelled deadline_passed"});
}

TEST(SagaDecide, IgnoresAnswersThatComeTwiceOrBeforeTheirStep) {
  saga().try_answered(1, yes).then({});
  saga(3).try_answered(0, yes).try_answered(0, yes).then({});
  saga(3)
      .try_answered(0, yes)
      .try_answered(1, no(Rejection::account_frozen))
      .second_answered(0, yes)
      .second_answered(0, yes)
      .then({});
}

TEST(SagaDecide, StaysOpenWhenACompensationIsContradicted) {
  saga(3)
      .try_answered(0, yes)
      .try_answered(1, no(Rejection::account_frozen))
      .second_answered(0, says(AnswerCode::already_confirmed))
      .then({})
      .owes({"compensate 0"});
}

}  // namespace
}  // namespace florin
