// The journal on a real disk, with its helper thread, beside readers, and across processes.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "persistence/data_directory.hpp"
#include "persistence/journal/data_dir_lock.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

using test::TemporaryDirectory;

JournalOptions disk_options(const TemporaryDirectory& directory, std::size_t partitions = 16) {
  JournalOptions options;
  options.directory = directory / "log";
  options.data_id = 4711;
  options.partitions = partitions;
  options.segment_bytes = 64 * 1024;
  return options;
}

std::unique_ptr<Journal> open_ok(const JournalOptions& options) {
  auto opened = Journal::open(options);
  if (opened) return std::move(opened).value();
  ADD_FAILURE() << opened.error().context;
  return nullptr;
}

std::string bytes_of(PartitionId partition, LogIndex index, std::size_t size) {
  std::string bytes = std::to_string(partition) + "/" + std::to_string(index) + "/";
  std::mt19937_64 random(index * 1000 + partition);
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

using Written = std::map<PartitionId, std::vector<std::string>>;

// Entries of random partitions and sizes in random group commits; some stay unsynced at the end.
Written write_randomly(Journal& journal, std::mt19937_64& random, std::size_t partitions,
                       Written written) {
  Written pending = written;
  const auto commits = 1 + random() % 60;
  for (std::uint64_t c = 0; c < commits; ++c) {
    for (std::uint64_t n = random() % 12; n > 0; --n) {
      const auto p = static_cast<PartitionId>(random() % partitions);
      const std::size_t size = random() % 40 == 0 ? random() % 90'000 : random() % 900;
      const LogIndex index = pending[p].size() + 1;
      pending[p].push_back(bytes_of(p, index, size));
      EXPECT_TRUE(journal.append({p, index, pending[p].back()}));
    }
    if (c + 1 == commits) break;  // the last group is appended but not synced
    EXPECT_TRUE(journal.sync());
    written = pending;
  }
  return written;
}

void expect_holds_exactly(Journal& journal, const Written& written) {
  Written scanned;
  const auto done = journal.scan(
      {},
      [&](const LogEntryView& e) -> Status<Error> {
        EXPECT_EQ(e.index, scanned[e.partition].size() + 1);
        scanned[e.partition].emplace_back(e.bytes);
        return Unit{};
      },
      nullptr);
  ASSERT_TRUE(done) << done.error().context;
  for (const auto& [partition, entries] : written) {
    ASSERT_EQ(journal.last_index(partition), entries.size());
    EXPECT_EQ(scanned[partition], entries);
    for (LogIndex i = 1; i <= entries.size(); i += 1 + entries.size() / 20)
      EXPECT_EQ(journal.read(partition, i).value(), entries[i - 1]);
  }
}

TEST(JournalOnDisk, HoldsExactlyWhatWasSyncedAfterEveryRestart) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    TemporaryDirectory directory;
    auto options = disk_options(directory);
    Written written;
    for (int run = 0; run < 3; ++run) {
      options.prepare_ahead = random() % 2 == 0;
      auto journal = open_ok(options);
      expect_holds_exactly(*journal, written);
      written = write_randomly(*journal, random, options.partitions, written);
      expect_holds_exactly(*journal, written);
      if (random() % 2 == 0) {
        // A clean stop syncs what was appended; what that was, the next run learns from the log.
        ASSERT_TRUE(journal->close_cleanly());
        for (PartitionId p = 0; p < options.partitions; ++p)
          for (LogIndex i = written[p].size() + 1; i <= journal->last_index(p); ++i)
            written[p].push_back(journal->read(p, i).value());
      }
    }
  }
}

TEST(JournalOnDisk, ReadersSeeEveryDurableEntryWhileTheWriterGoesOn) {
  TemporaryDirectory directory;
  auto journal = open_ok(disk_options(directory, 2));
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> reads = 0;
  const auto read_along = [&] {
    std::mt19937_64 random(1);
    while (!done || reads == 0) {
      const LogIndex last = journal->last_index(1);
      if (last == 0) continue;
      const LogIndex index = 1 + random() % last;
      const auto read = journal->read(1, index);
      ASSERT_TRUE(read) << read.error().context;
      ASSERT_EQ(*read, bytes_of(1, index, 300));
      ++reads;
    }
  };
  const auto scan_along = [&] {
    while (!done) {
      const LogIndex at_least = journal->last_index(1);
      LogIndex seen = 0;
      const auto scanned = journal->scan(
          {},
          [&](const LogEntryView& e) -> Status<Error> {
            seen = e.index;
            return Unit{};
          },
          nullptr);
      ASSERT_TRUE(scanned) << scanned.error().context;
      ASSERT_GE(seen, at_least);
    }
  };
  std::thread reader(read_along);
  std::thread scanner(scan_along);
  for (LogIndex i = 1; i <= 1500; ++i) {
    EXPECT_TRUE(journal->append({1, i, bytes_of(1, i, 300)}));
    if (i % 5 != 0) continue;
    EXPECT_TRUE(journal->sync());
  }
  done = true;
  reader.join();
  scanner.join();
  EXPECT_GT(std::distance(std::filesystem::directory_iterator(directory / "log"), {}), 10);
}

