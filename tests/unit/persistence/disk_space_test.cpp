// Levels of a disk that fills: what they follow from, and that they are neither missed nor flutter.
#include "persistence/disk_space.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace florin {
namespace {

constexpr std::uint64_t mib = 1 << 20;
constexpr DiskNeeds needs{.segment_bytes = 64 * mib, .partitions = 16};

TEST(DiskSpace, TheReserveHoldsWhatHasToBeWrittenYet) {
  const DiskLevels idle = disk_levels(needs, {});
  EXPECT_EQ(idle.reserve, 2 * 64 * mib + 16 * mib)
      << "two segments, and a checkpoint of each partition";
  EXPECT_EQ(idle.low, idle.reserve + 4 * 64 * mib);
  DiskNeeds busy = needs;
  busy.open_postings = 10'000;
  busy.waiting_messages = 2'000;
  EXPECT_EQ(disk_levels(busy, {}).reserve, idle.reserve + 12'000 * 4096)
      << "more is kept while more is open";
}

TEST(DiskSpace, WhatAPersonChoseCounts) {
  EXPECT_EQ(disk_levels(needs, {.low = 0, .reserve = 10 * mib}).low, 10 * mib + 4 * 64 * mib);
  EXPECT_EQ(disk_levels(needs, {.low = 1000 * mib, .reserve = 10 * mib}).low, 1000 * mib);
  EXPECT_EQ(disk_levels(needs, {.low = 1 * mib, .reserve = 10 * mib}).low, 10 * mib)
      << "batches do not come in where nothing does";
}

TEST(DiskSpace, ALevelIsReachedAtOnceAndLeftWithRoomToSpare) {
  constexpr DiskLevels levels{.low = 800, .reserve = 400};
  using enum DiskLevel;
  EXPECT_EQ(disk_level(800, levels, enough), enough);
  EXPECT_EQ(disk_level(799, levels, enough), low);
  EXPECT_EQ(disk_level(399, levels, enough), reserve);
  EXPECT_EQ(disk_level(0, levels, low), reserve);
  EXPECT_EQ(disk_level(449, levels, reserve), reserve);
  EXPECT_EQ(disk_level(450, levels, reserve), low);
  EXPECT_EQ(disk_level(899, levels, low), low);
  EXPECT_EQ(disk_level(900, levels, low), enough);
  EXPECT_EQ(disk_level(UINT64_MAX, levels, reserve), enough);
}

TEST(DiskSpace, AsksTheFileSystem) {
  const auto here = free_bytes_of("/");
  ASSERT_TRUE(here);
  const auto space = std::filesystem::space("/");
  EXPECT_NEAR(static_cast<double>(*here), static_cast<double>(space.available),
              static_cast<double>(space.capacity) / 10);
  EXPECT_EQ(free_bytes_of("/no/such/directory"), std::nullopt);
}

}  // namespace
}  // namespace florin
