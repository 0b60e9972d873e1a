// The simulator's generator: the same numbers on every machine, for ever, or no old seed can be replayed.
#include "sim/plan/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace florin::sim {
namespace {

TEST(SimRandom, GivesTheSameNumbersForEver) {
  SimRandom random(42);
  std::vector<std::uint64_t> first;
  for (int i = 0; i < 4; ++i) first.push_back(random.next());
  // xoshiro256** over the states splitmix64 gives for seed 42: checked against the authors' C code.
  EXPECT_EQ(first, (std::vector<std::uint64_t>{1546998764402558742U, 6990951692964543102U,
                                               12544586762248559009U, 17057574109182124193U}));
}

TEST(SimRandom, MixIsSplitmix64) { EXPECT_EQ(mix(0), 16294208416658607535U); }

TEST(SimRandom, StreamsOfOneSeedDiffer) {
  EXPECT_NE(SimRandom(1, "faults").next(), SimRandom(1, "workload").next());
  EXPECT_EQ(SimRandom(1, "faults").next(), SimRandom(1, "faults").next());
}

TEST(SimRandom, BoundedGivesEachNumberAndNoOther) {
  SimRandom random(7);
  std::vector<int> seen(5);
  for (int i = 0; i < 5'000; ++i) ++seen.at(random.bounded(5));
  for (const int count : seen) EXPECT_GT(count, 850);
}

TEST(SimRandom, BetweenIncludesBothEnds) {
  SimRandom random(7);
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < 1'000; ++i) drawn.push_back(random.between(-3, 3));
  EXPECT_EQ(*std::ranges::min_element(drawn), -3);
  EXPECT_EQ(*std::ranges::max_element(drawn), 3);
}

TEST(SimRandom, LogBetweenStaysInsideAndDrawsSmallNumbersOften) {
  SimRandom random(7);
  int small = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t n = random.log_between(1, 1'000);
    ASSERT_GE(n, 1);
    ASSERT_LE(n, 1'000);
    small += n < 32 ? 1 : 0;
  }
  EXPECT_GT(small, 4'000);
  EXPECT_LT(small, 7'000);
}

}  // namespace
}  // namespace florin::sim