TEST(JournalOnDisk, SegmentsAreAllocatedInFullBeforeTheyAreUsed) {
  TemporaryDirectory directory;
  auto journal = open_ok(disk_options(directory));
  EXPECT_EQ(std::filesystem::file_size(directory / "log/00000001.seg"), 64U * 1024);
}

TEST(JournalOnDisk, TornTailIsCutAndDamageIsRefused) {
  TemporaryDirectory directory;
  {
    auto journal = open_ok(disk_options(directory));
    for (LogIndex i = 1; i <= 2; ++i) {
      ASSERT_TRUE(journal->append({0, i, std::string(500, 'x')}));
      ASSERT_TRUE(journal->sync());
    }
  }
  const std::string path = directory / "log/00000001.seg";
  const auto flip = [&](std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const auto old = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(old ^ 1));
  };
  flip(4096 + 100);  // in the first block, which the second one proves durable
  auto refused = Journal::open(disk_options(directory));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_NE(refused.error().context.find(path + " at offset 4096"), std::string::npos);
  flip(4096 + 100);
  flip(4096 + 552 + 100);  // in the last one: cannot be told from a torn write
  auto journal = open_ok(disk_options(directory));
  EXPECT_EQ(journal->last_index(0), 1U);
  EXPECT_EQ(journal->report().cut_bytes, 550U);
}

TEST(JournalOnDisk, MissingDirectoryIsMissingForReadingOnly) {
  TemporaryDirectory directory;
  auto options = disk_options(directory);
  options.read_only = true;
  auto opened = Journal::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::missing);
  EXPECT_NE(opened.error().context.find(directory / "log"), std::string::npos);
}

TEST(JournalOnDisk, DirectoryThatMayNotBeWrittenIsAnIoErrorWithAdvice) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write anywhere; the unit suite injects EROFS instead";
  TemporaryDirectory directory;
  std::filesystem::permissions(
      directory.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  auto locked = DataDirLock::acquire(directory.path());
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, Errc::io);
  EXPECT_NE(locked.error().context.find("write permission"), std::string::npos);
}

TEST(DataDirLock, SecondHolderIsRefusedAndToldWhoHoldsIt) {
  TemporaryDirectory directory;
  {
    auto first = DataDirLock::acquire(directory / "data");
    ASSERT_TRUE(first);
    auto second = DataDirLock::acquire(directory / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::locked);
    EXPECT_NE(second.error().context.find("process " + std::to_string(::getpid())),
              std::string::npos)
        << second.error().context;
  }
  EXPECT_TRUE(DataDirLock::acquire(directory / "data")) << "free again when the holder is gone";
}

// Without LOCK a second process wrote the same journal.
TEST(DataDirLock, IsHeldThoughItsFileIsRemoved) {
  TemporaryDirectory directory;
  { ASSERT_TRUE(DataDirectory::open(directory / "data", 4)); }
  for (const bool also_meta : {false, true}) {
    auto first = DataDirectory::open(directory / "data", 4);
    ASSERT_TRUE(first);
    std::filesystem::remove(directory / "data/LOCK");
    if (also_meta) std::filesystem::remove(directory / "data/florin.meta");
    auto second = DataDirLock::acquire(directory / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::locked);
  }
}

// Nobody syncs it: after a failure of power its length may be there and its bytes not.
TEST(DataDirLock, TakesItsFileAsPowerHasLeftIt) {
  TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "data");
  for (const std::string& left : {std::string(), std::string(5, '\0')}) {
    std::ofstream(directory / "data/LOCK") << left;
    EXPECT_TRUE(DataDirLock::acquire(directory / "data")) << left.size();
  }
}

// Two names of one directory are one directory.
TEST(DataDirLock, IsOfTheDirectoryWhateverItsName) {
  TemporaryDirectory directory;
  auto first = DataDirLock::acquire(directory / "data");
  ASSERT_TRUE(first);
  std::filesystem::create_directory_symlink(directory / "data", directory / "other");
  EXPECT_FALSE(DataDirLock::acquire(directory / "other"));
  std::filesystem::rename(directory / "data", directory / "moved");
  EXPECT_FALSE(DataDirLock::acquire(directory / "moved"));
}

