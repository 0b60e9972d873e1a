// What the node's threads and the simulator share: the steps of a group commit, and what a store's answer means.
#include "persistence/group_commit.hpp"

#include <gtest/gtest.h>

#include <string>

#include "persistence/memory/memory_event_log.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "persistence/store_write.hpp"

namespace florin {
namespace {

TEST(GroupCommitTest, AllAreMarkedBeforeAnybodyIsWoken) {
  MemoryEventLog log;
  std::vector<LogEntry> queue{{0, 1, "a"}, {1, 1, "bc"}, {0, 2, "d"}};
  GroupCommit group;
  group.take(queue);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(group.size(), 3U);
  EXPECT_EQ(group.bytes(), 4U);
  ASSERT_TRUE(group.append(log));
  ASSERT_TRUE(log.sync());
  std::string told;
  group.tell(
      [&](const LogEntry& entry) {
        told += " " + std::to_string(entry.partition) + ":" + std::to_string(entry.index);
      },
      [&](PartitionId partition) { told += " w" + std::to_string(partition); });
  EXPECT_EQ(told, " 0:1 1:1 0:2 w0 w1 w0");
}

TEST(GroupCommitTest, AnErrorOfTheLogIsReturned) {
  MemoryEventLog log;
  log.fail_syncs(Error{Errc::unavailable, "gone"});
  ASSERT_FALSE(log.sync());
  std::vector<LogEntry> queue{{0, 1, "a"}};
  GroupCommit group;
  group.take(queue);
  EXPECT_FALSE(group.append(log));
}

TEST(StoreWriteTest, OnlyAStoreThatIsWholeAndHasRoomEndsTheProcess) {
  const MemoryStateStore whole;
  EXPECT_EQ(outcome_of(Unit{}, whole), StoreWrite::written);
  EXPECT_EQ(outcome_of(Err{Error{Errc::disk_full, ""}}, whole), StoreWrite::no_room);
  EXPECT_EQ(outcome_of(Err{Error{Errc::unavailable, ""}}, whole), StoreWrite::failed);
}

}  // namespace
}  // namespace florin
