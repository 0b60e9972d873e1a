// What time does to a payment order: deadlines, resends, polls, what is lost, alerts. When it wants
// to be looked at is a function of its state, and every look moves that on.
#include <gtest/gtest.h>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
using Failure = OrderFailure;
using Attention = OrderAttention;

constexpr std::int64_t minute = OrderStory::minute;
constexpr std::int64_t second = OrderStory::second;
constexpr Timestamp expiry{OrderStory::noon.us + 30 * minute};

TEST(OrderTime, AnUnpaidPageIsClosedAtItsDeadline) {
  OrderStory story;
  story.awaiting().at(expiry).when(OrderTimePassed{}).is(Phase::cancelling);
  story.prepared().answered(OrderStory::ok(PspStatus::expired));
  story.is(Phase::failed, Failure::expired).sends({"tell 3"});
}

TEST(OrderTime, AnOrderThatNeverReachedThePspEndsAtItsDeadline) {
  OrderStory untried;
  untried.begun().at(expiry).when(OrderTimePassed{}).is(Phase::failed, Failure::expired);
  OrderStory unreachable;
  unreachable.registering();
  while (unreachable.state().phase == Phase::registering) {
    unreachable.answered(PspOutcome::not_sent).in_time();
    if (!unreachable.last().steps.empty() && !unreachable.state().call.in_flight &&
        unreachable.state().phase == Phase::registering)
      unreachable.prepared();
  }
  unreachable.is(Phase::failed, Failure::psp_unreachable);
  EXPECT_EQ(unreachable.context().now, expiry);
}

TEST(OrderTime, ADeadlineWaitsForAPaymentThatIsBeingDecidedAndAlerts) {
  OrderStory story;
  story.awaiting().hint_and_read(PspStatus::processing).at(expiry).when(OrderTimePassed{});
  story.is(Phase::psp_pending);
  story.at(expiry + 5 * minute).when(OrderTimePassed{}).is(Phase::psp_pending);
  story.has_attention(Attention::pending_too_long);
  story.hint_and_read(PspStatus::failed_attempt).is(Phase::cancelling);
}

TEST(OrderTime, AnUnresolvedOrderIsClosedAsSoonAsItIsFound) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 4; ++i) story.answered(PspOutcome::unknown).in_time();
  story.answered(PspOutcome::unknown).is(Phase::unresolved);
  story.at(expiry).when(OrderTimePassed{}).is(Phase::unresolved);
  if (!story.state().read.in_flight) story.in_time();
  story.read(PspStatus::open).is(Phase::cancelling).sends({"prepare expire 1"});
}

TEST(OrderTime, BacksOffUpToAMinuteAndIsNotCounted) {
  OrderStory story;
  story.registering();
  std::int64_t last = 0;
  for (int i = 0; i < 8; ++i) {
    story.answered(PspOutcome::not_sent);
    const std::int64_t wait = story.state().call.due.us - story.context().now.us;
    EXPECT_GE(wait, last);
    EXPECT_LE(wait, minute);
    last = wait;
    story.in_time().then({"order_call_repeated"});
  }
  EXPECT_EQ(last, minute);
  EXPECT_EQ(story.state().call.tries, 0U);
}

TEST(OrderTime, WaitsAsLongAsAThrottlingPspSaysButNoMoreThanAMinute) {
  PspAnswerSeen throttled = OrderStory::came_to(PspOutcome::throttled);
  throttled.retry_after_us = 7 * second;
  OrderStory story;
  story.registering().answered(throttled);
  EXPECT_EQ(story.state().call.due, story.context().now + 7 * second);
  throttled.retry_after_us = 3'600 * second;
  story.in_time().answered(throttled);
  EXPECT_EQ(story.state().call.due, story.context().now + minute);
}

TEST(OrderTime, AsksAgainASecondAfterItsKeyWasInUse) {
  OrderStory story;
  story.registering().answered(PspOutcome::in_progress);
  EXPECT_EQ(story.state().call.due, story.context().now + second);
}

// A node died with it: it may have arrived.
TEST(OrderTime, ASendThatIsNotHeardOfIsCountedAndLeavesAgainUnderTheSameKey) {
  OrderStory story;
  story.registering().in_time().then({"order_call_ended"});
  EXPECT_EQ(story.state().call.tries, 1U);
  story.in_time().then({"order_call_repeated"}).sends({"call register"});
  story.cancelled().is(Phase::cancelling);
}

TEST(OrderTime, ALostReadIsMadeAgain) {
  OrderStory story;
  story.awaiting().hinted().in_time().then({"order_read_ended"});
  story.in_time();
  EXPECT_EQ(story.state().read.begun, 2U);
}

