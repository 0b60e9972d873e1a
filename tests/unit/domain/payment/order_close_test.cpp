// A cancel, and what it comes to: nothing is closed that may have been paid, and nothing stays open that was asked to be closed.
#include <gtest/gtest.h>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
using Failure = OrderFailure;
using Attention = OrderAttention;

std::string key_of_close(const OrderStory& story) { return story.state().call.key; }

// --- closing ----------------------------------------

TEST(OrderClose, ACancelBeforeAnySendEndsItAndThePspIsNeverCalled) {
  OrderStory()
      .begun()
      .cancelled()
      .replies(OrderReply::cancelled)
      .is(Phase::failed, Failure::canceled)
      .sends({"tell 3"})
      .cancelled()
      .replies(OrderReply::cancelled)
      .then({});
  OrderStory()
      .registering()
      .answered(PspOutcome::not_sent)
      .cancelled()
      .is(Phase::failed, Failure::canceled);
}

TEST(OrderClose, LearnsTheIdFirstWhenARegistrationMayHaveArrived) {
  OrderStory story;
  story.registering().answered(PspOutcome::unknown).cancelled().replies(OrderReply::cancelling);
  story.is(Phase::cancelling).in_time().then({"order_call_repeated"}).sends({"call register"});
  story.answered(OrderStory::ok(PspStatus::open)).is(Phase::cancelling);
  story.sends({"prepare expire 1"}).prepared().answered(OrderStory::ok(PspStatus::expired));
  story.is(Phase::failed, Failure::canceled);
}

TEST(OrderClose, ARegistrationThatCertainlyNeverArrivedNeedsNoClose) {
  OrderStory()
      .registering()
      .cancelled()
      .is(Phase::cancelling)
      .answered(PspOutcome::not_sent)
      .is(Phase::failed, Failure::canceled);
  OrderStory()
      .registering()
      .cancelled()
      .answered(PspOutcome::refused)
      .is(Phase::failed, Failure::canceled);
}

TEST(OrderClose, APaymentThatWonTheRaceIsASuccess) {
  OrderStory()
      .awaiting()
      .cancelled()
      .prepared()
      .answered(PspOutcome::refused)
      .read(PspStatus::succeeded)
      .is(Phase::crediting);
}

TEST(OrderClose, OnceAskedNeverLeadsBackToThePayer) {
  OrderStory story;
  story.awaiting().cancelled().prepared().answered(PspOutcome::refused);
  story.read(PspStatus::processing).is(Phase::psp_pending);
  story.hint_and_read(PspStatus::open).is(Phase::cancelling);
  story.hint_and_read(PspStatus::processing).hint_and_read(PspStatus::failed_attempt);
  story.is(Phase::cancelling);
}

TEST(OrderClose, FiveTriesMakeItUnresolvedAndItIsClosedAnewWhenSeenOpen) {
  OrderStory story;
  story.awaiting().cancelled().prepared();
  for (int i = 0; i < 4; ++i) {
    story.answered(PspOutcome::unknown).read(PspStatus::open);
    while (!story.state().call.in_flight) story.in_time();
  }
  story.answered(PspOutcome::unknown).is(Phase::unresolved).sends({});
  story.in_time().read(PspStatus::open).is(Phase::cancelling);
  EXPECT_EQ(key_of_close(story), "po-1/expire/1");
}

TEST(OrderClose, AKeyInConflictIsNeverSentAgainAndHasNoNextNumber) {
  OrderStory story;
  story.awaiting().cancelled().prepared().answered(PspOutcome::key_conflict);
  story.is(Phase::unresolved).has_attention(Attention::key_conflict);
  story.in_time().read(PspStatus::open).is(Phase::cancelling).sends({});
  EXPECT_FALSE(owed_call(story.state()));
  story.in_time().read(PspStatus::expired).is(Phase::failed, Failure::canceled);
}

TEST(OrderClose, APendingPaymentIsNotCancelled) {
  OrderStory()
      .awaiting()
      .hint_and_read(PspStatus::processing)
      .cancelled()
      .replies(OrderReply::in_progress)
      .is(Phase::psp_pending)
      .then({});
}

TEST(OrderClose, WhatIsOverIsFinal) {
  OrderStory().crediting().cancelled().replies(OrderReply::final_).then({});
  OrderStory()
      .registering()
      .answered(PspOutcome::refused)
      .cancelled()
      .replies(OrderReply::final_)
      .then({});
}

}  // namespace
}  // namespace florin
