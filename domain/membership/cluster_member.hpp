// What the events of a cluster's membership speak of (membership_events.hpp): nodes, and changes of a group's replicas.
// Stored: the same rules as for events. What the numbers mean: cluster/placement/replica_id.hpp.
#pragma once

#include <cstdint>
#include <string>

namespace florin {

struct ClusterMember {
  std::uint16_t node = 0;  // unique in a cluster, never used again
  std::string peer;        // host:port, where other nodes reach it
  std::string http;        // host:port, where clients do
  bool operator==(const ClusterMember&) const = default;
};

enum class ReplicaChange : std::uint8_t { add_learner = 1, promote = 2, remove = 3 };

}  // namespace florin
