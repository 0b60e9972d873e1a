// A node's place: what it may speak for, by the map as far as it is known here (ADR-0012). One node's key must not
// speak for partitions that the map does not give it. Pure.
#pragma once

#include "cluster/membership/cluster_map.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "cluster/replication/peer_fault.hpp"

namespace florin {

// Is, or was until the partition came to rest, one of its replicas on that node? Before a cluster is formed nobody has a
// place, and nothing to lose.
bool may_lead(const ClusterMap& map, PartitionId partition, NodeNumber node);

// What can be said of facts without knowing anything of the groups; `groups`: the meta group is the last.
std::optional<PeerFault> fault_in(const FactsFrame& facts, std::uint32_t groups);

// No: it is not believed. No fault: who has just committed its own removal says that until it stops leading.
bool leads_as_voter(const LedGroup& led, NodeNumber from);

}  // namespace florin
