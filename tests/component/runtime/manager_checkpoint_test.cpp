// Checkpoints, passivation and the end of a manager: the store is never ahead of the log, accounts are put
// away only when they are in the store, and who is stopped leaves nothing to be replayed.
#include <gmock/gmock.h>

#include "tests/component/runtime/manager_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using test::ManagerKit;
using test::ManagerKitOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using words::usd;

OpenAccount open(RequestId request, const std::string& id) {
  return {
      .request = request, .account = AccountId::from_trusted(id), .currency = usd, .metadata = {}};
}

// What a node would find in this store when it starts.
LogIndex index_in(MemoryStateStore& store) {
  const PartitionMap map(1);
  Partition partition(0, map, store, {});
  EXPECT_TRUE(partition.load());
  return partition.state().last_index();
}

TEST(ManagerCheckpoint, IsSubmittedOnlyWhenItsEntryIsDurable) {
  ManagerKit kit;
  kit.send(0, open(1, "alice"));
  kit.run();
  kit.advance(milliseconds(5'000));
  EXPECT_THAT(kit.done(), ElementsAre("append 1"));
  kit.sync(0);
  EXPECT_THAT(kit.done(), ElementsAre("reply 1 created alice", "checkpoint 1"));
}

TEST(ManagerCheckpoint, HoldsTheStateOfItsEntryAlthoughTurnsRanAhead) {
  ManagerKit kit;
  kit.send(0, open(1, "alice"));
  kit.run();
  kit.send(0, open(2, "bob"));
  kit.run();
  kit.sync(0, 1);
  EXPECT_THAT(kit.done(),
              ElementsAre("append 1", "append 2", "reply 1 created alice", "checkpoint 1"));
  kit.write_checkpoints(0);
  EXPECT_EQ(index_in(kit.store()), 1U);
  EXPECT_EQ(kit.store().size(Table::accounts), 1U);
}

TEST(ManagerCheckpoint, TheNextOneWaitsForTheLastToBeWrittenAndForItsInterval) {
  ManagerKit kit({.manager = {.checkpoint_interval_us = 2 * words::second}});
  kit.send(0, open(1, "alice"));
  kit.run();
  kit.sync(0);
  EXPECT_THAT(kit.done(), Contains("checkpoint 1"));
  kit.send(0, open(2, "bob"));
  kit.run();
  kit.sync(0);
  kit.advance(milliseconds(3'000));
  EXPECT_THAT(kit.done(), Not(Contains("checkpoint 2"))) << "the first is not written yet";
  kit.write_checkpoints(0);
  EXPECT_THAT(kit.done(), ElementsAre("checkpoint 2"));
  kit.write_checkpoints(0);

  kit.send(0, open(3, "carol"));
  kit.run();
  kit.sync(0);
  kit.advance(milliseconds(1'900));
  EXPECT_THAT(kit.done(), Not(Contains("checkpoint 3"))) << "its interval is not over";
  kit.advance(milliseconds(200));
  EXPECT_THAT(kit.done(), ElementsAre("checkpoint 3"));
}

TEST(ManagerCheckpoint, ManyChangedRowsDoNotWaitForTheInterval) {
  ManagerKit kit({.manager = {.checkpoint_dirty_max = 3}});
  kit.send(0, open(1, "alice"));
  kit.run_until_quiet();
  kit.done();
  kit.send(0, open(2, "b1"));
  kit.send(0, open(3, "b2"));
  kit.run_until_quiet();
  EXPECT_THAT(kit.done(), Not(Contains("checkpoint 2")));
  kit.send(0, open(4, "b3"));
  kit.run_until_quiet();
  EXPECT_THAT(kit.done(), Contains("checkpoint 3"));
}

TEST(ManagerCheckpoint, AccountsArePutAwayOnlyWhenTheyAreInTheStore) {
  ManagerKit kit({.partition = {.resident_accounts_max = 16}});
  for (int i = 0; i < 50; ++i) kit.send(0, open(0, "a" + std::to_string(i)));
  kit.run();
  kit.sync(0);
  kit.advance(milliseconds(1'000));
  EXPECT_EQ(kit.state().resident_accounts(), 50U);
  kit.write_checkpoints(0);
  EXPECT_LE(kit.state().resident_accounts(), 16U);
  kit.done();
  for (int i = 0; i < 50; ++i)
    kit.send(0,
             GetAccount{.request = 7, .account = AccountId::from_trusted("a" + std::to_string(i))});
  kit.run();
  EXPECT_EQ(kit.done().size(), 50U);
  kit.advance(milliseconds(100));
  EXPECT_LE(kit.state().resident_accounts(), 16U) << "who only reads puts away too";
}

TEST(ManagerStop, ReportsAtOnceWhenEverythingIsInTheStore) {
  ManagerKit kit;
  kit.ask_to_stop(0);
  kit.run();
  EXPECT_THAT(kit.done(), ElementsAre("stopped"));
}

TEST(ManagerStop, WritesACheckpointFirstAndReportsOnce) {
  ManagerKit kit;
  kit.send(0, open(1, "alice"));
  kit.run_until_quiet();
  kit.send(0, open(2, "bob"));
  kit.run_until_quiet();
  kit.done();
  kit.ask_to_stop(0);
  kit.run();
  EXPECT_THAT(kit.done(), ElementsAre("checkpoint 2"));
  kit.write_checkpoints(0);
  EXPECT_THAT(kit.done(), ElementsAre("stopped"));
  EXPECT_EQ(index_in(kit.store()), 2U);
  kit.advance(milliseconds(1'000));
  EXPECT_THAT(kit.done(), IsEmpty());
}

TEST(ManagerStop, DoesFirstWhatIsQueuedAndNoTimeNeedsToPass) {
  ManagerKit kit({.manager = {.turns_in_flight_max = 1}});
  kit.send(0, open(1, "alice"));
  kit.run_until_quiet();
  kit.send(0, open(2, "bob"));
  kit.run();
  kit.send(0, open(3, "carol"));
  kit.ask_to_stop(0);
  kit.run();
  EXPECT_THAT(kit.done(), Not(Contains("stopped")));
  kit.run_until_quiet();
  const auto done = kit.done();
  EXPECT_THAT(done, Contains("reply 3 created carol"));
  ASSERT_FALSE(done.empty());
  EXPECT_EQ(done.back(), "stopped");
  EXPECT_THAT(done, Contains("stopped").Times(1));
  EXPECT_EQ(index_in(kit.store()), 3U);
}

}  // namespace
}  // namespace florin
