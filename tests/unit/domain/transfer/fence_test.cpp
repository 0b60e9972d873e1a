// When a leg may be forgotten, and when its participant is told so.
#include "domain/transfer/fence.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(FenceRules, CoverWhatThatCoordinatorBeganUpToTheIndex) {
  const Fence fence{3, 10};
  EXPECT_TRUE(fence.covers({10, 7, 3}));
  EXPECT_TRUE(fence.covers({1, 0, 3}));
  EXPECT_FALSE(fence.covers({11, 0, 3}));
  EXPECT_FALSE(fence.covers({1, 0, 2})) << "another coordinator's";
}

// Told once, unanswered, and told again at 100.
FenceTold told_at_nine() {
  FenceTold fence;
  fence.last_leg_at = 8;
  fence.told = 9;
  fence.again_at = Timestamp{100};
  return fence;
}

TEST(FenceRules, TellNothingToWhoKeepsNoLeg) {
  EXPECT_EQ(decide_fence({}, 50, Timestamp{1'000}), FenceTelling::nothing);
}

TEST(FenceRules, TellTheNewsAsSoonAsMoreHasEnded) {
  FenceTold fence;
  fence.last_leg_at = 8;
  EXPECT_EQ(decide_fence(fence, 0, Timestamp{}), FenceTelling::nothing) << "nothing has ended";
  EXPECT_EQ(decide_fence(fence, 5, Timestamp{}), FenceTelling::news);
  fence.told = 5;
  fence.again_at = Timestamp{100};
  EXPECT_EQ(decide_fence(fence, 5, Timestamp{}), FenceTelling::nothing);
  EXPECT_EQ(decide_fence(fence, 6, Timestamp{}), FenceTelling::news);
}

TEST(FenceRules, TellTheLastNewsOnceMoreWhenItsTimeHasCome) {
  EXPECT_EQ(decide_fence(told_at_nine(), 20, Timestamp{99}), FenceTelling::nothing);
  EXPECT_EQ(decide_fence(told_at_nine(), 20, Timestamp{100}), FenceTelling::once_more);
}

TEST(FenceRules, TellNothingOnceItIsAnswered) {
  FenceTold fence = told_at_nine();
  fence.answered = 9;
  EXPECT_EQ(decide_fence(fence, 20, Timestamp{100}), FenceTelling::nothing);
  fence.last_leg_at = 12;  // another leg has been sent since
  EXPECT_EQ(decide_fence(fence, 20, Timestamp{100}), FenceTelling::news);
}

}  // namespace
}  // namespace florin
