// A data directory knows how many partitions it has and whose node it is, and says so when another
// comes.
#include "persistence/data_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

using testing::HasSubstr;

const ClusterIdentity second_of_prod{"prod-eu", 2};

class DataDirectoryTest : public testing::Test {
 protected:
  // Opens and closes again.
  std::string refusal(std::uint32_t partitions, const ClusterIdentity& member = {}) {
    const auto opened = DataDirectory::open(path_, partitions, member);
    if (opened) return "(opened)";
    EXPECT_EQ(opened.error().code, Errc::mismatch);
    return opened.error().context;
  }
  std::string meta() {
    std::ifstream file(path_ + "/florin.meta");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write_meta(const std::string& text) {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ + "/florin.meta") << text;
  }

  test::TemporaryDirectory dir_;
  std::string path_ = dir_ / "data";
};

TEST_F(DataDirectoryTest, OfOneNodeIsOpenedAgainWithTheSameIdentity) {
  std::uint64_t id = 0;
  {
    const auto made = DataDirectory::open(path_, 16);
    ASSERT_TRUE(made.has_value());
    id = made->identity().id;
    EXPECT_EQ(made->identity().member, ClusterIdentity{});
  }
  const auto opened = DataDirectory::open(path_, 16);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->identity().id, id);
  EXPECT_NE(id, 0U);
}

TEST_F(DataDirectoryTest, OfANodeOfAClusterRemembersClusterAndNumber) {
  EXPECT_EQ(refusal(16, second_of_prod), "(opened)");
  const auto opened = DataDirectory::open(path_, 16, second_of_prod);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->identity().member, second_of_prod);
  EXPECT_EQ(opened->identity().partitions, 16U);
}

TEST_F(DataDirectoryTest, IsReadByToolsWithoutKnowingWhoseItIs) {
  EXPECT_EQ(refusal(4, second_of_prod), "(opened)");
  const auto opened = DataDirectory::open_existing(path_, DirectoryUse::read);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->identity().member, second_of_prod);
}

TEST_F(DataDirectoryTest, FromBeforeThereWereClustersIsOneOfOneNode) {
  write_meta("florin data directory\nformat 1\npartitions 8\nid 12345\n");
  EXPECT_EQ(refusal(8), "(opened)");
  EXPECT_THAT(refusal(8, second_of_prod), HasSubstr("belongs to one node without a cluster"));
}

TEST_F(DataDirectoryTest, OfOneNodeStaysReadableForProgramsFromBeforeAndAClustersDoesNot) {
  EXPECT_EQ(refusal(8), "(opened)");
  EXPECT_THAT(meta(), HasSubstr("format 1\npartitions 8\n"));
  std::filesystem::remove_all(path_);
  EXPECT_EQ(refusal(8, second_of_prod), "(opened)");
  EXPECT_THAT(meta(), HasSubstr("format 2\npartitions 8\n"));
}

TEST_F(DataDirectoryTest, RefusesAnotherNodeNumberAndSaysWhichToUse) {
  EXPECT_EQ(refusal(16, second_of_prod), "(opened)");
  const auto text = refusal(16, {"prod-eu", 3});
  EXPECT_THAT(text, HasSubstr("belongs to node 2 of cluster prod-eu, not to node 3"));
  EXPECT_THAT(text, HasSubstr("start with --node 2 or another --data-dir"));
}

TEST_F(DataDirectoryTest, RefusesAnotherClusterAndSaysWhoseItIs) {
  EXPECT_EQ(refusal(16, second_of_prod), "(opened)");
  EXPECT_THAT(refusal(16, {"prod-us", 2}), HasSubstr("the configuration of cluster prod-eu"));
}

TEST_F(DataDirectoryTest, RefusesOneNodeAsAClusterAndAClusterAsOneNode) {
  EXPECT_EQ(refusal(16), "(opened)");
  EXPECT_THAT(refusal(16, second_of_prod), HasSubstr("start it without [cluster] and --node"));
  std::filesystem::remove_all(path_);
  EXPECT_EQ(refusal(16, second_of_prod), "(opened)");
  EXPECT_THAT(refusal(16), HasSubstr("not to one node without a cluster"));
}

