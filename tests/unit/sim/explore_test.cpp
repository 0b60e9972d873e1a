// Exhaustive exploration of one transfer: nothing goes wrong in any interleaving, and it would be noticed.
#include "sim/explore/explorer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace florin::sim {
namespace {

constexpr std::uint64_t states_max = 1'000'000;

ExploreCase case_named(const std::string& name) {
  for (const ExploreCase& each : explore_cases())
    if (each.name == name) return each;
  throw std::runtime_error("no case " + name);
}

std::string path_of(const ExploreReport& report) {
  std::string text = report.name + ": " + report.violation;
  for (const std::string& move : report.path) text += "\n  " + move;
  return text;
}

void expect_clean(const std::string& name, ExploreBudget budget) {
  const ExploreReport report = explore(case_named(name), budget, states_max, nullptr);
  EXPECT_EQ(report.violation, "") << path_of(report);
  EXPECT_TRUE(report.complete) << name << " has more states than this test may take";
  EXPECT_GT(report.ends, 0U) << name;
  EXPECT_GE(report.schedules, UnsignedWideMinor{report.ends})
      << name << ": each end is reached somehow";
}

TEST(Explore, TwoLegsWithOneDuplicationOneLossAndOneCrash) {
  expect_clean("tcc2", {1, 1, 1, 1});
  expect_clean("tcc2-poor", {1, 0, 1, 1});
  expect_clean("tcc2-refused", {1, 1, 0, 1});
  expect_clean("tcc2-freeze", {1, 0, 0, 1});
}

TEST(Explore, TwoEntriesAheadOfTheDiskAndACrash) { expect_clean("tcc2", {0, 0, 1, 2}); }

TEST(Explore, SagasWithTwoDuplicationsOneLossAndOneCrash) {
  expect_clean("saga2", {2, 1, 1, 1});
  expect_clean("saga2-refused", {2, 1, 1, 1});
  expect_clean("saga2-freeze", {1, 1, 0, 1});
}

TEST(Explore, ThreeLegs) {
  expect_clean("tcc3", {0, 0, 0, 1});
  expect_clean("tcc3-refused", {0, 0, 0, 1});
  expect_clean("tcc3-poor", {0, 0, 0, 1});
  expect_clean("tcc2-apart", {0, 0, 0, 1});
}

TEST(Explore, TheSameExplorationTwiceIsTheSame) {
  const ExploreReport first = explore(case_named("tcc2"), {1, 0, 0, 1}, states_max, nullptr);
  const ExploreReport second = explore(case_named("tcc2"), {1, 0, 0, 1}, states_max, nullptr);
  EXPECT_EQ(first.states, second.states);
  EXPECT_EQ(first.moves, second.moves);
  EXPECT_EQ(decimal(first.schedules), decimal(second.schedules));
}

TEST(Explore, AMoreGenerousBudgetSeesMore) {
  const ExploreReport none = explore(case_named("saga2"), {0, 0, 0, 1}, states_max, nullptr);
  const ExploreReport lossy = explore(case_named("saga2"), {0, 1, 0, 1}, states_max, nullptr);
  const ExploreReport crashing = explore(case_named("saga2"), {0, 1, 1, 1}, states_max, nullptr);
  EXPECT_LT(none.states, lossy.states);
  EXPECT_LT(lossy.states, crashing.states);
}

TEST(Explore, StopsAtTheLimitAndSaysSo) {
  const ExploreReport report = explore(case_named("tcc2"), {1, 1, 1, 1}, 100, nullptr);
  EXPECT_FALSE(report.complete);
  EXPECT_EQ(report.states, 100U);
}

TEST(Explore, NoticesAConfirmThatNobodyDecidedAndShowsTheMoves) {
  ExploreCase wrong = case_named("tcc2");
  wrong.rogue = {1, LegMessage::confirm};
  const ExploreReport report = explore(wrong, {0, 0, 0, 1}, states_max, nullptr);
  EXPECT_NE(report.violation, "");
  EXPECT_FALSE(report.complete);
  ASSERT_FALSE(report.path.empty());
  EXPECT_LE(report.path.size(), 4U) << "the shortest sequence is shown:\n" << path_of(report);
  EXPECT_TRUE(std::ranges::any_of(report.path, [](const std::string& move) {
    return move.starts_with("delivered: confirm leg 1 to p1");
  })) << path_of(report);
}

TEST(Explore, NoticesACancelThatNobodyDecided) {
  ExploreCase wrong = case_named("tcc2");
  wrong.rogue = {1, LegMessage::cancel};
  EXPECT_NE(explore(wrong, {0, 0, 0, 1}, states_max, nullptr).violation, "");
}

TEST(Explore, EveryCaseHasItsOwnName) {
  std::vector<std::string> names;
  for (const ExploreCase& each : explore_cases()) names.push_back(each.name);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Explore, WritesNumbersOf128Bits) {
  EXPECT_EQ(decimal(0), "0");
  EXPECT_EQ(decimal(UnsignedWideMinor{1} << 100), "1267650600228229401496703205376");
}

}  // namespace
}  // namespace florin::sim
