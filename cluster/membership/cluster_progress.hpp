// Of the map, for people and for the balance of leaders.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cluster/membership/cluster_facts.hpp"
#include "cluster/membership/cluster_map.hpp"

namespace florin {

// Who should lead each partition; 0: nobody in particular, leave it where it is. As even as the replicas of
// active nodes allow (preferred_leaders() of cluster/placement). A drained or leaving node leads only what nobody
// else could: when no active node that is up has a voter (by the facts, or by the map where there are none).
std::vector<NodeNumber> leaders_wanted(const ClusterMap& map, const ClusterFacts& facts,
                                       const std::function<bool(NodeNumber)>& is_up);

struct PartitionProgress {
  PartitionId partition = 0;
  bool settled = true;
  bool is_known = false;  // somebody leads it: voters and learners are facts
  std::vector<ReplicaId> wanted, voters, learners;
  std::uint32_t moves_to_go = 0;  // replicas to make or to take away
};
struct ClusterProgress {
  std::vector<PartitionProgress> partitions;
  // under way, and those that follow from commands and have not begun
  std::uint32_t moves_to_go = 0;
};
ClusterProgress progress_of(const ClusterMap& map, const ClusterFacts& facts);

}  // namespace florin
