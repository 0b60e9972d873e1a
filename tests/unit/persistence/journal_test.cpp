// The journal's contract when the disk works: order, durability, segments, sidecars, reading.
#include "persistence/journal/journal.hpp"

#include <limits>

#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;

TEST(Journal, ReadsBackWhatWasSyncedAfterReopening) {
  MemoryFileSystem disk;
  Entries written;
  {
    auto journal = open_ok(small_options(disk));
    for (LogIndex i = 1; i <= 3; ++i)
      for (PartitionId p = 0; p < 4; ++p) {
        written.push_back(entry(p, i));
        ASSERT_TRUE(journal->append(written.back()));
      }
    ASSERT_TRUE(journal->sync());
  }
  disk.lose_unsynced();
  auto journal = open_ok(small_options(disk));
  EXPECT_EQ(scan_all(*journal).value(), written);
  EXPECT_EQ(journal->read(2, 3).value(), entry(2, 3).bytes);
  EXPECT_EQ(journal->last_index(3), 3U);
}

TEST(Journal, EntriesAreNotReadableBeforeTheyAreSynced) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  ASSERT_TRUE(journal->append(entry(0, 1)));
  EXPECT_EQ(journal->last_index(0), 0U);
  EXPECT_EQ(journal->read(0, 1).error().code, Errc::missing);
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(journal->read(0, 1).value(), entry(0, 1).bytes);
}

TEST(Journal, OneSyncIsOneFdatasyncForAllPartitions) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  const auto before = disk.syncs();
  for (PartitionId p = 0; p < 4; ++p) ASSERT_TRUE(journal->append(entry(p, 1)));
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(disk.syncs(), before + 1);
}

TEST(Journal, SyncOfNothingTouchesNoDisk) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  const auto before = disk.syncs();
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(disk.syncs(), before);
}

TEST(Journal, RollsOverSegmentsAndKeepsThemAll) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  for (int i = 0; i < 40; ++i) commit(*journal, 1, 1000);
  EXPECT_TRUE(disk.exists(segment_path(4)));
  EXPECT_TRUE(disk.exists(sidecar_path(3)));
  EXPECT_FALSE(disk.exists(sidecar_path(4)));
  EXPECT_EQ(scan_all(*journal).value().size(), 40U);
  for (LogIndex i = 1; i <= 40; ++i)
    EXPECT_EQ(journal->read(1, i).value(), entry(1, i, 1000).bytes);
  journal.reset();
  journal = open_ok(small_options(disk));
  for (LogIndex i = 1; i <= 40; ++i)
    EXPECT_EQ(journal->read(1, i).value(), entry(1, i, 1000).bytes);
  commit(*journal, 1, 1000);
  EXPECT_EQ(journal->last_index(1), 41U);
}

TEST(Journal, EntryLargerThanASegmentGetsASegmentOfItsOwnSize) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    commit(*journal, 0);
    commit(*journal, 0, 100'000);
    commit(*journal, 0);
  }
  auto journal = open_ok(small_options(disk));
  EXPECT_GT(disk.contents(segment_path(2)).size(), 100'000U);
  EXPECT_EQ(disk.contents(segment_path(3)).size(), 16U * 1024);
  EXPECT_EQ(journal->read(0, 2).value(), entry(0, 2, 100'000).bytes);
  EXPECT_EQ(scan_all(*journal).value().size(), 3U);
}

TEST(Journal, ScanGivesOnlyEntriesBehindWhatEachPartitionHas) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  for (int i = 0; i < 20; ++i)
    for (PartitionId p = 0; p < 2; ++p) commit(*journal, p, 700);
  const Entries expected = {entry(0, 20, 700), entry(1, 19, 700), entry(1, 20, 700)};
  auto found = scan_all(*journal, {19, 18}).value();
  std::sort(found.begin(), found.end(), [](const LogEntry& a, const LogEntry& b) {
    return std::pair(a.partition, a.index) < std::pair(b.partition, b.index);
  });
  EXPECT_EQ(found, expected);
  EXPECT_TRUE(scan_all(*journal, {20, 20}).value().empty());
  EXPECT_EQ(scan_all(*journal, {std::numeric_limits<LogIndex>::max(), 18}).value().size(), 2U);
}

TEST(Journal, ScanRefusesStateThatIsAheadOfTheLog) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  commit(*journal, 0);
  const auto scanned = scan_all(*journal, {2});
  ASSERT_FALSE(scanned);
  EXPECT_EQ(scanned.error().code, Errc::missing);
}

