// What is not opened a second time, and where it goes.
#include "persistence/lmdb/lmdb_store_place.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "persistence/checked_state_store.hpp"
#include "persistence/lmdb/lmdb_crash_mark.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

using test::TemporaryDirectory;

void fill(const std::string& directory) {
  LmdbStorePlace place(directory);
  auto store = place.open();
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->write({{Table::meta, "k", "v"}}));
}

void touch(const std::string& path) { std::ofstream(path).put('x'); }

std::string state_of(StorePlace& place) {
  auto store = place.open();
  if (!store) return std::string(to_string(store.error().code));
  auto value = (*store)->get(Table::meta, "k");
  if (!value) return std::string(to_string(value.error().code));
  return *value ? std::string(**value) : "empty";
}

TEST(LmdbStorePlace, AnOpeningThatNeverEndedIsNotTriedAgain) {
  TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "state");
  const std::string path = directory / "state/p0000";
  fill(path);
  touch(path + ".opening");  // the mark of one that never came to say that it has been read
  LmdbStorePlace place(path);
  EXPECT_EQ(state_of(place), "corrupt");
  EXPECT_EQ(state_of(place), "corrupt") << "for as long as it is there";
  ASSERT_TRUE(place.set_aside());
  EXPECT_EQ(state_of(place), "empty");
  EXPECT_TRUE(std::filesystem::exists(path + ".damaged/data.mdb"));
}

// Integration: full_disk_loses_nothing. The start was refused because another partition's mark had no room.
TEST(LmdbStorePlace, AStartThatGivesUpHasNotDied) {
  TemporaryDirectory directory;
  const std::string path = directory / "p0000";
  fill(path);
  {
    LmdbStorePlace gives_up(path);
    EXPECT_EQ(state_of(gives_up), "v");
    EXPECT_TRUE(std::filesystem::exists(path + ".opening"));
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".opening"));
  LmdbStorePlace again(path);
  EXPECT_EQ(state_of(again), "v");
}

TEST(LmdbStorePlace, AnOpeningThatWentWellLeavesNoMark) {
  TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "state");
  const std::string path = directory / "state/p0000";
  fill(path);
  for (int i = 0; i < 2; ++i) {
    LmdbStorePlace place(path);
    EXPECT_EQ(state_of(place), "v");
    place.loaded();
  }
}

TEST(LmdbStorePlace, SettingAsideMayEndAnywhereAndKeepsTheLastOne) {
  TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "state");
  const std::string path = directory / "state/p0000";
  for (int i = 0; i < 2; ++i) {
    fill(path);
    LmdbStorePlace place(path);
    ASSERT_TRUE(place.set_aside());
    ASSERT_TRUE(place.set_aside()) << "nothing is there to be moved";
    EXPECT_TRUE(std::filesystem::exists(path + ".damaged/data.mdb"));
    EXPECT_EQ(state_of(place), "empty");
    place.loaded();
  }
  touch(path + ".suspect");
  LmdbStorePlace place(path);
  EXPECT_EQ(state_of(place), "corrupt");
  ASSERT_TRUE(place.set_aside());
  EXPECT_FALSE(std::filesystem::exists(path + ".suspect"));
}

// In a process of its own: whoever dies inside LMDB leaves the mark, whoever dies elsewhere does not.
TEST(LmdbStorePlace, WhoDiesInsideLmdbLeavesAMark) {
  TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "state");
  const std::string path = directory / "state/p0000";
  const std::string other = directory / "state/p0001";
  for (const bool is_inside : {false, true}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGABRT, SIG_DFL);
      lmdb::install_crash_marks();
      {
        const lmdb::CrashMark outer(other);
        { const lmdb::CrashMark inner(path); }
        if (is_inside) {
          const lmdb::CrashMark inner(path);
          std::abort();
        }
      }
      std::abort();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
    EXPECT_EQ(std::filesystem::exists(path + ".suspect"), is_inside);
    EXPECT_FALSE(std::filesystem::exists(other + ".suspect"));
  }
}

}  // namespace
}  // namespace florin
