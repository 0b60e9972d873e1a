// Who should not lead, by its clock or its disk, and to whom it hands over.
#include "cluster/disk/leading_duty.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/clock/clock_frame.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp noon{1'700'000'000'000'000};
constexpr std::int64_t hour_us = 3'600'000'000;

// Node 1 of three, at the first moment of its own monotonic clock.
class LeadingDutyTest : public testing::Test {
 protected:
  // The others show so much more than this node's clock.
  void compare(std::int64_t second_us, std::int64_t third_us) {
    for (const auto& frame : watch_.tick(0, {2, 3})) {
      const auto ask = get<ClockAsk>(*decode_clock_frame(frame.bytes));
      const Timestamp shown{noon.us + (frame.to == 2 ? second_us : third_us)};
      watch_.take(frame.to, encode_clock_frame(ClockAnswer{ask.number, shown}), noon, 0);
    }
    opinion_ = watch_.opinion(noon, 0);
  }
  bool is_reluctant(bool is_disk_low) {
    return duty_.look(opinion_.read(noon, 0), opinion_, is_disk_low, 0);
  }
  std::vector<NodeNumber> hand_overs() {
    ReplicatedLog::Status led;
    led.leader = 1;
    led.conf.voters = {replica_id(1, 0), replica_id(2, 0), replica_id(3, 0)};
    std::vector<NodeNumber> to;
    for (const auto& one : duty_.hand_overs({led}, watch_, opinion_,
                                            [this](NodeNumber node) { return node != down_; }))
      to.push_back(one.to);
    return to;
  }

  ClockWatch watch_{ClockWatchOptions{}};
  ClockOpinion opinion_;
  LeadingDuty duty_{1};
  NodeNumber down_ = 0;
};

TEST_F(LeadingDutyTest, WhoseClockIsRightAndWhoseDiskHasRoomLeadsOn) {
  compare(0, 0);
  EXPECT_FALSE(is_reluctant(false));
  EXPECT_THAT(hand_overs(), IsEmpty());
}
TEST_F(LeadingDutyTest, AClockThatIsOffHandsOver) {
  compare(hour_us, hour_us);
  EXPECT_TRUE(is_reluctant(false));
  EXPECT_THAT(hand_overs(), ElementsAre(2));
}
TEST_F(LeadingDutyTest, ALowDiskHandsOverToANodeThatIsUp) {
  down_ = 2;
  compare(0, 0);
  EXPECT_TRUE(is_reluctant(true));
  EXPECT_THAT(hand_overs(), ElementsAre(3));
}
TEST_F(LeadingDutyTest, ALowDiskDoesNotHandOverToAClockThatIsOff) {
  compare(hour_us, 0);
  EXPECT_TRUE(is_reluctant(true));
  EXPECT_THAT(hand_overs(), ElementsAre(3));
}
TEST_F(LeadingDutyTest, AClockThatWasNotComparedDoesNotAskToLeadAndKeepsWhatItLeads) {
  EXPECT_TRUE(is_reluctant(false));
  EXPECT_THAT(hand_overs(), IsEmpty());
}

}  // namespace
}  // namespace florin
