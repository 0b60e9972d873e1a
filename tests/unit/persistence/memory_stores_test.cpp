// The memory versions keep the contract of the real ones.
#include <gtest/gtest.h>

#include "persistence/memory/memory_event_log.hpp"
#include "persistence/memory/memory_state_store.hpp"

namespace florin {
namespace {

TEST(MemoryEventLog, ShowsEntriesOnlyAfterSync) {
  MemoryEventLog log;
  ASSERT_TRUE(log.append({0, 1, "a"}));
  EXPECT_EQ(log.read(0, 1).error().code, Errc::missing);
  ASSERT_TRUE(log.sync());
  EXPECT_EQ(log.read(0, 1).value(), "a");
  EXPECT_EQ(log.last_index(0), 1U);
}

TEST(MemoryEventLog, FailedSyncIsStickyUntilRestartAndLosesTheUnsynced) {
  MemoryEventLog log;
  ASSERT_TRUE(log.append({0, 1, "a"}));
  ASSERT_TRUE(log.sync());
  log.fail_syncs({Errc::io, "broken"});
  ASSERT_TRUE(log.append({0, 2, "b"}));
  EXPECT_EQ(log.sync().error().code, Errc::io);
  EXPECT_EQ(log.append({0, 3, "c"}).error().code, Errc::io);
  log.restart();
  EXPECT_EQ(log.last_index(0), 1U);
  ASSERT_TRUE(log.append({0, 2, "b again"}));
  ASSERT_TRUE(log.sync());
}

TEST(MemoryEventLog, ScanSkipsWhatEachPartitionHas) {
  MemoryEventLog log;
  for (LogIndex i = 1; i <= 3; ++i)
    for (PartitionId p = 0; p < 2; ++p) ASSERT_TRUE(log.append({p, i, "x"}));
  ASSERT_TRUE(log.sync());
  int seen = 0;
  ASSERT_TRUE(log.scan(
      {2, 3},
      [&](const LogEntryView& e) -> Status<Error> {
        EXPECT_EQ(e.partition, 0);
        EXPECT_EQ(e.index, 3U);
        ++seen;
        return Unit{};
      },
      nullptr));
  EXPECT_EQ(seen, 1);
}

TEST(MemoryStateStore, WritesScansAndDeletes) {
  MemoryStateStore store;
  ASSERT_TRUE(store.write({{Table::accounts, "b1", "1"},
                           {Table::accounts, "a", "2"},
                           {Table::accounts, "b2", "3"},
                           {Table::meta, "b3", "4"}}));
  std::string seen;
  ASSERT_TRUE(store.scan(Table::accounts, "b", [&](std::string_view key, std::string_view value) {
    seen.append(key).append("=").append(value).append(" ");
    return true;
  }));
  EXPECT_EQ(seen, "b1=1 b2=3 ");
  seen.clear();
  ASSERT_TRUE(store.scan_from(Table::accounts, "b", [&](std::string_view key, std::string_view) {
    seen.append(key).append(" ");
    return seen.size() < 4;
  }));
  EXPECT_EQ(seen, "b1 b2 ");
  ASSERT_TRUE(store.write({{Table::accounts, "a", std::nullopt}}));
  EXPECT_FALSE(store.get(Table::accounts, "a").value().has_value());
}

TEST(MemoryStateStore, ValueOutlivesAWrite) {
  MemoryStateStore store;
  ASSERT_TRUE(store.write({{Table::meta, "k", "old"}}));
  const auto value = store.get(Table::meta, "k").value();
  ASSERT_TRUE(store.write({{Table::meta, "k", "new"}}));
  EXPECT_EQ(*value, "old");
  EXPECT_EQ(*store.get(Table::meta, "k").value(), "new");
}

TEST(MemoryStateStore, FailedWriteChangesNothing) {
  MemoryStateStore store;
  store.fail_next_write({Errc::disk_full, "full"});
  EXPECT_EQ(store.write({{Table::meta, "k", "v"}}).error().code, Errc::disk_full);
  EXPECT_EQ(store.size(Table::meta), 0U);
}

}  // namespace
}  // namespace florin
