// A low disk hands over for a while after it became low, and again in each minute that it stays so.
#include "cluster/disk/disk_duty.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(DiskDuty, HandsOverForAWhileInEachMinuteThatItStaysLow) {
  DiskDuty duty;
  EXPECT_FALSE(duty.hands_over(false, 0));
  EXPECT_TRUE(duty.hands_over(true, 5));
  EXPECT_TRUE(duty.hands_over(true, 5 + DiskDuty::hand_over_us - 1));
  EXPECT_FALSE(duty.hands_over(true, 5 + DiskDuty::hand_over_us));
  EXPECT_FALSE(duty.hands_over(true, 5 + DiskDuty::again_us - 1));
  EXPECT_TRUE(duty.hands_over(true, 5 + DiskDuty::again_us));
  EXPECT_FALSE(duty.hands_over(true, 5 + DiskDuty::again_us + DiskDuty::hand_over_us));
  EXPECT_FALSE(duty.hands_over(false, 101 * DiskDuty::hand_over_us));
  EXPECT_TRUE(duty.hands_over(true, 103 * DiskDuty::hand_over_us));
}

}  // namespace
}  // namespace florin
