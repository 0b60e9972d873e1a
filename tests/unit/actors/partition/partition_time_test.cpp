// Which clock a partition's time follows, and what clients' deadlines are compared with.
#include "actors/partition/partition_time.hpp"

#include <gtest/gtest.h>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using words::day;
using words::noon;
using words::second;

TEST(PartitionTime, FollowsItsOwnClockAndThatOfMostNodes) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon, ClockTrust::own}, 0, {}), noon);
  EXPECT_EQ(time.now({noon + second, ClockTrust::peers}, second, noon), noon + second);
}

// A year ahead, and nobody says so: later leaders would have to go on from there.
TEST(PartitionTime, DoesNotFollowAClockThatNobodyConfirms) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon, ClockTrust::own}, 0, {}), noon);
  const ClockReading wrong{noon + 365 * day, ClockTrust::nobody};
  EXPECT_EQ(time.now(wrong, second, noon), noon + second / 2) << "half pace until it is known";
  EXPECT_EQ(time.now(wrong, 3 * second, noon), noon + second / 2 + 2 * second);
  EXPECT_EQ(time.now({noon + 4 * second, ClockTrust::own}, 4 * second, noon), noon + 4 * second);
}

TEST(PartitionTime, GoesOnFromItsLogWhileTheClockIsUnsure) {
  PartitionTime time;
  const ClockReading wrong{noon + 365 * day, ClockTrust::nobody};
  EXPECT_EQ(time.now(wrong, 100, noon), noon);
  EXPECT_EQ(time.now(wrong, 100 + second, noon), noon + second);
}

TEST(PartitionTime, OfAnEmptyPartitionIsWhatTheClockSays) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon, ClockTrust::nobody}, 0, {}), noon);
  const ClockReading later{noon + day, ClockTrust::nobody};
  EXPECT_EQ(time.now(later, second, noon), noon) << "from the first entry on not";
  EXPECT_EQ(time.now(later, 2 * second, noon), noon + second);
}

// Cluster seed 1795918087012: a replica looked before it had heard of any entry, and led by a clock that is days ahead
// once it had heard of them all.
TEST(PartitionTime, OfAReplicaThatHadNotHeardOfTheEntriesYetGoesOnFromThem) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon + 3 * day, ClockTrust::nobody}, 0, {}), noon + 3 * day);
  EXPECT_EQ(time.now({noon + 3 * day, ClockTrust::nobody}, second, noon), noon);
  EXPECT_EQ(time.now({noon + 3 * day, ClockTrust::nobody}, 2 * second, noon), noon + second);
}

TEST(PartitionTime, OfAnEmptyPartitionFollowsTheFirstClockThatIsConfirmed) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon + 3 * day, ClockTrust::nobody}, 0, {}), noon + 3 * day);
  EXPECT_EQ(time.now({noon, ClockTrust::peers}, second, {}), noon);
}

TEST(PartitionTime, LookingOftenDoesNotStopIt) {
  PartitionTime time;
  EXPECT_EQ(time.now({noon + day, ClockTrust::own}, 0, {}), noon + day);
  for (int us = 1; us <= 1'000; ++us)
    static_cast<void>(time.now({noon + us, ClockTrust::own}, us, noon + day));
  EXPECT_EQ(time.now({noon + 1'000, ClockTrust::own}, 1'000, noon + day), noon + day + 500);
}

TEST(ClientClock, IsTheEntrysTimeUnlessThatIsFarAheadOfTheLeadersClock) {
  constexpr std::int64_t bound = 2 * second;
  EXPECT_EQ(client_clock(noon, {noon, ClockTrust::own}, bound), noon);
  EXPECT_EQ(client_clock(noon + bound, {noon, ClockTrust::own}, bound), noon + bound);
  EXPECT_EQ(client_clock(noon + bound + 1, {noon, ClockTrust::own}, bound), noon);
  EXPECT_EQ(client_clock(noon + 30 * day, {noon, ClockTrust::own}, bound), noon);
}

TEST(ClientClock, IsNoneOfALeaderWhoseOwnClockIsNotTrusted) {
  EXPECT_EQ(client_clock(noon, {noon, ClockTrust::peers}, second), std::nullopt);
  EXPECT_EQ(client_clock(noon, {noon, ClockTrust::nobody}, second), std::nullopt);
}

}  // namespace
}  // namespace florin
