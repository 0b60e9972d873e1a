// Timers of two kinds: in order, all of them after a start, and spread when they are many.
#include "actors/entity/due_timers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

struct TimedTransfer {
  using Key = TransferId;
  static std::uint64_t jitter(const Key& id) { return id.index * 0x9E3779B97F4A7C15U; }
};
struct TimedToy {
  using Key = std::uint32_t;
  static std::uint64_t jitter(Key key) { return key; }
};
using Timers = DueTimers<TimedTransfer, TimedToy>;

// All that is due at `now`: "transfer 3", "toy 7".
std::vector<std::string> due_at(Timers& timers, std::int64_t now, std::size_t most = SIZE_MAX) {
  std::vector<std::string> due;
  const auto note = [&]<class Kind, class Key>(std::type_identity<Kind>, const Key& key) {
    if constexpr (std::same_as<Kind, TimedTransfer>)
      due.push_back("transfer " + std::to_string(key.index));
    else
      due.push_back("toy " + std::to_string(key));
  };
  while (due.size() < most && timers.pop_due(Timestamp{now}, note)) continue;
  return due;
}

using Due = std::vector<std::string>;

TEST(DueTimers, FireInOrderOfTimeWhateverTheirKind) {
  Timers timers;
  timers.arm<TimedToy>(Timestamp{30}, 7);
  timers.arm<TimedTransfer>(Timestamp{20}, {3, 0, 0});
  timers.arm<TimedTransfer>(Timestamp{40}, {4, 0, 0});
  EXPECT_EQ(timers.next(), Timestamp{20});
  EXPECT_EQ(due_at(timers, 19), Due{});
  EXPECT_EQ(due_at(timers, 30), (Due{"transfer 3", "toy 7"}));
  EXPECT_EQ(timers.next(), Timestamp{40});
}

TEST(DueTimers, OfOneTimeFireByKindAndThenByKey) {
  Timers timers;
  timers.arm<TimedToy>(Timestamp{5}, 1);
  timers.arm<TimedTransfer>(Timestamp{5}, {9, 0, 0});
  timers.arm<TimedTransfer>(Timestamp{5}, {8, 0, 0});
  EXPECT_EQ(due_at(timers, 5), (Due{"transfer 8", "transfer 9", "toy 1"}));
}

TEST(DueTimers, OfFewAreDueAtOnceAfterAStart) {
  Timers timers;
  timers.wake<TimedToy>({1, 2});
  timers.wake<TimedTransfer>({{3, 0, 0}});
  EXPECT_EQ(timers.next(), Timestamp{});
  EXPECT_EQ(due_at(timers, 1'000), (Due{"transfer 3", "toy 1", "toy 2"}));
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(DueTimers, OfAStartReplaceThoseOfTheStartBefore) {
  Timers timers;
  timers.wake<TimedToy>({1, 2});
  timers.wake<TimedToy>({2});
  EXPECT_EQ(due_at(timers, 1'000), Due{"toy 2"});
}

// A million would take ten seconds; what the clock said before the first tick does not matter.
TEST(DueTimers, OfManyAreSpreadFromTheFirstTickOn) {
  constexpr std::uint32_t many = 200'000;
  constexpr std::int64_t first_tick = 77'000'000;
  constexpr std::int64_t second = 1'000'000;
  std::vector<std::uint32_t> open(many);
  for (std::uint32_t key = 0; key < many; ++key) open[key] = key * 10;
  Timers timers;
  timers.wake<TimedToy>(open);
  EXPECT_EQ(timers.next(), Timestamp{}) << "somebody has to tick first";
  EXPECT_LE(due_at(timers, first_tick).size(), 2U);
  const std::size_t half = due_at(timers, first_tick + second).size();
  EXPECT_GT(half, many * 2 / 5);
  EXPECT_LT(half, many * 3 / 5);
  EXPECT_EQ(due_at(timers, first_tick + 2 * second).size() + half, many - 1U);
}

TEST(DueTimers, LeaveWhatIsNotTakenDue) {
  Timers timers;
  timers.wake<TimedToy>({1, 2, 3});
  EXPECT_EQ(due_at(timers, 1'000, 2), (Due{"toy 1", "toy 2"}));
  EXPECT_EQ(due_at(timers, 1'001), Due{"toy 3"});
}

}  // namespace
}  // namespace florin
