// What becomes of entities that wait for a time, one case after the other, over any store: the memory's in the unit
// tests, LMDB's in the component tests. A `Place` has `store()`, a StateStore that lives as long as it does.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/due_world.hpp"

namespace florin::test {

template <class Place>
class DueEntitiesCases : public ::testing::Test {
 protected:
  static constexpr DueBounds bounds{
      .window_us = 100, .per_turn = 4, .per_second = 4'000, .at_once = 4};

  DueWorld& world() { return world_; }

 private:
  Place place_;
  DueWorld world_{place_.store(), bounds};
};
TYPED_TEST_SUITE_P(DueEntitiesCases);

using Seen = std::vector<std::string>;

TYPED_TEST_P(DueEntitiesCases, EachIsLookedAtAtItsTimeWhereverItIs) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set<Payout>(2, Timestamp{2'000});
  world.set(3, Timestamp{3'000});
  world.all_sleep();
  EXPECT_EQ(world.awake(), 0U);
  world.set(4, Timestamp{1'500});
  EXPECT_EQ(world.next(), Timestamp{1'000});
  EXPECT_EQ(world.tick(999), Seen{});
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
  EXPECT_EQ(world.next(), Timestamp{1'500});
  EXPECT_EQ(world.tick(1'500), Seen{"7:4"});
  EXPECT_EQ(world.next(), Timestamp{2'000});
  EXPECT_EQ(world.tick(5'000), (Seen{"3:2", "7:3"}));
  EXPECT_EQ(world.next(), std::nullopt);
}

TYPED_TEST_P(DueEntitiesCases, AStartLoadsNobodyAndKnowsTheFirstTime) {
  DueWorld& world = this->world();
  for (std::uint32_t id = 1; id <= 20; ++id) world.set(id, Timestamp{1'000 * id});
  world.checkpoint();
  world.crash();
  EXPECT_EQ(world.awake(), 0U);
  EXPECT_EQ(world.next(), Timestamp{1'000});
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
  EXPECT_EQ(world.awake(), 1U);
}

TYPED_TEST_P(DueEntitiesCases, TheWindowWakesUpToItsEndAndNothingBehindIt) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set(2, Timestamp{1'100});
  world.set(3, Timestamp{1'101});
  world.all_sleep();
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
  EXPECT_EQ(world.awake(), 2U) << "1, which was looked at, and 2, whose time comes soon";
  world.all_sleep();
  EXPECT_EQ(world.awake(), 1U) << "2 stays awake: its row was looked up";
  EXPECT_EQ(world.next(), Timestamp{1'100});
  EXPECT_EQ(world.tick(1'100), Seen{"7:2"});
  EXPECT_EQ(world.tick(1'101), Seen{"7:3"});
}

TYPED_TEST_P(DueEntitiesCases, OneThatAMessageWokeAndThatWasPutAwayAgainIsNotLost) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set(2, Timestamp{5'000});
  world.all_sleep();
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
  ASSERT_NE(world.message(2), nullptr);
  EXPECT_EQ(world.next(), Timestamp{5'000});
  world.all_sleep();
  world.sleep();
  EXPECT_EQ(world.awake(), 0U);
  EXPECT_EQ(world.next(), Timestamp{5'000});
  EXPECT_EQ(world.tick(5'000), Seen{"7:2"});
}

TYPED_TEST_P(DueEntitiesCases, OneThatIsPutAwayWithAnEarlierTimeThanAllStoredRowsIsNext) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{9'000});
  world.all_sleep();
  world.set(2, Timestamp{3'000});
  world.all_sleep();
  world.sleep();
  EXPECT_EQ(world.awake(), 0U);
  EXPECT_EQ(world.next(), Timestamp{3'000});
  EXPECT_EQ(world.tick(3'000), Seen{"7:2"});
  EXPECT_EQ(world.next(), Timestamp{9'000});
}

TYPED_TEST_P(DueEntitiesCases, ATimeThatMovedCountsAndTheStoredOneDoesNot) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set(2, Timestamp{5'000});
  world.all_sleep();
  world.set(1, Timestamp{7'000});
  world.set(2, Timestamp{2'000});
  EXPECT_EQ(world.tick(1'000), Seen{}) << "the store's row is stale";
  EXPECT_EQ(world.tick(2'000), Seen{"7:2"});
  world.all_sleep();
  EXPECT_EQ(world.due_rows(), Seen{"7000 7:1"});
  EXPECT_EQ(world.tick(5'000), Seen{});
  EXPECT_EQ(world.tick(7'000), Seen{"7:1"});
}

TYPED_TEST_P(DueEntitiesCases, ATimeThatMovedOverAndOverLeavesOneRow) {
  DueWorld& world = this->world();
  for (std::int64_t due = 1'000; due <= 9'000; due += 1'000) {
    world.set(1, Timestamp{due});
    world.all_sleep();
    world.sleep();
  }
  EXPECT_EQ(world.due_rows(), Seen{"9000 7:1"});
  world.set(1, std::nullopt);
  world.all_sleep();
  EXPECT_EQ(world.due_rows(), Seen{});
  EXPECT_EQ(world.tick(1'000), Seen{}) << "it once slept until then";
  EXPECT_EQ(world.next(), std::nullopt);
}

TYPED_TEST_P(DueEntitiesCases, WhoeverIsOverIsNotWokenByARowThatTheStoreStillHas) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.all_sleep();
  world.end(1);
  EXPECT_EQ(world.message(1), nullptr) << "not back to life";
  EXPECT_EQ(world.tick(1'000), Seen{});
  world.collect();
  EXPECT_EQ(world.message(1), nullptr) << "not while its checkpoint is under way either";
  world.write();
  EXPECT_EQ(world.message(1), nullptr);
  world.heard();
  EXPECT_EQ(world.message(1), nullptr);
  EXPECT_EQ(world.due_rows(), Seen{});
  EXPECT_EQ(world.table().size(), 0U);
}

TYPED_TEST_P(DueEntitiesCases, WhoeverCameAgainAfterTheEndIsLookedAtOnce) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.all_sleep();
  world.end(1);
  world.set(1, Timestamp{1'000});
  world.collect();
  world.end(1);
  world.set(1, Timestamp{1'000});
  world.write();
  world.heard();
  world.all_sleep();
  world.sleep();
  EXPECT_EQ(world.awake(), 0U);
  EXPECT_EQ(world.due_rows(), Seen{"1000 7:1"});
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
  EXPECT_EQ(world.tick(1'001), Seen{});
}

TYPED_TEST_P(DueEntitiesCases, NothingIsPutAwayBeforeItsCheckpointWasHeardOf) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.collect();
  world.sleep();
  world.sleep();
  EXPECT_EQ(world.awake(), 1U);
  world.write();
  world.heard();
  world.sleep();
  world.sleep();
  EXPECT_EQ(world.awake(), 0U);
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
}

TYPED_TEST_P(DueEntitiesCases, AfterACrashTheLogSaysWhatTheStoreDoesNot) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set(2, Timestamp{2'000});
  world.set(3, Timestamp{3'000});
  world.all_sleep();
  world.set(1, Timestamp{2'500});
  world.end(2);
  world.set(4, Timestamp{1'500});
  world.collect();
  world.crash();  // between: nothing of the checkpoint is in the store
  EXPECT_EQ(world.due_rows(), (Seen{"1000 7:1", "2000 7:2", "3000 7:3"}));
  EXPECT_EQ(world.tick(2'400), Seen{"7:4"});
  EXPECT_EQ(world.tick(9'000), (Seen{"7:1", "7:3"}));
  world.collect();
  world.write();
  world.crash();  // all of it is, and nobody has heard
  EXPECT_EQ(world.due_rows(), Seen{});
  EXPECT_EQ(world.next(), std::nullopt);
}

TYPED_TEST_P(DueEntitiesCases, ManyThatAreLateAreSpreadAndBoundedInEachTick) {
  DueWorld& world = this->world();
  for (std::uint32_t id = 1; id <= 11; ++id) world.set(id, Timestamp{1'000});
  world.checkpoint();
  world.crash();
  // Four at a time, over the thousand microseconds in which four may come.
  std::int64_t now = 50'000;
  Seen all;
  while (const auto next = world.next()) {
    now = std::max(now, next->us);
    const Seen seen = world.tick(now);
    EXPECT_LE(seen.size(), 4U);
    EXPECT_LE(world.awake(), 11U);
    all.insert(all.end(), seen.begin(), seen.end());
  }
  EXPECT_GE(now, 52'000) << "two full thousands before the last three";
  EXPECT_LE(now, 53'000);
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  EXPECT_EQ(all.size(), 11U);
}

TYPED_TEST_P(DueEntitiesCases, FewThatAreLateAreLookedAtAtOnce) {
  DueWorld& world = this->world();
  for (std::uint32_t id = 1; id <= 4; ++id) world.set(id, Timestamp{1'000});
  world.checkpoint();
  world.crash();
  EXPECT_EQ(world.tick(50'000), (Seen{"7:1", "7:2", "7:3", "7:4"}));
}

TYPED_TEST_P(DueEntitiesCases, ManyThatAreAwakeWithANewLeaderAreSpreadToo) {
  DueWorld& world = this->world();
  for (std::uint32_t id = 1; id <= 20; ++id) world.set(id, Timestamp{1'000});
  world.due().begin();
  const Seen first = world.tick(50'000);
  EXPECT_LT(first.size(), 4U);
  std::size_t count = first.size();
  while (const auto next = world.next()) count += world.tick(next->us).size();
  EXPECT_EQ(count, 20U);
}

TYPED_TEST_P(DueEntitiesCases, NoneIsLookedAtTwiceInATick) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.set(2, Timestamp{1'000});
  world.all_sleep();
  // One does not move; each makes another one due at once.
  const auto act = [&]<class Kind>(std::type_identity<Kind>, std::uint32_t id) {
    if (id == 2) world.set(1, Timestamp{900});
    if (id == 2) world.set(3, Timestamp{900});
  };
  EXPECT_EQ(world.tick(Timestamp{1'000}, act, Timestamp{4'000}), (Seen{"7:1", "7:2"}));
  EXPECT_EQ(world.tick(1'001), (Seen{"7:1", "7:3"})) << "they have changed: not at 4000 only";
  EXPECT_EQ(world.next(), Timestamp{4'000});
  world.all_sleep();
  EXPECT_EQ(world.table().slot_of(2) == SlotIndex::no_slot, false)
      << "what is late and was looked at waits awake, or the next tick would wake it again";
  EXPECT_EQ(world.tick(4'000), Seen{"7:2"});
}

TYPED_TEST_P(DueEntitiesCases, AFullTurnLeavesThemDue) {
  DueWorld& world = this->world();
  world.set(1, Timestamp{1'000});
  world.all_sleep();
  world.is_full = true;
  EXPECT_EQ(world.tick(1'000), Seen{});
  EXPECT_EQ(world.next(), Timestamp{1'000});
  world.is_full = false;
  EXPECT_EQ(world.tick(1'000), Seen{"7:1"});
}

TYPED_TEST_P(DueEntitiesCases, AKeyIsOfItsKind) {
  DueWorld& world = this->world();
  world.set(5, Timestamp{1'000});
  world.set<Payout>(5, Timestamp{1'000});
  world.all_sleep();
  EXPECT_EQ(world.due_rows(), (Seen{"1000 3:5", "1000 7:5"}));
  world.end(5);
  EXPECT_EQ(world.tick(1'000), Seen{"3:5"});
}

REGISTER_TYPED_TEST_SUITE_P(
    DueEntitiesCases, EachIsLookedAtAtItsTimeWhereverItIs, AStartLoadsNobodyAndKnowsTheFirstTime,
    TheWindowWakesUpToItsEndAndNothingBehindIt, OneThatAMessageWokeAndThatWasPutAwayAgainIsNotLost,
    OneThatIsPutAwayWithAnEarlierTimeThanAllStoredRowsIsNext,
    ATimeThatMovedCountsAndTheStoredOneDoesNot, ATimeThatMovedOverAndOverLeavesOneRow,
    WhoeverIsOverIsNotWokenByARowThatTheStoreStillHas, WhoeverCameAgainAfterTheEndIsLookedAtOnce,
    NothingIsPutAwayBeforeItsCheckpointWasHeardOf, AfterACrashTheLogSaysWhatTheStoreDoesNot,
    ManyThatAreLateAreSpreadAndBoundedInEachTick, FewThatAreLateAreLookedAtAtOnce,
    ManyThatAreAwakeWithANewLeaderAreSpreadToo, NoneIsLookedAtTwiceInATick, AFullTurnLeavesThemDue,
    AKeyIsOfItsKind);

}  // namespace florin::test
