// A log in which an entry may be replaced (the raft logs of a cluster's node): what was replaced is never seen
// again, whatever segment it stands in and however the log was stopped.
#include <limits>

#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;

constexpr PartitionId state_stream = 3;

JournalOptions replaceable_options(MemoryFileSystem& disk) {
  auto options = small_options(disk);
  options.replaceable = true;
  return options;
}

// An entry that tells which of the writes of its index it is.
LogEntry version(PartitionId partition, LogIndex index, int written, std::size_t bytes = 60) {
  LogEntry made = entry(partition, index, bytes);
  made.bytes.insert(0, "v" + std::to_string(written) + ":");
  return made;
}

void commit_entry(Journal& journal, const LogEntry& entry) {
  ASSERT_TRUE(journal.append(entry));
  ASSERT_TRUE(journal.sync());
}

// read(), last_index() and scan() must all show exactly these entries of the partition.
void expect_log(Journal& journal, PartitionId partition, const Entries& expected) {
  ASSERT_EQ(journal.last_index(partition), expected.size());
  for (const LogEntry& e : expected) {
    const auto bytes = journal.read(partition, e.index);
    ASSERT_TRUE(bytes) << e.index << ": " << bytes.error().context;
    EXPECT_EQ(*bytes, e.bytes) << e.index;
  }
  EXPECT_EQ(journal.read(partition, expected.size() + 1).error().code, Errc::missing);
  std::vector<LogIndex> only(journal.partitions(), std::numeric_limits<LogIndex>::max());
  only[partition] = 0;
  EXPECT_EQ(scan_all(journal, only).value(), expected);
}

// The same, then again after opening with sidecars, without them, and reading only.
void expect_log_for_ever(MemoryFileSystem& disk, std::unique_ptr<Journal>& journal,
                         PartitionId partition, const Entries& expected) {
  expect_log(*journal, partition, expected);
  journal.reset();
  disk.lose_unsynced();
  expect_log(*(journal = open_ok(replaceable_options(disk))), partition, expected);
  journal.reset();
  for (int number = 1; disk.exists(segment_path(number)); ++number)
    (void)disk.remove(sidecar_path(number));  // the last one has none
  auto reading = replaceable_options(disk);
  reading.read_only = true;
  reading.replaceable = false;  // the directory knows
  expect_log(*open_ok(reading), partition, expected);
  expect_log(*(journal = open_ok(replaceable_options(disk))), partition, expected);
}

TEST(JournalReplace, WithinASegmentTheNewEntryServesAndAllBehindItAreGone) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 1; i <= 5; ++i) commit_entry(*journal, version(0, i, 1));
  commit_entry(*journal, version(0, 3, 2));
  EXPECT_FALSE(disk.exists(segment_path(2)));
  expect_log_for_ever(disk, journal, 0, {version(0, 1, 1), version(0, 2, 1), version(0, 3, 2)});
  commit_entry(*journal, version(0, 4, 2));
  expect_log_for_ever(disk, journal, 0,
                      {version(0, 1, 1), version(0, 2, 1), version(0, 3, 2), version(0, 4, 2)});
}

TEST(JournalReplace, WithinOneBlockTheLastWriteOfAnIndexCounts) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 1; i <= 3; ++i) ASSERT_TRUE(journal->append(version(0, i, 1)));
  ASSERT_TRUE(journal->append(version(0, 1, 2)));
  ASSERT_TRUE(journal->append(version(0, 2, 2)));
  ASSERT_TRUE(journal->append(version(0, 2, 3)));
  ASSERT_TRUE(journal->sync());
  expect_log_for_ever(disk, journal, 0, {version(0, 1, 2), version(0, 2, 3)});
}

TEST(JournalReplace, TheOldEntriesServeUntilTheNewOneIsDurable) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 1; i <= 3; ++i) commit_entry(*journal, version(0, i, 1));
  ASSERT_TRUE(journal->append(version(0, 2, 2)));
  const Entries before = {version(0, 1, 1), version(0, 2, 1), version(0, 3, 1)};
  expect_log(*journal, 0, before);
  expect_log_for_ever(disk, journal, 0, before);
}

