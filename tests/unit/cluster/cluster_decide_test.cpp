// Every command, every refusal, and what the map is behind them.
#include "cluster/membership/cluster_decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

using membership_kit::Cluster;
using membership_kit::member;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Refusal = MembershipRefusal;

std::string refusal(const ClusterMap& map, const ClusterCommand& command) {
  const auto decided = decide(map, command);
  return decided ? "none" : std::string(to_string(decided.error().code));
}
std::string message(const ClusterMap& map, const ClusterCommand& command) {
  const auto decided = decide(map, command);
  return decided ? "none" : decided.error().message;
}

TEST(ClusterDecide, FormingPlacesEveryPartitionOnDifferentNodesAsTheFirstGeneration) {
  const Cluster cluster(5, 3, 16);
  ASSERT_EQ(cluster.map.partitions.size(), 16u);
  const auto placed = place(16, std::vector<NodeNumber>{1, 2, 3, 4, 5}, 3);
  for (PartitionId p = 0; p < 16; ++p) {
    const MapPartition& partition = cluster.map.partitions[p];
    EXPECT_TRUE(partition.settled);
    EXPECT_TRUE(std::ranges::is_sorted(partition.wanted));
    std::set<ReplicaId> expected;
    for (const NodeNumber node : placed[p]) expected.insert(replica_id(node, 0));
    EXPECT_EQ(std::set<ReplicaId>(partition.wanted.begin(), partition.wanted.end()), expected);
  }
  EXPECT_EQ(cluster.map.version, 1u);
  EXPECT_EQ(cluster.map.replication, 3u);
}

TEST(ClusterDecide, FormingAgainIsDoneAlreadyWhateverBecameOfTheNodes) {
  Cluster cluster(3);
  cluster.run(AddNode{member(4)});
  EXPECT_THAT(*decide(cluster.map, FormCluster{{member(1), member(2), member(3)}, 3, 4}),
              IsEmpty());
}

TEST(ClusterDecide, FormingOtherwiseIsRefused) {
  const Cluster cluster(3);
  EXPECT_EQ(refusal(cluster.map, FormCluster{{member(1)}, 1, 4}), "cluster_formed_otherwise");
  EXPECT_EQ(message(cluster.map, FormCluster{{member(1), member(2), member(3)}, 3, 8}),
            "this cluster was formed with 4 partitions and replication 3, not 8 and 3");
}

TEST(ClusterDecide, NodesThatMakeNoClusterAreRefused) {
  const auto of = [](std::vector<ClusterMember> nodes, std::uint32_t replication,
                     std::uint32_t partitions) {
    const auto decided = decide({}, FormCluster{std::move(nodes), replication, partitions});
    return decided ? "none"
                   : std::string(to_string(decided.error().code)) + ": " + decided.error().message;
  };
  EXPECT_EQ(of({member(1)}, 1, 0), "invalid_cluster: a cluster needs at least one partition");
  EXPECT_EQ(of({member(1)}, 0, 1), "invalid_cluster: the replication factor must be at least 1");
  EXPECT_EQ(of({member(1), member(2)}, 3, 1),
            "invalid_cluster: a replication factor of 3 needs as many nodes; there are 2");
  EXPECT_EQ(of({member(0)}, 1, 1), "invalid_cluster: 0 is not a node number: they are 1 to 65535");
  EXPECT_EQ(of({member(1), member(1)}, 1, 1), "invalid_cluster: node 1 is there twice");
  EXPECT_EQ(of({member(1), {2, "n2:7601", "n1:7601"}}, 1, 1),
            "invalid_cluster: address n1:7601 is there twice");
}

TEST(ClusterDecide, NothingCanBeAskedOfAClusterThatIsNotFormed) {
  for (const ClusterCommand& command :
       std::vector<ClusterCommand>{AddNode{member(1)}, DrainNode{1}, ResumeNode{1}, RemoveNode{1},
                                   Rebalance{}, RejoinNode{1}})
    EXPECT_EQ(refusal({}, command), "cluster_not_formed");
}

