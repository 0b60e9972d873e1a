// What is done about how much room the disk has: the gate, and the metrics.
#include "runtime/engine/room_watch.hpp"

#include <gmock/gmock.h>

#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

using testing::HasSubstr;

class RoomWatchTest : public testing::Test {
 protected:
  DiskLevel level_with(std::optional<std::uint64_t> free_bytes) {
    free_ = free_bytes;
    watch_.look();
    return gate_.level();
  }
  std::optional<std::uint64_t> free_;
  DiskNeeds needs_{.segment_bytes = 1'000, .checkpoint_bytes = 0};  // reserve 2,000, low 6,000
  Metrics metrics_{1};
  IntakeGate gate_;
  RoomWatch watch_{{}, {[this] { return free_; }, [this] { return needs_; }}, gate_, metrics_};
};

TEST_F(RoomWatchTest, SetsTheGateAndSaysSo) {
  EXPECT_EQ(level_with(6'000), DiskLevel::enough);
  EXPECT_EQ(level_with(5'000), DiskLevel::low);
  EXPECT_THAT(metrics_.render(), HasSubstr("\nflorin_disk_free_bytes 5000\n"));
  EXPECT_THAT(metrics_.render(), HasSubstr("\nflorin_disk_level 1\n"));
  EXPECT_EQ(level_with(1'999), DiskLevel::reserve);
  EXPECT_THAT(metrics_.render(), HasSubstr("\nflorin_disk_level 2\n"));
  EXPECT_EQ(level_with(100'000), DiskLevel::enough) << "what was freed is used at once";
}

TEST_F(RoomWatchTest, KeepsMoreWhileMoreIsOpen) {
  EXPECT_EQ(level_with(10'000), DiskLevel::enough);
  needs_.open_postings = 100;
  EXPECT_EQ(level_with(10'000), DiskLevel::reserve);
}

TEST_F(RoomWatchTest, AFileSystemThatDoesNotAnswerChangesNothing) {
  EXPECT_EQ(level_with(1'999), DiskLevel::reserve);
  EXPECT_EQ(level_with(std::nullopt), DiskLevel::reserve);
  EXPECT_THAT(metrics_.render(), HasSubstr("\nflorin_disk_free_bytes 1999\n"));
}

TEST_F(RoomWatchTest, CountsWhatPartitionsSayIsOpenAndWaits) {
  Metrics metrics(3);
  metrics.transfers_in_flight(0, 5, 5);
  metrics.transfers_in_flight(2, 3, 7);
  metrics.inbox_depth(1, 4);
  EXPECT_EQ(metrics.postings_open(), 12U);
  EXPECT_EQ(metrics.messages_waiting(), 4U);
}

}  // namespace
}  // namespace florin
