// Heads of hash chains between nodes: who is told of which partition, and whose word counts.
#include "cluster/membership/told_heads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/membership/peer_place.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::Pair;

ChainHead head_at(LogIndex index) {
  ChainHead head{index, {}};
  head.hash[0] = 1;
  return head;
}

TEST(ToldHeads, GoToTheOtherNodesThatShouldHaveAReplica) {
  const ClusterMap map = membership_kit::Cluster(5).map;
  const auto told = heads_to_tell(map, 1, [](PartitionId partition) {
    return partition == 0 ? std::vector<ChainHead>() : std::vector{head_at(partition)};
  });
  EXPECT_FALSE(told.contains(1)) << "not to itself";
  std::size_t count = 0;
  for (const auto& [node, heads] : told)
    for (const ToldHead& one : heads) {
      EXPECT_TRUE(may_lead(map, one.partition, node));
      EXPECT_EQ(one.head.index, one.partition) << "and none of a partition that is not here";
      ++count;
    }
  std::size_t wanted_elsewhere = 0;
  for (std::size_t p = 1; p < map.partitions.size(); ++p)
    for (const ReplicaId replica : map.partitions[p].wanted)
      wanted_elsewhere += node_of(replica) == 1 ? 0 : 1;
  EXPECT_EQ(count, wanted_elsewhere);
}

TEST(ToldHeads, OfANodeWithoutAPlaceInThePartitionAreNotHeard) {
  const ClusterMap map = membership_kit::Cluster(5).map;
  NodeNumber stranger = 1;
  while (may_lead(map, 0, stranger)) ++stranger;
  const NodeNumber partner = node_of(map.partitions[0].wanted.front());
  const std::string body = encode_heads(std::vector<ToldHead>{{0, head_at(7)}});
  EXPECT_TRUE(heads_heard(stranger, body, map, 4)->empty());
  EXPECT_THAT(*heads_heard(partner, body, map, 4), ElementsAre(Pair(0, ElementsAre(head_at(7)))));
  EXPECT_FALSE(heads_heard(partner, "no such frame", map, 4));
}

}  // namespace
}  // namespace florin
