// What opening does with a torn last write, with damage, with missing files and with a disk that fails.
#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;

constexpr std::size_t data_begin = 4096;

// Three durable blocks of one entry each; the offsets where they begin and the end of the last.
struct ThreeBlocks {
  MemoryFileSystem disk;
  std::vector<std::size_t> begin;

  ThreeBlocks() {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 3; ++i) commit(*journal, 0, 60);
    const std::size_t block = (32 + 18 + 60 + 7) / 8 * 8;
    for (std::size_t i = 0; i <= 3; ++i) begin.push_back(data_begin + i * block);
  }
  void close() { ASSERT_TRUE(open_ok(small_options(disk))->close_cleanly()); }
};

TEST(JournalTornTail, IsCutAtEveryByteOfTheLastBlock) {
  ThreeBlocks log;
  const std::string whole = log.disk.contents(segment_path(1));
  const std::size_t data_end = log.begin[2] + 32 + 18 + 60;
  for (std::size_t kept = log.begin[2]; kept < data_end; ++kept) {
    std::string torn = whole;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(kept), torn.end(), '\0');
    log.disk.set_contents(segment_path(1), torn);
    auto journal = open_ok(small_options(log.disk));
    ASSERT_EQ(journal->last_index(0), 2U) << kept;
    ASSERT_LE(journal->report().cut_bytes, kept - log.begin[2]);
    ASSERT_EQ(journal->report().cut_bytes != 0, kept > log.begin[2]) << kept;
    commit(*journal, 0, 60);
    ASSERT_EQ(scan_all(*journal).value().size(), 3U);
    ASSERT_EQ(log.disk.contents(segment_path(1)), whole) << "the cut leaves no trace";
  }
}

TEST(JournalTornTail, OfSectorsInAnyOrderIsCut) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    commit(*journal, 0, 60);
    commit(*journal, 0, 3000);
  }
  const std::string whole = disk.contents(segment_path(1));
  for (std::size_t lost = 9; lost < 14; ++lost) {  // 512-byte sectors that did not reach the disk
    std::string torn = whole;
    torn.replace(lost * 512, 512, std::string(512, '\0'));
    disk.set_contents(segment_path(1), torn);
    auto journal = open_ok(small_options(disk));
    EXPECT_EQ(journal->last_index(0), 1U) << lost;
    EXPECT_GT(journal->report().cut_bytes, 2000U);
    EXPECT_EQ(journal->report().cut_file, segment_path(1));
  }
}

TEST(JournalTornTail, IsOnlyReportedWhenReadingOnly) {
  ThreeBlocks log;
  std::string torn = log.disk.contents(segment_path(1));
  torn[log.begin[2] + 70] = '\0';
  log.disk.set_contents(segment_path(1), torn);
  auto options = small_options(log.disk);
  options.read_only = true;
  auto journal = open_ok(options);
  EXPECT_GT(journal->report().cut_bytes, 0U);
  EXPECT_EQ(journal->report().cut_offset, log.begin[2]);
  EXPECT_EQ(scan_all(*journal).value().size(), 2U);
  EXPECT_EQ(log.disk.contents(segment_path(1)), torn);
}

TEST(JournalTornTail, UnsyncedBlockIsGoneAfterAPowerLoss) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    commit(*journal, 0);
    disk.set_faults({.fail_sync = true});
    ASSERT_TRUE(journal->append(entry(0, 2)));
    EXPECT_FALSE(journal->sync());
  }
  disk.set_faults({});
  disk.lose_unsynced();
  EXPECT_EQ(open_ok(small_options(disk))->last_index(0), 1U);
}

TEST(JournalTornTail, BlockThatOnlyReachedThePageCacheIsMadeDurableAtOpening) {
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    disk.set_faults({.fail_sync = true});
    ASSERT_TRUE(journal->append(entry(0, 1)));
    EXPECT_FALSE(journal->sync());
  }
  disk.set_faults(
      {});  // the process is killed, the machine goes on: the page cache still has the block
  EXPECT_EQ(open_ok(small_options(disk))->last_index(0), 1U);
  disk.lose_unsynced();
  EXPECT_EQ(open_ok(small_options(disk))->last_index(0), 1U);
}

TEST(JournalDamage, FlippedBitBeforeTheLastBlockIsRefusedWithFileAndOffset) {
  ThreeBlocks log;
  const std::string whole = log.disk.contents(segment_path(1));
  for (std::size_t at = log.begin[0]; at < log.begin[2]; ++at) {
    if ((at - log.begin[0]) % (log.begin[1] - log.begin[0]) >= 32 + 18 + 60) continue;  // padding
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    log.disk.set_contents(segment_path(1), bytes);
    const Error error = open_error(small_options(log.disk));
    ASSERT_EQ(error.code, Errc::corrupt) << at;
    const std::size_t block = at < log.begin[1] ? log.begin[0] : log.begin[1];
    ASSERT_NE(error.context.find(segment_path(1) + " at offset " + std::to_string(block)),
              std::string::npos)
        << error.context;
  }
}