TEST(JournalReplace, AcrossSegmentsDropsWhatOlderSegmentsHold) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  Entries expected;
  for (LogIndex i = 1; i <= 40; ++i) {
    expected.push_back(version(1, i, 1, 1000));
    commit_entry(*journal, expected.back());
    commit_entry(*journal, version(0, i, 1));  // not touched by what follows
  }
  ASSERT_TRUE(disk.exists(segment_path(4)));
  for (const LogIndex from : {LogIndex{38}, LogIndex{25}, LogIndex{24}, LogIndex{9}, LogIndex{1}}) {
    expected.resize(from - 1);
    for (LogIndex i = from; i < from + 3; ++i) {
      expected.push_back(version(1, i, 2, 1000));
      commit_entry(*journal, expected.back());
      expect_log(*journal, 1, expected);
    }
    expect_log_for_ever(disk, journal, 1, expected);
  }
  EXPECT_EQ(journal->last_index(0), 40U);
  for (LogIndex i = 1; i <= 40; ++i) EXPECT_EQ(journal->read(0, i).value(), version(0, i, 1).bytes);
}

TEST(JournalReplace, ScanFromWhatAPartitionHasSkipsReplacedEntriesOfEarlierSegments) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 1; i <= 30; ++i) commit_entry(*journal, version(1, i, 1, 1000));
  for (LogIndex i = 5; i <= 20; ++i) commit_entry(*journal, version(1, i, 2, 1000));
  const auto max = std::numeric_limits<LogIndex>::max();
  const Entries expected = {version(1, 19, 2, 1000), version(1, 20, 2, 1000)};
  EXPECT_EQ(scan_all(*journal, {max, 18, max, max}).value(), expected);
  EXPECT_EQ(scan_all(*journal, {max, 3, max, max}).value().front(), version(1, 4, 1, 1000));
  EXPECT_EQ(scan_all(*journal, {max, 21, max, max}).error().code, Errc::missing);
}

TEST(JournalReplace, ATornReplacementLeavesWhatWasThere) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(replaceable_options(disk));
    for (LogIndex i = 1; i <= 3; ++i) commit_entry(*journal, version(0, i, 1));
    commit_entry(*journal, version(0, 2, 2));
  }
  const std::string whole = disk.contents(segment_path(1));
  const std::size_t end = whole.find_last_not_of('\0');
  for (std::size_t kept = end - 80; kept <= end; ++kept) {
    std::string torn = whole;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(kept), torn.end(), '\0');
    disk.set_contents(segment_path(1), torn);
    auto journal = open_ok(replaceable_options(disk));
    expect_log(*journal, 0, {version(0, 1, 1), version(0, 2, 1), version(0, 3, 1)});
    commit_entry(*journal, version(0, 2, 2));
    expect_log_for_ever(disk, journal, 0, {version(0, 1, 1), version(0, 2, 2)});
  }
}

TEST(JournalReplace, ATornReplacementThatBeganASegmentLeavesWhatWasThere) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  Entries expected;
  for (LogIndex i = 1; i <= 8; ++i) {
    expected.push_back(version(0, i, 1, 1000));
    commit_entry(*journal, expected.back());
  }
  disk.set_faults(
      {.fail_write_after_bytes = 4200});  // the new segment's header, not all of the block
  ASSERT_TRUE(journal->append(version(0, 2, 2, 8000)));
  EXPECT_FALSE(journal->sync());
  disk.set_faults({});
  journal.reset();  // a kill: what was written stays
  ASSERT_TRUE(disk.exists(segment_path(2)));
  journal = open_ok(replaceable_options(disk));
  expect_log_for_ever(disk, journal, 0, expected);
  commit_entry(*journal, version(0, 2, 3));
  expect_log_for_ever(disk, journal, 0, {expected[0], version(0, 2, 3)});
}

TEST(JournalReplace, EntriesAndGroupStateOfOneSyncAreThereTogetherOrNotAtAll) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  commit_entry(*journal, version(state_stream, 1, 1));
  for (LogIndex i = 1; i <= 3; ++i) ASSERT_TRUE(journal->append(version(0, i, 1)));
  ASSERT_TRUE(journal->append(version(state_stream, 1, 2)));
  disk.set_faults({.fail_write_after_bytes = 300});  // within the block, behind two of its entries
  EXPECT_FALSE(journal->sync());
  disk.set_faults({});
  journal.reset();
  journal = open_ok(replaceable_options(disk));
  EXPECT_GT(journal->report().cut_bytes, 0U);
  EXPECT_EQ(journal->last_index(0), 0U);
  EXPECT_EQ(journal->read(state_stream, 1).value(), version(state_stream, 1, 1).bytes);
}

