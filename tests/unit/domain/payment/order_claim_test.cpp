// Who gets a payment order (PAYMENTS.md, rule 7): one attempt of one checkout, and what the others hear.
#include <gtest/gtest.h>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
using Failure = OrderFailure;
using Attention = OrderAttention;

// --- rule 7: uniqueness ----------------------------------------

TEST(OrderRule7, IsReservedByOneAttemptAndAnswersTheOthers) {
  OrderStory story;
  story.reserved().replies(OrderReply::reserved);
  story.reserved().replies(OrderReply::same).then({});
  story.when(OrderReserveAsked{OrderStory::claim(8, "co-2"), {}}).replies(OrderReply::busy);
  EXPECT_EQ(story.last().holder, OrderStory::id("co-1"));
  story.when(OrderBeginAsked{OrderStory::claim(), OrderStory::terms()});
  story.when(OrderReserveAsked{OrderStory::claim(8, "co-2"), {}}).replies(OrderReply::taken);
  story.when(OrderReserveAsked{OrderStory::claim(), {}}).replies(OrderReply::same).then({});
}

TEST(OrderRule7, AReleaseFreesItAndRefusesALateReserveOfThatAttemptOnly) {
  OrderStory story;
  story.reserved().when(OrderReleaseAsked{OrderStory::claim()}).replies(OrderReply::released);
  story.is(Phase::none);
  story.when(OrderReserveAsked{OrderStory::claim(), {}}).replies(OrderReply::released).then({});
  story.when(OrderReserveAsked{OrderStory::claim(8), {}}).replies(OrderReply::reserved);
  story.is(Phase::reserved);
}

TEST(OrderRule7, AReleaseThatComesFirstLeavesAFlag) {
  OrderStory story;
  story.when(OrderReleaseAsked{OrderStory::claim()}).then({"order_released"});
  story.when(OrderReleaseAsked{OrderStory::claim()}).then({}).replies(OrderReply::released);
  story.reserved().replies(OrderReply::released).is(Phase::none);
  story.when(OrderReserveAsked{OrderStory::claim(7, "co-2"), {}}).replies(OrderReply::reserved);
}

TEST(OrderRule7, AReleaseOfAnotherAttemptFreesNothing) {
  OrderStory story;
  story.reserved().when(OrderReleaseAsked{OrderStory::claim(8, "co-2")});
  story.replies(OrderReply::released).is(Phase::reserved);
  story.when(OrderReserveAsked{OrderStory::claim(8, "co-2"), {}}).replies(OrderReply::released);
}

TEST(OrderRule7, AReservedOrderIsNobodysYet) {
  OrderStory().reserved().cancelled().replies(OrderReply::not_found).is(Phase::reserved);
  EXPECT_EQ(due(OrderStory().reserved().state()), std::nullopt);
}

TEST(OrderRule7, IsBegunOnlyByWhoHoldsIt) {
  OrderStory story;
  story.when(OrderBeginAsked{OrderStory::claim(), OrderStory::terms()}).then({});
  EXPECT_FALSE(story.last().alarm.empty());
  story.reserved().when(OrderBeginAsked{OrderStory::claim(8), OrderStory::terms()}).then({});
  EXPECT_FALSE(story.last().alarm.empty());
  story.is(Phase::reserved);
}

TEST(OrderRule7, KeepsABoundedNumberOfFlags) {
  OrderStory story;
  for (std::uint64_t i = 0; i < 3 * limits::order_flags_max; ++i)
    story.when(OrderReleaseAsked{OrderStory::claim(i, "co-" + std::to_string(i))});
  EXPECT_EQ(story.state().flags.size(), limits::order_flags_max);
}

}  // namespace
}  // namespace florin