TEST_F(DataDirectoryTest, RefusesAnotherNumberOfPartitionsInAClusterToo) {
  EXPECT_EQ(refusal(16, second_of_prod), "(opened)");
  EXPECT_THAT(refusal(8, second_of_prod), HasSubstr("start with --partitions 16"));
}

TEST_F(DataDirectoryTest, RefusesAFormatOfTheFuture) {
  write_meta("florin data directory\nformat 4\npartitions 8\nid 12345\n");
  EXPECT_THAT(refusal(8), HasSubstr("use a newer one"));
}

TEST_F(DataDirectoryTest, WhoseLevelHasRisenIsRefusedByProgramsThatReadLess) {
  for (const ClusterIdentity& member : {ClusterIdentity{}, second_of_prod}) {
    {
      auto opened = DataDirectory::open(path_, 8, member);
      ASSERT_TRUE(opened.has_value());
      ASSERT_TRUE(opened->raise_level(1));
      EXPECT_TRUE(opened->raise_level(0)) << "never lowered";
      EXPECT_EQ(opened->identity().level, 1);
      const auto second = DataDirectory::open(path_, 8, member);
      ASSERT_FALSE(second.has_value()) << "the new file is held, too";
      EXPECT_EQ(second.error().code, Errc::locked);
    }
    EXPECT_THAT(meta(), HasSubstr("format 3\n")) << "unknown to a program from before levels";
    const auto older = DataDirectory::open(path_, 8, member, 0);
    ASSERT_FALSE(older.has_value());
    EXPECT_EQ(older.error().code, Errc::mismatch);
    EXPECT_THAT(older.error().context,
                HasSubstr("has format level 1, and this program reads up to 0"));
    const auto again = DataDirectory::open(path_, 8, member, 1);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->identity().level, 1);
    EXPECT_EQ(again->identity().member, member);
    std::filesystem::remove_all(path_);
  }
}

TEST_F(DataDirectoryTest, OfALevelThatThisProgramDoesNotReadIsRefusedByToolsAsWell) {
  write_meta("florin data directory\nformat 3\npartitions 8\nid 12345\nlevel 900\n");
  const auto opened = DataDirectory::open_existing(path_, DirectoryUse::read);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Errc::mismatch);
  EXPECT_THAT(opened.error().context, HasSubstr("has format level 900"));
}

TEST_F(DataDirectoryTest, CallsADamagedLevelDamaged) {
  const std::string head = "florin data directory\nformat 3\npartitions 8\nid 12345\n";
  for (const char* tail : {"", "level\n", "level 0\n", "level -1\n", "level 65536\n",
                           "level 1\ncluster\n", "level 1\nnode 2\n", "cluster a\nnode 1\n"}) {
    write_meta(head + tail);
    const auto opened = DataDirectory::open_existing(path_, DirectoryUse::read);
    ASSERT_FALSE(opened.has_value()) << tail;
    EXPECT_EQ(opened.error().code, Errc::corrupt) << tail;
  }
}

TEST_F(DataDirectoryTest, CallsADamagedMetaFileDamaged) {
  const std::string head = "florin data directory\nformat 2\npartitions 8\nid 12345\n";
  for (const char* tail :
       {"", "cluster prod-eu\n", "cluster prod-eu\nnode 0\n", "cluster prod-eu\nnode 65536\n",
        "cluster prod-eu\nnode -1\n", "node 2\ncluster prod-eu\n"}) {
    write_meta(head + tail);
    const auto opened = DataDirectory::open(path_, 8, second_of_prod);
    ASSERT_FALSE(opened.has_value()) << tail;
    EXPECT_EQ(opened.error().code, Errc::corrupt) << tail;
  }
}

TEST_F(DataDirectoryTest, WhoseNumberOfPartitionsIsImpossibleIsNoDataDirectory) {
  for (const char* partitions : {"-1", "0", "1025", "4294967295", "99999999999999999999"}) {
    write_meta(std::string("florin data directory\nformat 1\npartitions ") + partitions +
               "\nid 5\n");
    const auto opened = DataDirectory::open_existing(path_, DirectoryUse::read);
    ASSERT_FALSE(opened.has_value()) << partitions;
    EXPECT_EQ(opened.error().code, Errc::corrupt) << partitions;
  }
}

}  // namespace
}  // namespace florin
