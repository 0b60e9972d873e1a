// Places by the map, and bounds of facts.
#include "cluster/membership/peer_place.hpp"

#include <algorithm>

#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

bool is_on(const std::vector<ReplicaId>& replicas, NodeNumber node) {
  return std::ranges::find(replicas, node, node_of) != replicas.end();
}

bool are_replicas(const std::vector<ReplicaId>& replicas) { return !is_on(replicas, 0); }

// Ascending, none twice, as every group's configuration is.
bool is_configuration(const std::vector<ReplicaId>& replicas) {
  return are_replicas(replicas) &&
         std::ranges::adjacent_find(replicas, std::greater_equal()) == replicas.end();
}

}  // namespace

bool may_lead(const ClusterMap& map, PartitionId partition, NodeNumber node) {
  if (!map.is_formed()) return true;
  if (partition >= map.partitions.size()) return false;
  const MapPartition& place = map.partitions[partition];
  return is_on(place.wanted, node) || is_on(place.former, node);
}

bool leads_as_voter(const LedGroup& led, NodeNumber from) { return is_on(led.facts.voters, from); }

std::optional<PeerFault> fault_in(const FactsFrame& facts, std::uint32_t groups) {
  if (facts.map_version > consensus::index_max) return PeerFault::out_of_bounds;
  for (const ClusterMember& member : facts.members)
    if (member.node == 0) return PeerFault::out_of_bounds;
  if (std::ranges::find(facts.founders, NodeNumber{0}) != facts.founders.end())
    return PeerFault::out_of_bounds;
  for (const LedGroup& led : facts.led) {
    if (led.group >= groups) return PeerFault::unknown_group;
    if (led.facts.term == 0 || led.facts.term > consensus::term_max ||
        led.facts.map_version > facts.map_version)
      return PeerFault::out_of_bounds;
    if (!is_configuration(led.facts.voters) || !is_configuration(led.facts.learners) ||
        !are_replicas(led.facts.retired))
      return PeerFault::out_of_bounds;
  }
  return std::nullopt;
}

}  // namespace florin