// --- add -------------------------------------------------------------------------------------------------------

TEST(ClusterDecide, AnAddedNodeIsActiveAndTheSameAgainIsDone) {
  Cluster cluster(3);
  EXPECT_THAT(cluster.run(AddNode{member(4)}), ElementsAre(Event(NodeAdded{member(4)})));
  EXPECT_TRUE(cluster.map.is(4, NodeState::active));
  EXPECT_THAT(cluster.run(AddNode{member(4)}), IsEmpty());
  EXPECT_THAT(goal_of_meta(cluster.map).wanted, ElementsAre(1, 2, 3, 4));
  cluster.run(DrainNode{4});
  EXPECT_THAT(cluster.run(AddNode{member(4)}), IsEmpty());  // still drained
  EXPECT_TRUE(cluster.map.is(4, NodeState::drained));
}

TEST(ClusterDecide, ANodeCannotBeAddedUnderANumberOrAddressThatIsTaken) {
  Cluster cluster(4);
  EXPECT_EQ(refusal(cluster.map, AddNode{member(0)}), "invalid_node_number");
  EXPECT_EQ(refusal(cluster.map, AddNode{{2, "elsewhere:1", "elsewhere:2"}}), "node_exists");
  EXPECT_THAT(message(cluster.map, AddNode{{2, "elsewhere:1", "elsewhere:2"}}),
              HasSubstr("n2:7601 and n2:7600"));
  EXPECT_EQ(refusal(cluster.map, AddNode{{5, "n3:7601", "n5:7600"}}), "address_in_use");
  EXPECT_EQ(refusal(cluster.map, AddNode{{5, "n5:7601", "n3:7601"}}), "address_in_use");
  EXPECT_THAT(message(cluster.map, AddNode{{5, "n3:7600", "n5:7600"}}),
              HasSubstr("n3:7600 is an address of node 3"));
  EXPECT_EQ(refusal(cluster.map, AddNode{{5, "n5:1", "n5:1"}}), "address_in_use");
  cluster.run(RemoveNode{3});
  EXPECT_EQ(refusal(cluster.map, AddNode{member(3)}), "node_leaving");
  EXPECT_EQ(refusal(cluster.map, AddNode{{5, "n3:7601", "n5:7600"}}),
            "address_in_use");  // it still runs
  cluster.finish();
  ASSERT_TRUE(cluster.map.is(3, NodeState::removed));
  EXPECT_EQ(refusal(cluster.map, AddNode{member(3)}), "number_used_before");
  EXPECT_EQ(refusal(cluster.map, AddNode{{5, "n3:7601", "n3:7600"}}), "none");
}

// --- drain, resume -------------------------------------------------------------------------------------------

TEST(ClusterDecide, ADrainedNodeComesBackWithResume) {
  Cluster cluster(3);
  EXPECT_THAT(cluster.run(DrainNode{2}), ElementsAre(Event(NodeDrained{2})));
  EXPECT_THAT(cluster.run(DrainNode{2}), IsEmpty());
  EXPECT_THAT(cluster.run(ResumeNode{2}), ElementsAre(Event(NodeResumed{2})));
  EXPECT_THAT(cluster.run(ResumeNode{2}), IsEmpty());
}

TEST(ClusterDecide, SomebodyStaysActive) {
  Cluster cluster(4, 1);
  for (NodeNumber node = 1; node <= 3; ++node) cluster.run(DrainNode{node});
  EXPECT_EQ(refusal(cluster.map, DrainNode{4}), "last_active_node");
  EXPECT_EQ(refusal(cluster.map, RemoveNode{4}), "last_active_node");
  EXPECT_EQ(refusal(cluster.map, RemoveNode{3}), "none");
}

