// A directory counts its starts and knows whether its files are those of the last one.
#include "persistence/start_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "persistence/data_directory.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const ClusterIdentity node_2{"prod-eu", 2};

class StartRecordTest : public testing::Test {
 protected:
  Result<DirectoryStart, Error> start(const std::string& path, const ClusterIdentity& member = {}) {
    auto opened = DataDirectory::open(path, 4, member);
    if (!opened) return Err{opened.error()};
    return opened->begin_start();
  }
  void add_segment(const std::string& path) { std::ofstream(path + "/log/00000001.seg") << "log"; }

  test::TemporaryDirectory dir_;
  const std::string path_ = dir_ / "data";
};

TEST_F(StartRecordTest, CountsStarts) {
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const auto begun = start(path_, node_2);
    ASSERT_TRUE(begun) << begun.error().context;
    EXPECT_EQ(begun->record.starts, n);
    EXPECT_EQ(begun->record.life, 0U);
    EXPECT_FALSE(begun->was_copied);
  }
}

TEST_F(StartRecordTest, NamesTheRunsOfAClustersNodeThatHaveTakenPart) {
  const auto run = [this](Incarnation process, FormatLevel level, std::uint32_t life = 0) {
    auto opened = DataDirectory::open(path_, 4, node_2);
    const RunHistory before = opened->begin_start()->runs;
    EXPECT_TRUE(opened->raise_level(level));
    if (life != 0) {
      EXPECT_TRUE(opened->begin_life(life));
    }
    if (process != 0) {
      EXPECT_TRUE(opened->begin_run(process));
    }
    return before;
  };
  EXPECT_EQ(run(71, 2), RunHistory());
  EXPECT_EQ(run(72, 3), RunHistory()) << "others may keep what has not taken part";
  EXPECT_EQ(run(0, 3), (RunHistory{0, {{1, 71}, {2, 72}}}));
  EXPECT_EQ(run(74, 3), (RunHistory{0, {{1, 71}, {2, 72}}})) << "a refused start is not named";
  EXPECT_EQ(run(75, 3, 1), (RunHistory{0, {{1, 71}, {2, 72}, {4, 74}}}));
  EXPECT_EQ(run(0, 3), (RunHistory{1, {{5, 75}}}));
  std::ofstream(path_ + "/runs", std::ios::app) << "x";
  const auto damaged = start(path_, node_2);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::corrupt);
  EXPECT_THAT(damaged.error().context, HasSubstr("/runs"));
}

// The level rises when a run takes part already: the first one of a directory is named nevertheless.
TEST_F(StartRecordTest, ACopyOfAfterTheFirstRunKnowsThatItLacksTheSecond) {
  {
    auto opened = DataDirectory::open(path_, 4, node_2);
    ASSERT_TRUE(opened->begin_start());
    ASSERT_TRUE(opened->begin_run(71));
    ASSERT_TRUE(opened->raise_level(3));
  }
  ASSERT_TRUE(start(path_, node_2));  // refused, as the second start was another one's
  const auto begun = start(path_, node_2);
  ASSERT_TRUE(begun);
  EXPECT_TRUE(begun->runs.contradicts(0, 2, 72));
}

TEST(RunHistory, ContradictsOnlyWhatItKeeps) {
  RunHistory history;
  EXPECT_FALSE(history.contradicts(0, 1, 7));
  history.add(0, 2, 7);
  history.add(0, 4, 8);
  EXPECT_FALSE(history.contradicts(0, 2, 7));
  EXPECT_FALSE(history.contradicts(0, 4, 8));
  EXPECT_FALSE(history.contradicts(0, 1, 9)) << "from before the first one";
  EXPECT_FALSE(history.contradicts(1, 2, 8)) << "of another life";
  EXPECT_TRUE(history.contradicts(0, 2, 8));
  EXPECT_TRUE(history.contradicts(0, 3, 8)) << "a start that did not take part";
  EXPECT_TRUE(history.contradicts(0, 5, 9));
  for (std::uint64_t start = 5; start <= RunHistory::runs_max + 4; ++start)
    history.add(0, start, ~Incarnation{0} - start);
  EXPECT_EQ(history.processes.size(), RunHistory::runs_max);
  test::TemporaryDirectory dir;
  ASSERT_TRUE(write_run_history(posix_file_system(), dir / "runs", history));
  EXPECT_EQ(*read_run_history(posix_file_system(), dir / "runs"), history);
  history.add(1, 1, 5);
  EXPECT_EQ(history, (RunHistory{1, {{1, 5}}}));
}

TEST(RunHistory, HasTheBytesThatOtherReleasesRead) {
  test::TemporaryDirectory dir;
  ASSERT_TRUE(
      write_run_history(posix_file_system(), dir / "runs", RunHistory{1, {{3, 73}, {4, 74}}}));
  std::ifstream file(dir / "runs");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            "florin runs 1\nlife 1\nstart 3 process 73\nstart 4 process 74\nchecksum 2060507018\n");
}