TEST(Journal, ScanStopsAtTheFirstErrorOfTheVisitorAndReportsProgressToTheEnd) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  for (int i = 0; i < 30; ++i) commit(*journal, 0, 1000);
  int visited = 0;
  const auto stopped = journal->scan(
      {},
      [&](const LogEntryView&) -> Status<Error> {
        if (++visited == 5) return Err{Error{Errc::invalid, "enough"}};
        return Unit{};
      },
      nullptr);
  EXPECT_EQ(stopped.error().context, "enough");
  EXPECT_EQ(visited, 5);
  std::pair<std::uint64_t, std::uint64_t> progress;
  ASSERT_TRUE(journal->scan(
      {}, [](const LogEntryView&) -> Status<Error> { return Unit{}; },
      [&](std::uint64_t done, std::uint64_t total) {
        progress = {done, total};
      }));
  EXPECT_GT(progress.first, 30'000U);
  EXPECT_EQ(progress.first, progress.second);
}

TEST(Journal, OpeningDoesNotReadSealedSegments) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 30; ++i) commit(*journal, 0, 1000);
  }
  std::string bytes = disk.contents(segment_path(1));
  bytes[8000] ^= 1;
  disk.set_contents(segment_path(1), bytes);
  auto journal = open_ok(small_options(disk));
  EXPECT_EQ(journal->report().rebuilt_indexes, 0U);
  EXPECT_EQ(scan_all(*journal).error().code, Errc::corrupt);
}

TEST(Journal, MissingOrDamagedSidecarsAreMadeAgain) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 40; ++i) commit(*journal, 3, 1000);
  }
  const std::string first = disk.contents(sidecar_path(1));
  ASSERT_TRUE(disk.remove(sidecar_path(1)));
  std::string second = disk.contents(sidecar_path(2));
  second[45] ^= 4;
  disk.set_contents(sidecar_path(2), second);
  auto journal = open_ok(small_options(disk));
  EXPECT_EQ(journal->report().rebuilt_indexes, 2U);
  EXPECT_EQ(disk.contents(sidecar_path(1)), first);
  for (LogIndex i = 1; i <= 40; ++i)
    EXPECT_EQ(journal->read(3, i).value(), entry(3, i, 1000).bytes);
}

TEST(Journal, SidecarWithWrongOffsetsIsNotBelieved) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 40; ++i) commit(*journal, 3, 1000);
  }
  std::string sidecar = disk.contents(sidecar_path(1));
  sidecar[sidecar.size() - 4] ^= 8;  // the last entry's offset
  disk.set_contents(sidecar_path(1), sidecar);
  auto journal = open_ok(small_options(disk));
  for (LogIndex i = 1; i <= 40; ++i)
    EXPECT_EQ(journal->read(3, i).value(), entry(3, i, 1000).bytes);
}

TEST(Journal, CloseCleanlyIsReportedAndMarkedOnlyOnce) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    EXPECT_TRUE(journal->report().closed_cleanly);
    commit(*journal, 0);
    ASSERT_TRUE(journal->append(entry(0, 2)));
    ASSERT_TRUE(journal->close_cleanly());
  }
  const std::string closed = disk.contents(segment_path(1));
  {
    auto journal = open_ok(small_options(disk));
    EXPECT_TRUE(journal->report().closed_cleanly);
    EXPECT_EQ(journal->last_index(0), 2U);
    ASSERT_TRUE(journal->close_cleanly());
    EXPECT_EQ(disk.contents(segment_path(1)), closed);
  }
  {
    auto journal = open_ok(small_options(disk));
    commit(*journal, 0);
  }
  EXPECT_FALSE(open_ok(small_options(disk))->report().closed_cleanly);
}

TEST(Journal, RefusesADirectoryOfAnotherClusterOrNumberOfPartitions) {
  MemoryFileSystem disk;
  open_ok(small_options(disk));
  auto options = small_options(disk);
  options.data_id = 78;
  EXPECT_EQ(open_error(options).code, Errc::mismatch);
  options = small_options(disk);
  options.partitions = 8;
  EXPECT_EQ(open_error(options).code, Errc::mismatch);
}

TEST(Journal, RefusesImpossibleOptions) {
  MemoryFileSystem disk;
  auto options = small_options(disk);
  options.segment_bytes = 4096;
  EXPECT_EQ(open_error(options).code, Errc::invalid);
  options = small_options(disk);
  options.partitions = 0;
  EXPECT_EQ(open_error(options).code, Errc::invalid);
}

TEST(Journal, ReadOnlyNeedsNoIdentityAndChangesNothing) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 20; ++i) commit(*journal, 0, 1000);
  }
  ASSERT_TRUE(disk.remove(sidecar_path(1)));
  disk.set_contents("/data/log/next.seg.tmp", "left over");
  disk.set_faults({.read_only = true});
  auto options = small_options(disk);
  options.read_only = true;
  options.data_id = 0;
  options.partitions = 0;
  auto journal = open_ok(options);
  EXPECT_EQ(journal->partitions(), 4U);
  EXPECT_EQ(journal->data_id(), 77U);
  EXPECT_EQ(scan_all(*journal).value().size(), 20U);
  EXPECT_FALSE(disk.exists(sidecar_path(1)));
}

TEST(JournalDeathTest, AppendWithAGapIsABug) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  EXPECT_DEATH((void)journal->append(entry(0, 2)), "contiguous");
}

}  // namespace
}  // namespace florin
