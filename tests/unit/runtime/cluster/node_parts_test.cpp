// Parts of a cluster's node, each alone: when it serves, which peers it knows, what it logs of peers that lie.
#include <gtest/gtest.h>

#include "runtime/cluster/parts/cluster_standing.hpp"
#include "runtime/cluster/parts/cluster_viewer.hpp"
#include "runtime/cluster/parts/map_follower.hpp"
#include "runtime/cluster/parts/refusals_seen.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

NodeConfig config_of_three() {
  NodeConfig config;
  config.cluster.self = 1;
  for (std::uint32_t n = 1; n <= 3; ++n) {
    const std::string number = std::to_string(n);
    auto& node = config.cluster.nodes.emplace_back();
    node.id = static_cast<NodeNumber>(n);
    node.peer = "node" + number + ":1";
    node.http = "node" + number + ":2";
  }
  return config;
}

ClusterMap map_of_three() {
  ClusterMap map;
  map.version = 1;
  map.replication = 3;
  for (NodeNumber n = 1; n <= 3; ++n) {
    const std::string number = std::to_string(n);
    map.nodes[n].member = {n, "node" + number + ":1", "node" + number + ":2"};
  }
  map.partitions.resize(1);
  for (NodeNumber n = 1; n <= 3; ++n) map.partitions[0].wanted.push_back(replica_id(n, 0));
  return map;
}

TEST(RefusalsSeenTest, ALineAtOnceAndThenWithWhatHasComeSince) {
  Metrics metrics(1);
  RefusalsSeen seen(metrics);
  const RefusalsSeen::Time start{};
  EXPECT_EQ(seen.count(2, PeerFault::malformed, start), 1U);
  EXPECT_EQ(seen.count(2, PeerFault::malformed, start + std::chrono::seconds(1)), std::nullopt);
  EXPECT_EQ(seen.count(2, PeerFault::wrong_bytes, start + std::chrono::seconds(1)), 1U);
  EXPECT_EQ(seen.count(3, PeerFault::malformed, start + std::chrono::seconds(1)), 1U);
  EXPECT_EQ(seen.count(2, PeerFault::malformed, start + std::chrono::seconds(60)), 2U);
}

TEST(ClusterStandingTest, ServesWhenItTakesPartAndAPeerHasLetItIn) {
  const NodeConfig config = config_of_three();
  Metrics metrics(1);
  ClusterStanding standing(config, metrics);
  standing.set_map(map_of_three());
  standing.begin_serving();
  EXPECT_FALSE(standing.is_ready());
  EXPECT_NE(standing.why_not_ready(), "");
  standing.link_changed(2, true);
  EXPECT_TRUE(standing.is_ready());
  EXPECT_EQ(standing.why_not_ready(), "");
  EXPECT_EQ(standing.reachable_replicas(0), std::vector<NodeNumber>{2});
  standing.begin_drain();
  EXPECT_FALSE(standing.is_ready());
  standing.begin_serving();
  EXPECT_FALSE(standing.is_ready()) << "who drains serves no more";
}

TEST(ClusterStandingTest, WhoMayHaveBeenRemovedIsDoubted) {
  const NodeConfig config = config_of_three();
  Metrics metrics(1);
  ClusterStanding standing(config, metrics);
  standing.set_map(map_of_three());
  standing.begin_serving();
  standing.link_changed(2, true);
  EXPECT_FALSE(standing.is_doubted());
  standing.link_changed(2, false);
  standing.told_removed(3, 9);
  EXPECT_TRUE(standing.is_doubted());
  EXPECT_FALSE(standing.is_ready());
}

TEST(MapFollowerTest, OthersAreThoseOfTheMapAndBeforeItThoseOfTheConfiguration) {
  const NodeConfig config = config_of_three();
  EXPECT_EQ(other_members(config, ClusterMap()), (std::vector<NodeNumber>{2, 3}));
  ClusterMap map = map_of_three();
  map.nodes[3].state = NodeState::removed;
  map.nodes[4].member = {4, "node4:1", "node4:2"};
  EXPECT_EQ(other_members(config, map), (std::vector<NodeNumber>{2, 4}));
  EXPECT_EQ(http_address(2, config, map), "node2:2");
  EXPECT_EQ(http_address(4, config, map), "node4:2");
  EXPECT_EQ(http_address(5, config, map), "");
}

TEST(ClusterViewerTest, ShowsWhatWasPublishedLast) {
  ClusterViewer viewer;
  ReplicatedLog::Status status;
  status.group = 0;
  status.role = consensus::Role::leader;
  status.conf.voters = {replica_id(1, 0), replica_id(2, 0)};
  ReplicatedLog::Status meta;
  meta.group = 1;
  viewer.publish({status, meta}, {});
  ClusterViewer::Around around;
  around.self = 1;
  around.meta_group = 1;
  around.standing.map = std::make_shared<const ClusterMap>(map_of_three());
  around.is_up = [](NodeNumber node) { return node == 2; };
  const ClusterView view = viewer.view(around);
  ASSERT_EQ(view.replicas.size(), 1U) << "the meta group is not one of people's";
  EXPECT_EQ(view.replicas[0].role, "leader");
  EXPECT_EQ(view.replicas[0].voters, (std::vector<links::NodeNumber>{1, 2}));
  ASSERT_EQ(view.nodes.size(), 3U);
  EXPECT_TRUE(view.nodes[0].is_up && view.nodes[1].is_up && !view.nodes[2].is_up);
}

}  // namespace
}  // namespace florin