TEST(JournalReplace, AStateThatIsAlwaysEntryOneCostsNoSegmentAndIsTheNewestAfterReopening) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  Entries expected;
  int written = 0;
  for (LogIndex i = 1; i <= 60; ++i) {
    expected.push_back(version(0, i, 1, 1000));
    ASSERT_TRUE(journal->append(expected.back()));
    if (i % 20 != 0) {
      ASSERT_TRUE(journal->append(version(state_stream, 1, ++written)));
    }
    ASSERT_TRUE(journal->sync());
    expect_log(*journal, state_stream, {version(state_stream, 1, written)});
  }
  EXPECT_TRUE(disk.exists(segment_path(6)));
  EXPECT_FALSE(disk.exists(segment_path(8))) << "60 KB of entries in segments of 12 KB";
  expect_log_for_ever(disk, journal, state_stream, {version(state_stream, 1, written)});
  expect_log_for_ever(disk, journal, 0, expected);
}

TEST(JournalReplace, ASidecarWithWrongOffsetsIsNotBelievedThereEither) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 1; i <= 4; ++i) commit_entry(*journal, version(0, i, 1));
  for (LogIndex i = 2; i <= 4; ++i) commit_entry(*journal, version(0, i, 2));
  for (LogIndex i = 5; i <= 20; ++i) commit_entry(*journal, version(0, i, 2, 1000));
  journal.reset();
  std::string sidecar = disk.contents(sidecar_path(1));
  ASSERT_FALSE(sidecar.empty());
  sidecar[sidecar.size() - 4] ^= 8;  // the last entry's offset
  disk.set_contents(sidecar_path(1), sidecar);
  journal = open_ok(replaceable_options(disk));
  for (LogIndex i = 2; i <= 4; ++i) EXPECT_EQ(journal->read(0, i).value(), version(0, i, 2).bytes);
  for (LogIndex i = 5; i <= 20; ++i)
    EXPECT_EQ(journal->read(0, i).value(), version(0, i, 2, 1000).bytes);
}

TEST(JournalReplace, AReplaceableLogAndAStrictOneAreNotTakenForEachOther) {
  MemoryFileSystem one;
  MemoryFileSystem many;
  open_ok(small_options(one));
  open_ok(replaceable_options(many));
  EXPECT_EQ(open_error(replaceable_options(one)).code, Errc::mismatch);
  EXPECT_EQ(open_error(small_options(many)).code, Errc::mismatch);
}

TEST(JournalReplace, AJumpBackInAStrictLogIsDamageEvenWithAllChecksumsRight) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(replaceable_options(disk));
    for (const LogIndex i : {1U, 2U, 1U}) commit_entry(*journal, version(0, i, 1));
  }
  // The same blocks behind the header of a strict log.
  MemoryFileSystem strict;
  open_ok(small_options(strict));
  std::string bytes = strict.contents(segment_path(1));
  bytes.replace(4096, bytes.npos, disk.contents(segment_path(1)).substr(4096));
  strict.set_contents(segment_path(1), bytes);
  const Error error = open_error(small_options(strict));
  EXPECT_EQ(error.code, Errc::corrupt);
  EXPECT_NE(error.context.find("entry 1 where entry 3 must follow"), std::string::npos)
      << error.context;
}

TEST(JournalReplace, TakesTheStreamsOfAClusterOfTheLargestSize) {
  MemoryFileSystem disk;
  auto options = replaceable_options(disk);
  options.partitions = 2050;
  options.segment_bytes = 64 * 1024;
  auto journal = open_ok(options);
  commit_entry(*journal, version(2049, 1, 1));
  commit_entry(*journal, version(2049, 1, 2));
  journal.reset();
  EXPECT_EQ(open_ok(options)->read(2049, 1).value(), version(2049, 1, 2).bytes);
  options.partitions = 2051;
  EXPECT_EQ(open_error(options).code, Errc::invalid);
}

TEST(JournalReplaceDeathTest, AGapForwardAndABackwardStepOfAStrictLogAreBugs) {
  MemoryFileSystem disk;
  auto journal = open_ok(replaceable_options(disk));
  commit_entry(*journal, version(0, 1, 1));
  EXPECT_DEATH((void)journal->append(version(0, 3, 1)), "contiguous");
  EXPECT_DEATH((void)journal->append(version(0, 0, 1)), "contiguous");
  MemoryFileSystem strict;
  journal = open_ok(small_options(strict));
  commit_entry(*journal, version(0, 1, 1));
  EXPECT_DEATH((void)journal->append(version(0, 1, 2)), "contiguous");
}

}  // namespace
}  // namespace florin
