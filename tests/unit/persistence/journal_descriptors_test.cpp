// Running out of descriptors is not the end of the journal: a new segment waits until there are some.
#include <atomic>
#include <cerrno>

#include "persistence/journal/posix_file_system.hpp"
#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;

// A disk in memory that has no descriptors for the next so many opens.
class ScarceFiles final : public FileSystem {
 public:
  Result<std::unique_ptr<File>, Error> open(const std::string& path, OpenMode mode) override {
    if (auto none = refuse(); !none) return Err{none.error()};
    return disk.open(path, mode);
  }
  Status<Error> create_directories(const std::string& path) override {
    return disk.create_directories(path);
  }
  Result<std::vector<std::string>, Error> list(const std::string& directory) override {
    return disk.list(directory);
  }
  Status<Error> rename(const std::string& from, const std::string& to) override {
    return disk.rename(from, to);
  }
  Status<Error> remove(const std::string& path) override { return disk.remove(path); }
  Status<Error> sync_directory(const std::string& directory) override {
    if (auto none = refuse(); !none) return none;
    return disk.sync_directory(directory);
  }
  MemoryFileSystem disk;
  std::atomic<int> refusals = 0;     // to come
  std::atomic<int> opens_left = -1;  // before they come; -1: none is left out

 private:
  Status<Error> refuse() {
    if (opens_left > 0) {
      --opens_left;
      return Unit{};
    }
    if (refusals == 0) return Unit{};
    --refusals;
    return Err{Error{Errc::unavailable, "too many open files"}};
  }
};

class JournalDescriptorsTest : public testing::Test {
 protected:
  static JournalOptions options(ScarceFiles& files) {
    JournalOptions options = small_options(files.disk);
    options.files = &files;
    options.open_retry_pause = std::chrono::milliseconds(0);
    options.open_retries_max = 5;
    return options;
  }
  // Two that do not fit into one segment of 16 KiB: a new one begins for the second.
  static Status<Error> begin_another(Journal& journal) {
    for (int i = 0; i < 2; ++i) {
      FLORIN_TRY_VOID(journal.append(entry(0, journal.last_index(0) + 1, 9'000)));
      FLORIN_TRY_VOID(journal.sync());
    }
    return Unit{};
  }
  ScarceFiles files_;
};

TEST_F(JournalDescriptorsTest, ANewSegmentWaitsWhicheverStepHasNoDescriptor) {
  for (int step = 0; step < 4; ++step) {
    ScarceFiles files;
    auto journal = open_ok(options(files));
    commit(*journal, 0);
    files.opens_left = step;
    files.refusals = 5;
    ASSERT_TRUE(begin_another(*journal)) << "step " << step;
    EXPECT_EQ(files.refusals, 0) << "step " << step;
    ASSERT_TRUE(journal->warning()) << "somebody is told";
    files.opens_left = -1;
    commit(*journal, 1);
    EXPECT_EQ(journal->last_index(0), 3U);
    journal.reset();
    journal = open_ok(options(files));
    EXPECT_EQ(journal->last_index(0), 3U);
    EXPECT_EQ(journal->last_index(1), 1U);
  }
}

TEST_F(JournalDescriptorsTest, ItDoesNotWaitForEver) {
  auto journal = open_ok(options(files_));
  commit(*journal, 0);
  files_.refusals = 1'000;
  const auto written = begin_another(*journal);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::unavailable);
  EXPECT_EQ(files_.refusals, 1'000 - 6);
}

TEST_F(JournalDescriptorsTest, TheHelperTriesAgainUntilASegmentIsInStock) {
  JournalOptions ahead = options(files_);
  ahead.prepare_ahead = true;
  auto journal = open_ok(ahead);
  files_.refusals = 3;
  ASSERT_TRUE(begin_another(*journal));
  EXPECT_EQ(files_.refusals, 0);
  EXPECT_EQ(journal->last_index(0), 2U);
}

TEST_F(JournalDescriptorsTest, TooManyOpenFilesIsNoFaultOfTheDisk) {
  EXPECT_EQ(file_error("cannot open", "/x", EMFILE).code, Errc::unavailable);
  EXPECT_EQ(file_error("cannot open", "/x", ENFILE).code, Errc::unavailable);
  EXPECT_EQ(file_error("cannot open", "/x", EIO).code, Errc::io);
}

}  // namespace
}  // namespace florin
