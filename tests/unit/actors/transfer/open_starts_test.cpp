// Where open transfers began, towards one other partition.
#include "actors/transfer/open_starts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace florin {
namespace {

TEST(OpenStarts, KnowsTheFirstThatIsOpen) {
  OpenStarts starts;
  EXPECT_EQ(starts.first_open(), std::nullopt);
  for (const LogIndex index : {3U, 5U, 9U}) starts.add(index);
  EXPECT_EQ(starts.first_open(), 3U);
  starts.end(5);
  EXPECT_EQ(starts.first_open(), 3U);
  starts.end(3);
  EXPECT_EQ(starts.first_open(), 9U);
  starts.end(9);
  EXPECT_EQ(starts.first_open(), std::nullopt);
}

TEST(OpenStarts, CountsEachLegOfAnEntry) {
  OpenStarts starts;
  starts.add(3);
  starts.add(3);
  starts.add(4);
  starts.end(3);
  EXPECT_EQ(starts.first_open(), 3U);
  starts.end(3);
  EXPECT_EQ(starts.first_open(), 4U);
}

TEST(OpenStarts, TakesAnotherOfAnEntryOfWhichAllHaveEnded) {
  OpenStarts starts;
  starts.add(3);
  starts.add(4);
  starts.end(4);
  starts.add(4);
  starts.end(3);
  EXPECT_EQ(starts.first_open(), 4U);
  starts.end(4);
  starts.add(4);
  EXPECT_EQ(starts.first_open(), 4U);
}

TEST(OpenStarts, KeepsNothingOfWhatEndsBehindOneThatStaysOpen) {
  OpenStarts starts;
  starts.add(1);
  for (LogIndex index = 2; index < 10'000; ++index) {
    starts.add(index);
    if (index > 5) starts.end(index - 4);
    ASSERT_LT(starts.kept(), 32U) << index;
  }
  EXPECT_EQ(starts.first_open(), 1U);
  starts.end(1);
  EXPECT_EQ(starts.first_open(), 9'996U);
}

TEST(OpenStarts, IsWhatAMapOfCountsIs) {
  std::mt19937_64 random(7);
  for (int run = 0; run < 50; ++run) {
    OpenStarts starts;
    std::map<LogIndex, std::uint32_t> open;
    LogIndex index = 1;
    const auto ends_permille = 300 + random() % 400;
    for (int step = 0; step < 2'000; ++step) {
      if (!open.empty() && random() % 1'000 < ends_permille) {
        auto some = open.begin();
        std::advance(some, static_cast<std::ptrdiff_t>(random() % open.size()));
        starts.end(some->first);
        if (--some->second == 0) open.erase(some);
      } else {
        index += random() % 3;
        starts.add(index);
        ++open[index];
      }
      ASSERT_EQ(starts.first_open(),
                open.empty() ? std::nullopt : std::optional(open.begin()->first));
      ASSERT_LE(starts.kept(), 2 * open.size() + 10);
    }
  }
}

}  // namespace
}  // namespace florin
