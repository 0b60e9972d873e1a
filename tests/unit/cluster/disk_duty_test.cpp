// A low disk hands over for a while after it became low, and again only when it has had room in between.
#include "cluster/disk/disk_duty.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(DiskDuty, HandsOverForAWhileAndThenKeepsWhatComesBack) {
  DiskDuty duty;
  EXPECT_FALSE(duty.hands_over(false, 0));
  EXPECT_TRUE(duty.hands_over(true, 5));
  EXPECT_TRUE(duty.hands_over(true, 5 + DiskDuty::hand_over_us - 1));
  EXPECT_FALSE(duty.hands_over(true, 5 + DiskDuty::hand_over_us));
  EXPECT_FALSE(duty.hands_over(true, 100 * DiskDuty::hand_over_us));
  EXPECT_FALSE(duty.hands_over(false, 101 * DiskDuty::hand_over_us));
  EXPECT_TRUE(duty.hands_over(true, 102 * DiskDuty::hand_over_us));
}

}  // namespace
}  // namespace florin
