// A log that ends before what was durable is refused: lost with its disk, not mounted, or an older copy.
#include <gmock/gmock.h>

#include <map>
#include <ranges>

#include "persistence/journal/log_end.hpp"
#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;
using testing::HasSubstr;

class JournalEndTest : public testing::TestWithParam<bool> {
 protected:
  JournalOptions options() {
    JournalOptions options = small_options(disk_);
    options.end_file = end_file;
    options.replaceable = GetParam();
    return options;
  }
  // What a copy of the log's directory holds.
  std::map<std::string, std::string> copy_of_the_log() {
    std::map<std::string, std::string> copy;
    const auto names = disk_.list("/data/log");
    for (const std::string& name : *names) copy[name] = disk_.contents("/data/log/" + name);
    return copy;
  }
  void put_back(const std::map<std::string, std::string>& copy) {
    const auto names = disk_.list("/data/log");
    for (const std::string& name : *names) ASSERT_TRUE(disk_.remove("/data/log/" + name));
    for (const auto& [name, bytes] : copy) disk_.set_contents("/data/log/" + name, bytes);
  }
  // As many segments, killed.
  void write_segments(std::size_t count) {
    auto journal = open_ok(options());
    for (std::size_t i = 0; i < count; ++i) commit(*journal, 0, 12'000);  // one fits into each
  }
  void expect_refused(const std::string& what) {
    const auto before = copy_of_the_log();
    const Error error = open_error(options());
    EXPECT_EQ(error.code, Errc::missing);
    EXPECT_THAT(error.context, HasSubstr(what));
    JournalOptions reading = options();
    reading.read_only = true;
    EXPECT_EQ(open_error(reading).code, Errc::missing) << "an audit would call it clean";
    EXPECT_EQ(copy_of_the_log(), before) << "nothing is written into it";
  }
  journal::LogEnd end() {
    const auto read = journal::read_log_end(disk_, end_file);
    return read && *read ? **read : journal::LogEnd{};
  }

  const std::string end_file = "/data/log.end";
  MemoryFileSystem disk_;
};

TEST_P(JournalEndTest, RefusesALogThatIsGone) {
  { commit(*open_ok(options()), 1); }  // one entry, then killed
  put_back({});
  expect_refused("the log in /data/log is empty, but block 1 was durable (/data/log.end)");
}

TEST_P(JournalEndTest, RefusesALogWithoutItsLastSegments) {
  write_segments(4);
  ASSERT_TRUE(disk_.remove(segment_path(4)));
  expect_refused("ends with block 3, but block 4 was durable");
}

TEST_P(JournalEndTest, RefusesAnOlderCopyOfALogThatWasClosed) {
  { ASSERT_TRUE(open_ok(options())->close_cleanly()); }
  const auto copy = copy_of_the_log();
  {
    auto journal = open_ok(options());
    commit(*journal, 2);
    commit(*journal, 2);
    ASSERT_TRUE(journal->close_cleanly());
  }
  put_back(copy);
  expect_refused("but block 4 was durable");
}

TEST_P(JournalEndTest, NotesAtEachStartWhatAKillLeft) {
  {
    auto journal = open_ok(options());
    for (int i = 0; i < 5; ++i) commit(*journal, 3);
  }
  EXPECT_EQ(end(), (journal::LogEnd{77, 1})) << "the first block of a segment";
  const auto copy = copy_of_the_log();
  { open_ok(options()); }
  EXPECT_EQ(end(), (journal::LogEnd{77, 5}));
  put_back(copy);
  { open_ok(options()); }
}

// The first block of a run is noted, not only that of a segment.
TEST_P(JournalEndTest, RefusesAnOlderCopyAlsoAfterAKill) {
  { ASSERT_TRUE(open_ok(options())->close_cleanly()); }
  const auto copy = copy_of_the_log();
  { commit(*open_ok(options()), 2); }
  put_back(copy);
  expect_refused("ends with block 1, but block 2 was durable");
}

TEST_P(JournalEndTest, IsNotedNowAndThen) {
  JournalOptions wide = options();
  wide.segment_bytes = 1 << 20;  // all in one
  auto journal = open_ok(wide);
  for (int i = 0; i < 1'100; ++i) commit(*journal, 3, 5);
  EXPECT_EQ(end().last_block, 1'025U);
}

// It was durable, so it is damage, not the torn tail of a write that nobody was told of: it is not cut away.
TEST_P(JournalEndTest, CallsADamagedLastBlockDamagedWhenItWasDurable) {
  { commit(*open_ok(options()), 1); }
  std::string bytes = disk_.contents(segment_path(1));
  const auto at = bytes.find("p1i1:");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'q';
  disk_.set_contents(segment_path(1), bytes);
  const Error error = open_error(options());
  EXPECT_EQ(error.code, Errc::corrupt);
  EXPECT_THAT(error.context, HasSubstr("block 1 is damaged, and it was durable"));
  EXPECT_EQ(disk_.contents(segment_path(1)), bytes) << "nothing is cut away";
}

// What was torn was not durable, so it was never noted.
TEST_P(JournalEndTest, IsNeverAheadOfWhatACrashLeaves) {
  for (std::size_t bytes = 1; bytes < 40'000; bytes += 499) {
    SCOPED_TRACE(bytes);
    const bool power_fails = bytes % 2 == 0;  // else the torn block stays as it is
    disk_.set_faults({});
    for (const std::string& name : copy_of_the_log() | std::views::keys)
      ASSERT_TRUE(disk_.remove("/data/log/" + name));
    static_cast<void>(disk_.remove(end_file));
    {
      auto journal = open_ok(options());
      disk_.set_faults({.fail_write_after_bytes = bytes});
      for (LogIndex i = 1; journal->append(entry(0, i, 3'000)) && journal->sync(); ++i) continue;
    }
    disk_.set_faults({});
    if (power_fails) disk_.lose_unsynced();
    open_ok(options());
  }
}

TEST_P(JournalEndTest, TakesTheDirectoryOfAProgramThatKeptNone) {
  JournalOptions old = options();
  old.end_file = "";
  { commit(*open_ok(old), 0); }
  EXPECT_FALSE(disk_.exists(end_file));
  { open_ok(options()); }
  EXPECT_EQ(end().last_block, 1U);
}

TEST_P(JournalEndTest, RefusesAFileOfAnotherDirectoryOrNoSuchFileAtAll) {
  { commit(*open_ok(options()), 0); }
  const std::string right = disk_.contents(end_file);
  ASSERT_TRUE(journal::write_log_end(disk_, end_file, {78, 1}));
  EXPECT_EQ(open_error(options()).code, Errc::mismatch);
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string flipped = right;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    disk_.set_contents(end_file, flipped);
    EXPECT_EQ(open_error(options()).code, Errc::corrupt) << i;
    disk_.set_contents(end_file, right.substr(0, i));
    EXPECT_EQ(open_error(options()).code, Errc::corrupt) << i;
  }
  disk_.set_contents(end_file, right);
  open_ok(options());
}

// It only warns: what is noted is less than it could be.
TEST_P(JournalEndTest, GoesOnWhenItCannotBeNoted) {
  auto journal = open_ok(options());
  disk_.set_faults({.capacity_bytes = 0});
  commit(*journal, 0);  // into what is allocated
  EXPECT_TRUE(journal->warning().has_value());
  disk_.set_faults({});
  commit(*journal, 0);
  EXPECT_EQ(journal->last_index(0), 2U);
}

INSTANTIATE_TEST_SUITE_P(Logs, JournalEndTest, testing::Bool(),
                         [](const auto& log) { return log.param ? "OfACluster" : "OfOneNode"; });

}  // namespace
}  // namespace florin
