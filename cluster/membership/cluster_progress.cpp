// Leaders and progress out of map and facts.
#include "cluster/membership/cluster_progress.hpp"

#include <algorithm>

namespace florin {
namespace {

bool contains(const std::vector<ReplicaId>& replicas, ReplicaId replica) {
  return std::ranges::find(replicas, replica) != replicas.end();
}

// Nodes with a wanted replica that votes, as far as is known.
std::vector<NodeNumber> voting_nodes(const MapPartition& partition, const GroupFacts* facts) {
  std::vector<NodeNumber> out;
  for (const ReplicaId replica : partition.wanted)
    if (facts == nullptr || contains(facts->voters, replica)) out.push_back(node_of(replica));
  return out;
}

std::uint32_t missing_from(const std::vector<ReplicaId>& there, const std::vector<ReplicaId>& all) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(all, [&](ReplicaId replica) { return !contains(there, replica); }));
}

// A replica that is exchanged for another is one move.
std::uint32_t moves_of(const MapPartition& partition, const GroupFacts* facts) {
  if (partition.settled) return 0;
  if (facts == nullptr)
    return static_cast<std::uint32_t>(std::max<std::size_t>(partition.former.size(), 1));
  const auto others = missing_from(partition.wanted, facts->voters) +
                      missing_from(partition.wanted, facts->learners);
  const auto moves = std::max(missing_from(facts->voters, partition.wanted), others);
  return std::max(moves, std::uint32_t{1});  // not settled: there is still something to say
}

bool has_leaving(const ClusterMap& map, const MapPartition& partition) {
  return std::ranges::any_of(partition.wanted, [&](ReplicaId replica) {
    return map.is(node_of(replica), NodeState::leaving);
  });
}

}  // namespace

std::vector<NodeNumber> leaders_wanted(const ClusterMap& map, const ClusterFacts& facts,
                                       const std::function<bool(NodeNumber)>& is_up) {
  Placement active;
  for (PartitionId p = 0; p < map.partitions.size(); ++p) {
    active.push_back(voting_nodes(map.partitions[p], facts.find(p)));
    std::erase_if(active.back(), [&](NodeNumber node) { return !map.is(node, NodeState::active); });
  }
  std::vector<NodeNumber> leaders = preferred_leaders(active);
  for (std::size_t p = 0; p < leaders.size(); ++p) {
    if (leaders[p] != 0 && is_up(leaders[p])) continue;
    const auto other = std::ranges::find_if(active[p], is_up);
    leaders[p] = other == active[p].end() ? NodeNumber{0} : *other;
  }
  return leaders;
}

ClusterProgress progress_of(const ClusterMap& map, const ClusterFacts& facts) {
  ClusterProgress out;
  for (PartitionId p = 0; p < map.partitions.size(); ++p) {
    const MapPartition& partition = map.partitions[p];
    const GroupFacts* known = facts.find(p);
    PartitionProgress& line = out.partitions.emplace_back();
    line.partition = p;
    line.settled = partition.settled;
    line.is_known = known != nullptr;
    line.wanted = partition.wanted;
    if (known != nullptr) {
      line.voters = known->voters;
      line.learners = known->learners;
    }
    line.moves_to_go = moves_of(partition, known);
  }
  for (const Move& move : plan_changes(map.placement(), map.targets(), map.replication)) {
    const MapPartition& partition = map.partitions[move.partition];
    if (partition.settled && (map.rebalancing || has_leaving(map, partition)))
      ++out.partitions[move.partition].moves_to_go;
  }
  for (const PartitionProgress& line : out.partitions) out.moves_to_go += line.moves_to_go;
  return out;
}

}  // namespace florin