TEST(JournalDamage, AfterACleanStopEvenTheLastBlockIsRefused) {
  ThreeBlocks log;
  log.close();
  const std::string whole = log.disk.contents(segment_path(1));
  for (std::size_t at = log.begin[2]; at < log.begin[2] + 32 + 18 + 60; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    log.disk.set_contents(segment_path(1), bytes);
    ASSERT_EQ(open_error(small_options(log.disk)).code, Errc::corrupt) << at;
  }
  // The mark itself carries nothing: losing it loses no entry.
  std::string bytes = whole;
  bytes[log.begin[3] + 5] ^= 1;
  log.disk.set_contents(segment_path(1), bytes);
  EXPECT_EQ(open_ok(small_options(log.disk))->last_index(0), 3U);
}

TEST(JournalDamage, BytesThatLookLikeALaterBlockOfAnotherDirectoryProveNothing) {
  MemoryFileSystem disk;
  std::string forged(48, 'x');
  {
    MemoryFileSystem other;
    auto options = small_options(other);
    options.data_id = 78;
    auto journal = open_ok(options);
    for (int i = 0; i < 5; ++i) commit(*journal, 0, 60);
    forged += other.contents(segment_path(1)).substr(data_begin + 4 * 112, 112);
  }
  {
    auto journal = open_ok(small_options(disk));
    ASSERT_TRUE(journal->append({0, 1, forged}));  // a client may send any bytes
    ASSERT_TRUE(journal->sync());
  }
  std::string torn = disk.contents(segment_path(1));
  torn[data_begin + 32 + 18] = '\0';
  disk.set_contents(segment_path(1), torn);
  EXPECT_EQ(open_ok(small_options(disk))->last_index(0), 0U);
}

struct ManySegments {
  MemoryFileSystem disk;
  ManySegments() {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 50; ++i) commit(*journal, static_cast<PartitionId>(i % 4), 1000);
  }
};

TEST(JournalDamage, MissingSegmentIsNamed) {
  for (const int lost : {1, 2, 3}) {
    ManySegments log;
    ASSERT_TRUE(log.disk.remove(segment_path(lost)));
    const Error error = open_error(small_options(log.disk));
    EXPECT_EQ(error.code, Errc::missing);
    EXPECT_NE(error.context.find(segment_path(lost)), std::string::npos) << error.context;
  }
}

TEST(JournalDamage, SegmentsInEachOthersPlaceAreRefused) {
  ManySegments log;
  log.disk.set_contents(segment_path(2), log.disk.contents(segment_path(3)));
  EXPECT_EQ(open_error(small_options(log.disk)).code, Errc::corrupt);
}

TEST(JournalDamage, SegmentThatWasCutShortIsRefused) {
  for (const int cut : {2, 5}) {  // a sealed one and the last
    ManySegments log;
    log.disk.set_contents(segment_path(cut), log.disk.contents(segment_path(cut)).substr(0, 8000));
    const Error error = open_error(small_options(log.disk));
    EXPECT_EQ(error.code, Errc::corrupt);
    EXPECT_NE(error.context.find(segment_path(cut)), std::string::npos) << error.context;
  }
}

TEST(JournalDamage, ZeroedEndOfASealedSegmentIsFoundWithoutItsSidecar) {
  ManySegments log;
  ASSERT_TRUE(log.disk.remove(sidecar_path(2)));
  std::string bytes = log.disk.contents(segment_path(2));
  std::fill(bytes.begin() + 8192, bytes.end(), '\0');
  log.disk.set_contents(segment_path(2), bytes);
  const Error error = open_error(small_options(log.disk));
  EXPECT_EQ(error.code, Errc::corrupt);
  EXPECT_NE(error.context.find(segment_path(2) + " at offset "), std::string::npos)
      << error.context;
}

TEST(JournalDamage, InASealedSegmentIsFoundByScanAndByRead) {
  ManySegments log;
  std::string bytes = log.disk.contents(segment_path(2));
  for (std::size_t at = data_begin; at < 15'000; at += 997) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 2);
    log.disk.set_contents(segment_path(2), damaged);
    auto journal = open_ok(small_options(log.disk));
    const auto scanned = scan_all(*journal);
    ASSERT_FALSE(scanned) << at;
    EXPECT_EQ(scanned.error().code, Errc::corrupt);
    EXPECT_NE(scanned.error().context.find(segment_path(2) + " at offset "), std::string::npos);
    for (PartitionId p = 0; p < 4; ++p)
      for (LogIndex i = 1; i <= journal->last_index(p); ++i) {
        const auto read = journal->read(p, i);
        if (read)
          ASSERT_EQ(*read, entry(p, i, 1000).bytes);
        else
          ASSERT_EQ(read.error().code, Errc::corrupt);
      }
  }
}

