// Names of nodes and of their replicas, for whoever plans with them: no header of the engine is needed.
#pragma once

#include <cstdint>

namespace florin {

using NodeNumber = std::uint16_t;  // 1..65535, unique in a cluster, never used again

// Raft's name of one replica of a group: the node's number, and which of the group's replicas it is
// (`generation`, less than 2^48). Never used twice in a group: a replica that lost its disk may not
// come back under the same name, or it would vote twice.
using ReplicaId = std::uint64_t;

constexpr ReplicaId replica_id(NodeNumber node, std::uint64_t generation) noexcept {
  return generation << 16 | node;
}
constexpr NodeNumber node_of(ReplicaId replica) noexcept {
  return static_cast<NodeNumber>(replica & 0xFFFF);
}
constexpr std::uint64_t generation_of(ReplicaId replica) noexcept { return replica >> 16; }

}  // namespace florin
