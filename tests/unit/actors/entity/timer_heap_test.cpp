// Timers of rows that are awake: in order, movable, and none left behind.
#include "actors/entity/timer_heap.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

namespace florin {
namespace {

struct TimedRow {
  std::uint32_t id = 0;
  std::uint32_t timer_at = not_armed;
  [[nodiscard]] std::uint32_t key() const { return id; }
};

class TimerHeapTest : public ::testing::Test {
 protected:
  TimerHeapTest() {
    for (std::uint32_t id = 0; id < rows_.size(); ++id) rows_.at(id).id = id;
  }
  TimedRow& row(std::size_t id) { return rows_.at(id); }
  TimerHeap<TimedRow>& heap() { return heap_; }

  // Ids in the order of their times. Empties it.
  std::vector<std::uint32_t> drained() {
    std::vector<std::uint32_t> ids;
    while (heap_.next()) {
      ids.push_back(heap_.first().id);
      heap_.disarm(heap_.first());
    }
    return ids;
  }

 private:
  std::array<TimedRow, 64> rows_;
  TimerHeap<TimedRow> heap_;
};

using Ids = std::vector<std::uint32_t>;

TEST_F(TimerHeapTest, GivesThemInOrderOfTimeAndThenOfKey) {
  heap().arm(row(3), Timestamp{20});
  heap().arm(row(2), Timestamp{30});
  heap().arm(row(9), Timestamp{10});
  heap().arm(row(1), Timestamp{20});
  EXPECT_EQ(heap().next(), Timestamp{10});
  EXPECT_EQ(drained(), (Ids{9, 1, 3, 2}));
  EXPECT_EQ(heap().next(), std::nullopt);
}

TEST_F(TimerHeapTest, ATimerMovesAndDoesNotComeTwice) {
  heap().arm(row(1), Timestamp{10});
  heap().arm(row(2), Timestamp{20});
  heap().arm(row(1), Timestamp{30});
  EXPECT_EQ(heap().size(), 2U);
  EXPECT_EQ(drained(), (Ids{2, 1}));
}

TEST_F(TimerHeapTest, ARowThatGoesTakesItsTimerAlong) {
  heap().arm(row(1), Timestamp{10});
  heap().arm(row(2), Timestamp{20});
  heap().disarm(row(1));
  heap().disarm(row(1));
  EXPECT_EQ(row(1).timer_at, not_armed);
  EXPECT_EQ(drained(), Ids{2});
}

TEST_F(TimerHeapTest, AllAreRearmedAtOnce) {
  for (std::uint32_t id = 0; id < 10; ++id) heap().arm(row(id), Timestamp{id});
  heap().rearm_all([](const TimedRow& of, Timestamp at) {
    EXPECT_EQ(at.us, of.id);
    return Timestamp{100 - at.us};
  });
  EXPECT_EQ(drained(), (Ids{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
}

TEST_F(TimerHeapTest, IsAsASortedMapUnderAnyMoves) {
  std::map<std::uint32_t, std::int64_t> armed;
  std::uint64_t dice = 1;
  const auto roll = [&](std::uint64_t sides) {
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    return (dice >> 33) % sides;
  };
  for (int step = 0; step < 20'000; ++step) {
    const auto id = static_cast<std::uint32_t>(roll(64));
    if (roll(3) == 0) {
      heap().disarm(row(id));
      armed.erase(id);
    } else {
      const auto at = static_cast<std::int64_t>(roll(100));
      heap().arm(row(id), Timestamp{at});
      armed[id] = at;
    }
    ASSERT_EQ(heap().size(), armed.size());
    if (armed.empty()) continue;
    const auto first = std::ranges::min_element(
        armed, {}, [](const auto& timer) { return std::pair(timer.second, timer.first); });
    ASSERT_EQ(heap().next(), Timestamp{first->second});
    ASSERT_EQ(heap().first().id, first->first);
  }
}

}  // namespace
}  // namespace florin