TEST(DataDirLock, LeavesALinkAndAFileOfSomebodyElseAsTheyAre) {
  TemporaryDirectory directory;
  const std::string precious = directory / "precious";
  std::ofstream(precious) << "0.25\n";
  const auto expect_refused = [&](const std::string& path, const char* what) {
    auto refused = DataDirLock::acquire(path);
    ASSERT_FALSE(refused) << what;
    EXPECT_EQ(refused.error().code, Errc::mismatch) << what;
    EXPECT_EQ(std::filesystem::file_size(precious), 5U) << what;
  };
  std::filesystem::create_directory(directory / "a");
  std::filesystem::create_symlink(precious, directory / "a/LOCK");
  expect_refused(directory / "a", "a symbolic link");
  std::filesystem::create_directory(directory / "b");
  std::filesystem::create_hard_link(precious, directory / "b/LOCK");
  expect_refused(directory / "b", "a hard link");
  std::filesystem::create_directory(directory / "c");
  std::ofstream(directory / "c/LOCK") << std::string(1000, 'x');
  expect_refused(directory / "c", "a long file");
  std::filesystem::create_directory(directory / "f");
  std::ofstream(directory / "f/LOCK") << "mine";
  expect_refused(directory / "f", "a file that is no pid");
  EXPECT_EQ(std::filesystem::file_size(directory / "c/LOCK"), 1000U);
  std::filesystem::create_directories(directory / "d/LOCK");
  expect_refused(directory / "d", "a directory");
  std::filesystem::create_directory(directory / "e");
  ASSERT_EQ(::mkfifo((directory / "e/LOCK").c_str(), 0600), 0);
  expect_refused(directory / "e", "a pipe");
}

TEST(DataDirLock, LetsManyReadAndNobodyWriteBesideThem) {
  TemporaryDirectory directory;
  { ASSERT_TRUE(DataDirLock::acquire(directory / "data")); }
  const auto written = std::filesystem::last_write_time(directory / "data/LOCK");
  {
    auto one = DataDirLock::acquire(directory / "data", DirectoryUse::read);
    auto two = DataDirLock::acquire(directory / "data", DirectoryUse::read);
    ASSERT_TRUE(one && two);
    EXPECT_FALSE(DataDirLock::acquire(directory / "data"));
  }
  EXPECT_EQ(std::filesystem::last_write_time(directory / "data/LOCK"), written);
  auto writer = DataDirLock::acquire(directory / "data");
  ASSERT_TRUE(writer);
  EXPECT_FALSE(DataDirLock::acquire(directory / "data", DirectoryUse::read));
  auto nothing = DataDirLock::acquire(directory / "none", DirectoryUse::read);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Errc::missing);
  EXPECT_FALSE(std::filesystem::exists(directory / "none"));
}

TEST(DataDirLock, SecondProcessIsRefused) {
  TemporaryDirectory directory;
  auto first = DataDirLock::acquire(directory.path());
  ASSERT_TRUE(first);
  const pid_t child = ::fork();
  if (child == 0) {
    auto second = DataDirLock::acquire(directory.path());
    ::_exit(!second && second.error().code == Errc::locked ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(DataDirLock, IsFreeAfterTheHolderWasKilled) {
  TemporaryDirectory directory;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto held = DataDirLock::acquire(directory.path());
    const char done = held ? 'y' : 'n';
    if (::write(ready[1], &done, 1) == 1) ::pause();
    ::_exit(1);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(DataDirLock::acquire(directory.path()));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(DataDirLock::acquire(directory.path()));
  ::close(ready[0]);
  ::close(ready[1]);
}

// A process that is killed while it commits: everything it reported as durable is there.
TEST(JournalOnDisk, KilledWriterLosesNothingItAcknowledged) {
  for (int round = 0; round < 5; ++round) {
    TemporaryDirectory directory;
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto opened = Journal::open(disk_options(directory));
      if (!opened) ::_exit(1);
      for (LogIndex i = 1;; ++i) {
        if (!(*opened)->append({3, i, bytes_of(3, i, 200 + 13 * static_cast<std::size_t>(i % 70))}))
          ::_exit(1);
        if (!(*opened)->sync() || ::write(acknowledged[1], &i, sizeof i) != sizeof i) ::_exit(1);
      }
    }
    ::close(acknowledged[1]);
    LogIndex last = 0;
    const LogIndex kill_at = 100 + static_cast<LogIndex>(round) * 77;
    for (LogIndex i = 0; ::read(acknowledged[0], &i, sizeof i) == sizeof i;) {
      last = i;
      if (i == kill_at) ::kill(child, SIGKILL);
    }
    ::close(acknowledged[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_GE(last, kill_at);
    auto journal = open_ok(disk_options(directory));
    ASSERT_GE(journal->last_index(3), last);
    for (LogIndex i = 1; i <= journal->last_index(3); ++i)
      ASSERT_EQ(journal->read(3, i).value(),
                bytes_of(3, i, 200 + 13 * static_cast<std::size_t>(i % 70)));
  }
}

// Opening it for reading would wait for ever for whoever writes into it.
TEST(PosixFileSystem, APipeUnderAFilesNameIsRefused) {
  TemporaryDirectory directory;
  const std::string pipe = directory / "00000001.seg";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const auto mode : {OpenMode::read, OpenMode::write}) {
    const auto opened = posix_file_system().open(pipe, mode);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, Errc::io);
    EXPECT_NE(opened.error().context.find("not a regular file"), std::string::npos);
  }
}

}  // namespace
}  // namespace florin
