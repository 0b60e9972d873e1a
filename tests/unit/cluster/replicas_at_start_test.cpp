// What a node hosts when it starts, and with whom each group began: as the map says, whatever its configuration says by now.
#include <gtest/gtest.h>

#include "cluster/membership/membership_keeper.hpp"
#include "persistence/memory/memory_event_log.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

KeeperOptions configured_with(std::uint32_t replication, std::uint32_t partitions) {
  KeeperOptions options;
  options.self = 1;
  options.streams = LogStreams{partitions};
  options.birth.replication = replication;
  options.birth.partitions = partitions;
  for (NodeNumber node = 1; node <= 3; ++node)
    options.birth.nodes.push_back(membership_kit::member(node));
  return options;
}

// A group that began with five voters and counts three has a majority that the others know nothing of.
TEST(ReplicasAtStart, GroupsBeganAsTheMapSaysNotAsTheConfigurationDoes) {
  const membership_kit::Cluster cluster(5, 5);
  MemoryEventLog log;
  const auto found = replicas_at_start(cluster.map, configured_with(3, 4), log);
  ASSERT_TRUE(found) << found.error().context;
  ASSERT_GE(found->size(), 4U);
  for (const ReplicaHere& group : *found)
    EXPECT_EQ(group.first_conf.voters.size(), 5U) << "group " << group.group;
}

TEST(ReplicasAtStart, BeforeThereIsAMapTheConfigurationCounts) {
  MemoryEventLog log;
  const auto found = replicas_at_start(ClusterMap(), configured_with(3, 4), log);
  ASSERT_TRUE(found) << found.error().context;
  ASSERT_EQ(found->size(), 5U) << "four partitions and the meta group";
  for (const ReplicaHere& group : *found)
    EXPECT_EQ(group.first_conf.voters.size(), 3U) << "group " << group.group;
}

}  // namespace
}  // namespace florin
