// What is handed to the checkpoint thread for one store: a slow disk must not pile it up.
#include <gtest/gtest.h>

#include "persistence/memory/memory_state_store.hpp"
#include "runtime/engine/stored_state.hpp"

namespace florin {
namespace {

class NoonClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return {42}; }
};

struct StoreWorkTest : testing::Test {
  StoreWorkTest() {
    inbox.set_wake([] {});
  }
  NoonClock clock;
  MemoryStateStore store;
  Inbox inbox{10};
  StoreWork work{0, store, inbox, clock, nullptr};
};

TEST_F(StoreWorkTest, OneStepOfTheScrubAtATimeWhateverBecomesOfIt) {
  const auto first = work.scrub(10);
  ASSERT_TRUE(first);
  EXPECT_FALSE(work.scrub(10)) << "the first one still waits";
  first->scrubbed({.rows = 3, .is_round_over = false});
  EXPECT_TRUE(work.marks().scrubbed_at().is_none());
  const auto second = work.scrub(10);
  ASSERT_TRUE(second);
  second->damaged();
  const auto third = work.scrub(10);
  ASSERT_TRUE(third);
  third->scrubbed({.rows = 3, .is_round_over = true});
  EXPECT_EQ(work.marks().scrubbed_at(), clock.now());
  work.marks().store_begins_again();
  EXPECT_TRUE(work.marks().scrubbed_at().is_none());
}

TEST_F(StoreWorkTest, ACheckpointIsUnderWayUntilItIsWrittenOrRefused) {
  const auto first = work.checkpoint({});
  EXPECT_TRUE(work.marks().is_writing());
  first.written(7);
  EXPECT_FALSE(work.marks().is_writing());
  EXPECT_EQ(work.marks().written(), 7U);
  const auto second = work.checkpoint({});
  EXPECT_TRUE(work.marks().is_writing());
  second.damaged();
  EXPECT_FALSE(work.marks().is_writing());
  EXPECT_EQ(work.marks().written(), 7U);
  const auto third = work.checkpoint({});
  EXPECT_FALSE(work.marks().take_refused());
  third.refused({.index = 9, .writes = {}, .rows = {}});
  EXPECT_FALSE(work.marks().is_writing());
  EXPECT_EQ(work.marks().written(), 7U);
  const auto refused = work.marks().take_refused();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->index, 9U);
  EXPECT_FALSE(work.marks().take_refused()) << "once";
}

TEST_F(StoreWorkTest, WhatTheOldStoreHadNoRoomForIsNotOfferedToTheNewOne) {
  work.checkpoint({}).refused({.index = 9, .writes = {}, .rows = {}});
  work.marks().store_begins_again();
  EXPECT_FALSE(work.marks().take_refused());
}

}  // namespace
}  // namespace florin