TEST(ClusterDecide, WhoIsUnknownOrLeavingCanBeNeitherDrainedNorResumed) {
  Cluster cluster(4);
  EXPECT_EQ(refusal(cluster.map, DrainNode{9}), "unknown_node");
  EXPECT_EQ(refusal(cluster.map, ResumeNode{9}), "unknown_node");
  EXPECT_EQ(refusal(cluster.map, RemoveNode{9}), "unknown_node");
  cluster.run(RemoveNode{3});
  EXPECT_EQ(refusal(cluster.map, DrainNode{3}), "node_leaving");
  EXPECT_EQ(refusal(cluster.map, ResumeNode{3}), "node_leaving");
  cluster.finish();
  EXPECT_EQ(refusal(cluster.map, DrainNode{3}), "unknown_node");
  EXPECT_EQ(message(cluster.map, ResumeNode{3}), "node 3 has been removed from this cluster");
}

TEST(ClusterDecide, ANodeThatHasLostItsDiskRejoinsEachTimeThatItIsAsked) {
  Cluster cluster(4);
  EXPECT_THAT(cluster.run(RejoinNode{2}), ElementsAre(Event(NodeRejoined{2})));
  EXPECT_THAT(cluster.run(RejoinNode{2}), ElementsAre(Event(NodeRejoined{2})));
  EXPECT_EQ(cluster.map.life_of(2), 2U);
  EXPECT_EQ(refusal(cluster.map, RejoinNode{9}), "unknown_node");
  cluster.run(RemoveNode{3});
  EXPECT_EQ(refusal(cluster.map, RejoinNode{3}), "node_leaving");
  EXPECT_EQ(refusal(Cluster(3, 2).map, RejoinNode{3}), "too_few_nodes") << "half of the votes";
}

// --- remove, rebalance ---------------------------------------------------------------------------------------

TEST(ClusterDecide, ANodeIsRemovedOnceWhetherActiveOrDrained) {
  Cluster cluster(5);
  EXPECT_THAT(cluster.run(RemoveNode{3}), ElementsAre(Event(NodeLeaving{3})));
  EXPECT_THAT(cluster.run(RemoveNode{3}), IsEmpty());
  cluster.finish();
  EXPECT_THAT(cluster.run(RemoveNode{3}), IsEmpty());
  cluster.run(DrainNode{4});
  EXPECT_THAT(cluster.run(RemoveNode{4}), ElementsAre(Event(NodeLeaving{4})));
}

TEST(ClusterDecide, AsManyNodesStayAsThereAreReplicas) {
  Cluster cluster(4);
  EXPECT_EQ(refusal(cluster.map, RemoveNode{1}), "none");
  cluster.run(RemoveNode{2});
  EXPECT_EQ(refusal(cluster.map, RemoveNode{1}), "too_few_nodes");
  EXPECT_EQ(
      message(cluster.map, RemoveNode{1}),
      "without node 1 there would be 2 nodes for 3 replicas of each partition: add a node first");
  cluster.run(AddNode{member(5)});
  EXPECT_EQ(refusal(cluster.map, RemoveNode{1}), "none");
}

TEST(ClusterDecide, ARebalanceBeginsOnlyWhenSomethingIsToMove) {
  Cluster cluster(3, 3, 16);
  EXPECT_THAT(cluster.run(Rebalance{}), IsEmpty());
  cluster.run(AddNode{member(4)});
  EXPECT_THAT(cluster.run(Rebalance{}), ElementsAre(Event(RebalanceBegun{})));
  EXPECT_THAT(cluster.run(Rebalance{}), IsEmpty());
}

TEST(ClusterDecide, EveryRefusalHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 1; code <= static_cast<int>(Refusal::last_active_node); ++code)
    names.insert(to_string(static_cast<Refusal>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Refusal::last_active_node));
  EXPECT_FALSE(names.contains("?"));
}

}  // namespace
}  // namespace florin