TEST(JournalDamage, FormatVersionOfTheFutureIsAMismatch) {
  ThreeBlocks log;
  std::string bytes = log.disk.contents(segment_path(1));
  bytes[8] = 9;
  log.disk.set_contents(segment_path(1), bytes);
  EXPECT_EQ(open_error(small_options(log.disk)).code, Errc::mismatch);
}

TEST(JournalFaults, FullDiskIsRefusedBeforeAnythingOfTheBlockIsWritten) {
  MemoryFileSystem disk;
  auto options = small_options(disk);
  LogIndex acknowledged = 0;
  {
    auto journal = open_ok(options);
    disk.set_faults({.capacity_bytes = 50 * 1024});
    Status<Error> status = Unit{};
    while (status) {
      ASSERT_TRUE(journal->append(entry(0, acknowledged + 1, 1000)));
      status = journal->sync();
      if (status) ++acknowledged;
    }
    EXPECT_EQ(status.error().code, Errc::disk_full);
    EXPECT_NE(status.error().context.find("/data/log/"), std::string::npos);
    EXPECT_EQ(journal->append(entry(0, acknowledged + 1)).error().code, Errc::disk_full)
        << "sticky";
    EXPECT_GE(acknowledged, 20U);
  }
  disk.set_faults({});
  disk.lose_unsynced();
  auto journal = open_ok(options);
  EXPECT_EQ(journal->report().cut_bytes, 0U);
  EXPECT_EQ(journal->last_index(0), acknowledged);
  commit(*journal, 0, 1000);
}

TEST(JournalFaults, FailedFsyncIsSticky) {
  MemoryFileSystem disk;
  auto journal = open_ok(small_options(disk));
  commit(*journal, 0);
  disk.set_faults({.fail_sync = true});
  ASSERT_TRUE(journal->append(entry(0, 2)));
  EXPECT_EQ(journal->sync().error().code, Errc::io);
  disk.set_faults({});
  const auto before = disk.syncs();
  EXPECT_EQ(journal->sync().error().code, Errc::io);
  EXPECT_EQ(journal->append(entry(0, 3)).error().code, Errc::io);
  EXPECT_EQ(journal->close_cleanly().error().code, Errc::io);
  EXPECT_EQ(disk.syncs(), before) << "a failed fsync is never tried again";
  EXPECT_EQ(journal->last_index(0), 1U);
  EXPECT_EQ(journal->read(0, 1).value(), entry(0, 1).bytes) << "what is durable stays readable";
}

TEST(JournalFaults, ShortWritesAreContinued) {
  MemoryFileSystem disk;
  disk.set_faults({.write_bytes_max = 7});
  {
    auto journal = open_ok(small_options(disk));
    for (int i = 0; i < 15; ++i) commit(*journal, 0, 1000);
  }
  EXPECT_EQ(scan_all(*open_ok(small_options(disk))).value().size(), 15U);
}

TEST(JournalFaults, WriteThatFailsHalfwayIsCutAtTheNextStart) {
  for (std::uint64_t written = 0; written < 150; ++written) {
    MemoryFileSystem disk;
    {
      auto journal = open_ok(small_options(disk));
      commit(*journal, 0);
      disk.set_faults({.fail_write_after_bytes = written});
      ASSERT_TRUE(journal->append(entry(0, 2)));
      ASSERT_EQ(journal->sync().error().code, Errc::io);
    }
    disk.set_faults({});
    ASSERT_EQ(open_ok(small_options(disk))->last_index(0), 1U) << written;
  }
}

TEST(JournalFaults, PowerLossAtEveryPointOfASegmentChangeKeepsAllThatWasAcknowledged) {
  for (std::uint64_t bytes = 0; bytes < 6000; bytes += 37) {
    MemoryFileSystem disk;
    LogIndex acknowledged = 11;
    {
      auto journal = open_ok(small_options(disk));
      for (int i = 0; i < 11; ++i) commit(*journal, 0, 1000);  // the next one needs a new segment
      disk.set_faults({.fail_write_after_bytes = bytes});
      while (journal->append(entry(0, acknowledged + 1, 1000)) && journal->sync()) ++acknowledged;
    }
    disk.set_faults({});
    disk.lose_unsynced();
    auto journal = open_ok(small_options(disk));
    ASSERT_EQ(journal->last_index(0), acknowledged) << bytes;
    ASSERT_EQ(scan_all(*journal).value().size(), acknowledged);
  }
}

TEST(JournalFaults, ReadOnlyFileSystemIsAnIoErrorThatSaysWhatToDo) {
  MemoryFileSystem disk;
  disk.set_faults({.read_only = true});
  const Error error = open_error(small_options(disk));
  EXPECT_EQ(error.code, Errc::io);
  EXPECT_NE(error.context.find("remount it writable or choose another data directory"),
            std::string::npos);
}

}  // namespace
}  // namespace florin