TEST_F(StartRecordTest, AMovedDirectoryIsTheSame) {
  ASSERT_TRUE(start(path_, node_2));
  add_segment(path_);
  ASSERT_TRUE(start(path_, node_2));
  fs::rename(path_, dir_ / "moved");
  const auto begun = start(dir_ / "moved", node_2);
  ASSERT_TRUE(begun) << begun.error().context;
  EXPECT_EQ(begun->record.starts, 3U);
}

TEST_F(StartRecordTest, ALogThatIsNotThereIsLeftToTheJournalAndNotForgotten) {
  ASSERT_TRUE(start(path_, node_2));
  add_segment(path_);
  const auto known = start(path_, node_2);
  ASSERT_TRUE(known);
  fs::rename(path_ + "/log", dir_ / "unmounted");
  const auto without = start(path_, node_2);
  ASSERT_TRUE(without) << without.error().context;
  EXPECT_EQ(without->record.starts, 3U);
  EXPECT_EQ(without->record.log, known->record.log);
  fs::copy(dir_ / "unmounted", path_ + "/log", fs::copy_options::recursive);
  EXPECT_FALSE(start(path_, node_2)) << "a copy of the log";
  fs::remove_all(path_ + "/log");
  fs::rename(dir_ / "unmounted", path_ + "/log");
  EXPECT_TRUE(start(path_, node_2)) << "the log itself";
}

TEST_F(StartRecordTest, ACopyOfAClustersNodeIsRefusedAndLeftAsItIs) {
  ASSERT_TRUE(start(path_, node_2));
  fs::copy(path_, dir_ / "copy", fs::copy_options::recursive);
  for (int i = 0; i < 2; ++i) {
    const auto begun = start(dir_ / "copy", node_2);
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().code, Errc::disk_lost);
    EXPECT_THAT(begun.error().context, HasSubstr("florin node rejoin 2"));
  }
  EXPECT_TRUE(start(path_, node_2)) << "what was copied is not refused";
}

// rsync and the like write into the directories that are there.
TEST_F(StartRecordTest, FilesThatWereReplacedMakeACopy) {
  ASSERT_TRUE(start(path_, node_2));
  add_segment(path_);
  ASSERT_TRUE(start(path_, node_2));
  std::ofstream(path_ + "/log/00000001.new") << "log";
  fs::rename(path_ + "/log/00000001.new", path_ + "/log/00000001.seg");
  EXPECT_FALSE(start(path_, node_2));
}

TEST_F(StartRecordTest, OneNodeGoesOnWithACopyAndSaysSoOnce) {
  ASSERT_TRUE(start(path_));
  fs::copy(path_, dir_ / "copy", fs::copy_options::recursive);
  EXPECT_TRUE(start(dir_ / "copy")->was_copied);
  EXPECT_FALSE(start(dir_ / "copy")->was_copied);
}

TEST_F(StartRecordTest, ALifeIsRemembered) {
  {
    auto opened = DataDirectory::open(path_, 4, node_2);
    ASSERT_TRUE(opened->begin_start());
    ASSERT_TRUE(opened->begin_life(3));
  }
  const auto begun = start(path_, node_2);
  EXPECT_EQ(begun->record.life, 3U);
  EXPECT_EQ(begun->record.starts, 2U);
}

TEST_F(StartRecordTest, DamageIsNamed) {
  ASSERT_TRUE(start(path_, node_2));
  std::ofstream(path_ + "/starts", std::ios::app) << "x";
  const auto begun = start(path_, node_2);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::corrupt);
  EXPECT_THAT(begun.error().context, HasSubstr("/starts"));
}

// The device's number is no part of it, and what a file system does not keep does not count.
TEST(StartRecord, ComparesWhatIsKnownOfBoth) {
  const StartRecord before{1, 0, 1, {10, 5}, {11, 6}};
  EXPECT_FALSE(was_copied(before, before));
  EXPECT_TRUE(was_copied(before, {1, 0, 1, {12, 5}, {11, 6}}));
  EXPECT_TRUE(was_copied(before, {1, 0, 1, {10, 7}, {11, 6}}));
  EXPECT_TRUE(was_copied(before, {1, 0, 1, {10, 5}, {12, 6}}));
  EXPECT_FALSE(was_copied({1, 0, 1, {10, 5}, {}}, before));
  EXPECT_FALSE(was_copied(before, {1, 0, 1, {10, 5}, {}}));
}

TEST(StartRecord, HasTheBytesThatOtherReleasesRead) {
  test::TemporaryDirectory dir;
  const StartRecord record{
      1234567890123456789ULL, 0, 3, {1311, 1790000000123456789ULL}, {1320, 1790000000123456789ULL}};
  ASSERT_TRUE(write_start_record(posix_file_system(), dir / "starts", record));
  std::ifstream file(dir / "starts");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            "florin starts 1\n"
            "id 1234567890123456789\n"
            "life 0\n"
            "starts 3\n"
            "log inode 1311 born 1790000000123456789\n"
            "first_segment inode 1320 born 1790000000123456789\n"
            "checksum 1208201873\n");
  EXPECT_EQ(*read_start_record(posix_file_system(), dir / "starts"), record);
}

}  // namespace
}  // namespace florin
