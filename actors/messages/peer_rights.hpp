// What a node may tell a partition that is led here: messages between partitions only, for this one, and for partitions
// that the map lets it lead (ADR-0012). What clients ask comes as a question, with a number. Pure.
//
// Not seen here: whether an answer comes from the partition that the leg is in. It names only whom it is for; a node that
// has no replica of either is found out by the coordinator's state alone.
#pragma once

#include <span>

#include "actors/messages/messages.hpp"
#include "cluster/membership/peer_place.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

// None: `from` may tell all of them to partition `to`.
std::optional<PeerFault> fault_in(std::span<const Message> messages, PartitionId to,
                                  NodeNumber from, const ClusterMap& map,
                                  const PartitionMap& partitions);

}  // namespace florin
