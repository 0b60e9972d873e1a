// The checker of format levels sees a level that is raised too early, and what is given to those who cannot read it.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class FormatLevelsHoldTest : public DoctoredHistory {
 protected:
  FormatLevelsHoldTest() {
    options_.partitions = 1;
    options_.nodes = 3;
    options_.replication = 3;
    options_.meta_group = 1;
  }
  std::unique_ptr<Checker> make() override { return make_format_levels_hold(run_); }

  void started(FormatLevel first, FormatLevel second, FormatLevel third) {
    checker().on_started(0, first);
    checker().on_started(1, second);
    checker().on_started(2, third);
  }
  void committed(PartitionId group, LogIndex index, const Event& event, std::uint32_t node = 0) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.partition = group;
    header.index = index;
    checker().on_committed(node, group, index, builder.finish(header));
  }
  void formed() {
    committed(1, 1, ClusterFormed{{{1, "a", "b"}, {2, "c", "d"}, {3, "e", "f"}}, 3, 1});
  }
};

TEST_F(FormatLevelsHoldTest, IsSilentWhenEveryNodeOfTheMapReadsTheLevel) {
  started(1, 1, 1);
  formed();
  committed(1, 2, FormatLevelRaised{1});
  committed(1, 2, FormatLevelRaised{1}, 2);
  EXPECT_EQ(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, ObjectsToALevelThatANodeDoesNotRead) {
  started(1, 1, 0);
  formed();
  committed(1, 2, FormatLevelRaised{1});
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, ObjectsToALevelThatAnAddedNodeDoesNotRead) {
  started(1, 1, 1);
  formed();
  committed(1, 2, NodeAdded{{4, "g", "h"}});
  committed(1, 3, FormatLevelRaised{1});
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, DoesNotCountANodeThatWasRemoved) {
  started(1, 1, 0);
  formed();
  committed(1, 2, NodeRemoved{3});
  committed(1, 3, FormatLevelRaised{1});
  EXPECT_EQ(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, ObjectsToAnEventAboveTheLevelOfTheCluster) {
  started(1, 1, 1);
  formed();
  committed(0, 1, FormatLevelRaised{1});  // stands for any event of level 1 in a partition's log
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, ObjectsToAReplicaThatIsToldOfWhatItCannotRead) {
  started(1, 1, 1);
  formed();
  committed(1, 2, FormatLevelRaised{1});
  checker().on_started(2, 0);
  committed(1, 2, FormatLevelRaised{1}, 2);
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(FormatLevelsHoldTest, ObjectsToATransactionBeforeEveryNodeReadsThem) {
  FormatLevelsHoldTest::started(3, 3, 3);
  formed();
  committed(1, 2, FormatLevelRaised{2});
  committed(0, 1, sim::started());
  EXPECT_EQ(checker().violation(), std::nullopt) << "a transfer";
  committed(0, 2, started_transaction());
  expect_wrong("transfer_started of level 3 in entry 2 of group 0 when the cluster was at level 2");
}

TEST_F(FormatLevelsHoldTest, IsSilentForATransactionWhenEveryNodeReadsThem) {
  FormatLevelsHoldTest::started(3, 3, 3);
  formed();
  committed(1, 2, FormatLevelRaised{3});
  committed(0, 1, started_transaction());
  EXPECT_EQ(checker().violation(), std::nullopt);
}

}  // namespace
}  // namespace florin::sim
