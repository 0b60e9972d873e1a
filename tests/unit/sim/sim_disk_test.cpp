// The simulated disk: what is lost at a power loss and what is not.
#include "sim/ports/sim_disk.hpp"

#include <gtest/gtest.h>

namespace florin::sim {
namespace {

class SimDiskTest : public testing::Test {
 protected:
  std::unique_ptr<File> create(const std::string& path) {
    auto file = disk_.open(path, OpenMode::create_or_truncate);
    EXPECT_TRUE(file);
    return std::move(*file);
  }
  std::string read(const std::string& path) {
    auto file = disk_.open(path, OpenMode::read);
    if (!file) return "no file";
    std::string bytes(1 << 16, '\0');
    const auto got = (*file)->read_at(0, bytes);
    bytes.resize(got ? *got : 0);
    return bytes;
  }
  // A file of these bytes whose name and content are durable.
  void durable(const std::string& path, const std::string& bytes) {
    auto file = create(path);
    EXPECT_TRUE(write_fully(*file, 0, bytes));
    EXPECT_TRUE(file->sync_data());
    EXPECT_TRUE(disk_.sync_directory("/d"));
  }

  SimDisk disk_{1};
};

TEST_F(SimDiskTest, SyncedBytesSurviveAPowerLoss) {
  durable("/d/a", std::string(5'000, 'x'));
  disk_.lose_power();
  EXPECT_EQ(read("/d/a"), std::string(5'000, 'x'));
}

TEST_F(SimDiskTest, UnsyncedBytesSurviveAProcessButNotAlwaysThePower) {
  durable("/d/a", std::string(20 * 512, 'x'));
  {
    auto file = disk_.open("/d/a", OpenMode::write);
    ASSERT_TRUE(write_fully(**file, 0, std::string(20 * 512, 'y')));
  }
  disk_.lose_process();
  EXPECT_EQ(read("/d/a"), std::string(20 * 512, 'y'));
  disk_.lose_power();
  const std::string torn = read("/d/a");
  EXPECT_NE(torn.find('x'), std::string::npos);
  EXPECT_NE(torn.find('y'), std::string::npos);
  for (std::size_t sector = 0; sector < 20; ++sector)
    EXPECT_EQ(torn.substr(sector * 512, 512), std::string(512, torn[sector * 512]))
        << "whole sectors";
}

TEST_F(SimDiskTest, ANameIsDurableOnlyAfterItsDirectoryWasSynced) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SimDisk disk(seed);
    ASSERT_TRUE(disk.open("/d/a", OpenMode::create_or_truncate));
    disk.lose_power();
    lost += disk.exists("/d/a") ? 0 : 1;
  }
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, 20);
}

TEST_F(SimDiskTest, ARenameHappensWholeOrNotAtAll) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SimDisk disk(seed);
    ASSERT_TRUE(disk.open("/d/a", OpenMode::create_or_truncate));
    ASSERT_TRUE(disk.sync_directory("/d"));
    ASSERT_TRUE(disk.rename("/d/a", "/d/b"));
    disk.lose_power();
    EXPECT_NE(disk.exists("/d/a"), disk.exists("/d/b"));
  }
}

TEST_F(SimDiskTest, AFailedFsyncIsNotMadeGoodByTheNext) {
  bool lost = false;
  for (std::uint64_t seed = 0; seed < 20 && !lost; ++seed) {
    SimDisk disk(seed);
    auto file = disk.open("/d/a", OpenMode::create_or_truncate);
    ASSERT_TRUE(disk.sync_directory("/d"));
    ASSERT_TRUE(write_fully(**file, 0, "money"));
    disk.fail_next_sync();
    EXPECT_FALSE((*file)->sync_data());
    EXPECT_TRUE((*file)->sync_data());
    file = std::unique_ptr<File>();
    disk.lose_power();
    auto again = disk.open("/d/a", OpenMode::read);
    std::string bytes(5, '\0');
    ASSERT_TRUE((*again)->read_at(0, bytes));
    lost = bytes != "money";
  }
  EXPECT_TRUE(lost);
}

TEST_F(SimDiskTest, DiesAtTheOperationAskedForAndStaysDeadUntilPowerIsBack) {
  auto file = create("/d/a");
  disk_.die_at_operation(2);
  EXPECT_TRUE(write_fully(*file, 0, "one"));
  EXPECT_FALSE(write_fully(*file, 3, "two"));
  EXPECT_TRUE(disk_.dead());
  EXPECT_FALSE(file->sync_data());
  file.reset();
  disk_.lose_power();
  EXPECT_FALSE(disk_.dead());
}

TEST_F(SimDiskTest, DamageHitsWhatWasSyncedAndCanBeUndone) {
  durable("/d/a", std::string(64, 'x'));
  {
    auto file = disk_.open("/d/a", OpenMode::write);
    ASSERT_TRUE(write_fully(**file, 64, std::string(64, 'y')));
    ASSERT_TRUE((*file)->sync_data());
  }
  const std::string before = read("/d/a");
  ASSERT_TRUE(disk_.damage());
  EXPECT_NE(read("/d/a"), before);
  EXPECT_EQ(read("/d/a").substr(64), before.substr(64)) << "the last write may not be damaged";
  disk_.undo_damage();
  EXPECT_EQ(read("/d/a"), before);
}

TEST_F(SimDiskTest, IsPutBackAsItsBlocksWere) {
  durable("/d/a", "old");
  const auto unsynced = create("/d/b");
  const SimDisk::Image image = disk_.image();
  durable("/d/a", "newer");
  durable("/d/c", "new");
  disk_.put_back(image);
  EXPECT_EQ(read("/d/a"), "old");
  EXPECT_EQ(disk_.durable("/d/a"), "old");
  EXPECT_FALSE(disk_.exists("/d/b")) << "its name was not synced";
  EXPECT_FALSE(disk_.exists("/d/c"));
  disk_.lose_power();
  EXPECT_EQ(read("/d/a"), "old");
}

TEST_F(SimDiskTest, AFullDiskRefusesToGrowAndStillOverwrites) {
  durable("/d/a", "12345");
  disk_.set_full(true);
  auto file = disk_.open("/d/a", OpenMode::write);
  EXPECT_TRUE(write_fully(**file, 0, "54321"));
  const auto grown = write_fully(**file, 5, "6");
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().code, Errc::disk_full);
}

}  // namespace
}  // namespace florin::sim