// Of an order that is over nobody polls; but what a hint has asked for is not forgotten.
TEST(OrderTime, AReadThatFailedIsRepeatedAfterTheEndToo) {
  OrderStory story;
  story.awaiting().cancelled().prepared().answered(OrderStory::ok(PspStatus::expired));
  story.when(OrderWordHeard{OrderWord::failed});
  story.hinted("evt_7").read(OrderStory::came_to(PspOutcome::unknown));
  while (!story.state().read.in_flight) story.in_time();
  story.read(PspStatus::succeeded).has_attention(Attention::late_success);
}

TEST(OrderTime, PollsWhileThePayerPays) {
  OrderStory story;
  story.awaiting();
  for (int i = 1; i < 4; ++i) {
    story.in_time().sends({"read " + std::to_string(i)});
    EXPECT_EQ(story.context().now, OrderStory::noon + i * minute);
    story.read(PspStatus::open);
  }
}

TEST(OrderTime, ReadsAnUnresolvedOrderEveryFiveMinutesAndLaterEveryHour) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 4; ++i) story.answered(PspOutcome::unknown).in_time();
  story.answered(PspOutcome::unknown);
  const Timestamp since = story.context().now;
  std::vector<std::int64_t> gaps;
  Timestamp last = since;
  while (gaps.size() < 16) {
    story.in_time();
    if (!story.state().read.in_flight) continue;
    gaps.push_back((story.context().now.us - last.us) / minute);
    last = story.context().now;
    story.read(OrderStory::came_to(PspOutcome::absent));
  }
  EXPECT_EQ(gaps.front(), 5);
  EXPECT_EQ(gaps.back(), 60);
}

TEST(OrderTime, NoKeyIsSentThatIsOlderThanItsLifetimeLessAnHour) {
  PspTerms psp;
  psp.key_lifetime_us = 70 * minute;  // so its last send is after ten minutes
  OrderStory story;
  story.with_psp(psp)
      .registering()
      .answered(PspOutcome::unknown)
      .at(OrderStory::noon + 10 * minute);
  story.when(OrderTimePassed{})
      .is(Phase::unresolved)
      .then({"order_moved", "order_attention_raised"});
}

TEST(OrderTime, AKeyThatNeverArrivedDoesNotAge) {
  PspTerms psp;
  psp.key_lifetime_us = 70 * minute;
  OrderStory story;
  story.with_psp(psp).registering().answered(PspOutcome::not_sent);
  story.at(OrderStory::noon + 20 * minute).when(OrderTimePassed{}).is(Phase::registering);
}

// --- rule 14: the end that a registration is sent with ----------------------------------------

TEST(OrderRule14, SendsAnEndThatThePspAcceptsAndClosesAtOurs) {
  const OrderStory story = OrderStory().registering();
  EXPECT_EQ(story.state().call.psp_expires_at, OrderStory::noon + 35 * minute);
  EXPECT_EQ(due(OrderStory().awaiting().state()), OrderStory::noon + minute);  // its poll
}

TEST(OrderRule14, BytesThatNeverArrivedAreMadeAnewUnderTheSameKey) {
  OrderStory story;
  story.registering().answered(PspOutcome::not_sent).at(OrderStory::noon + 6 * minute);
  story.when(OrderTimePassed{}).then({}).sends({"prepare register 1"}).prepared();
  EXPECT_EQ(story.state().call.key, "po-1");
  EXPECT_EQ(story.state().call.psp_expires_at, OrderStory::noon + 41 * minute);
}

TEST(OrderRule14, BytesThatMayHaveArrivedAreNeverMadeAnew) {
  OrderStory story;
  story.registering().answered(PspOutcome::unknown).in_time().answered(PspOutcome::not_sent);
  story.at(OrderStory::noon + 6 * minute).when(OrderTimePassed{}).then({"order_call_repeated"});
  story.sends({"call register"});
  EXPECT_EQ(story.state().call.psp_expires_at, OrderStory::noon + 35 * minute);
}

// --- steps inside ----------------------------------------

TEST(OrderTime, StepsInsideAreRepeatedForEverAndAlarmed) {
  OrderStory story;
  story.crediting();
  for (int i = 0; i < 100; ++i) {
    story.after(second).when(OrderTimePassed{}).sends({"credit"}).is(Phase::crediting);
  }
  story.has_attention(Attention::step_too_long);
}

TEST(OrderTime, ASilentCheckoutIsToldAgain) {
  OrderStory story;
  story.registering().answered(PspOutcome::refused).sends({"tell 3"});
  story.in_time().sends({"tell 3"}).when(OrderWordHeard{OrderWord::failed});
  EXPECT_EQ(due(story.state()), std::nullopt);
}

TEST(OrderTime, WaitsForNothingWhenItIsDone) {
  OrderStory story;
  story.crediting().when(OrderCreditAnswered{}).when(OrderLedgerAnswered{LedgerFlow::sale});
  story.when(OrderWordHeard{OrderWord::succeeded});
  EXPECT_EQ(due(story.state()), std::nullopt);
}

}  // namespace
}  // namespace florin
