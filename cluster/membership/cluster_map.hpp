// ClusterMap: what a cluster should look like. The events of the meta group's log, evolved; the same on
// every node that has applied the same entries. It says what is wanted; what a group really has is raft's
// configuration in that group's own log (next_change.hpp drives the one to the other).
//
// What always holds:
//  - A node number and a replica id are never used twice.
//  - The wanted replicas of a partition are on different nodes, as many as the replication says.
//  - A choice either keeps a replica under its id, or gives its node an id that nothing in the group had.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cluster/placement/placement.hpp"
#include "cluster/placement/replica_id.hpp"
#include "domain/events.hpp"
#include "domain/membership/cluster_member.hpp"

namespace florin {

enum class NodeState : std::uint8_t {
  active = 1,
  drained = 2,  // keeps its replicas, leads nothing: for a planned stop
  leaving = 3,  // gives its replicas away, gets none
  removed = 4,  // remembered, so that its number does not come back
};
std::string_view to_string(NodeState state) noexcept;  // as in the API

struct MapNode {
  ClusterMember member;
  NodeState state = NodeState::active;
  std::uint32_t life = 0;  // of its disk: how often it was given up as lost
  bool operator==(const MapNode&) const = default;
};

struct MapPartition {
  std::vector<ReplicaId> wanted;  // ascending
  std::vector<ReplicaId> former;  // wanted at some time since it was settled last, and no more
  bool settled = true;            // the group has, or had after the last choice, exactly `wanted`
  LogIndex chosen_at = 0;         // of the meta log: the last choice
  std::uint64_t generation = 0;   // the highest that was given to a replica of it
  // of nodes whose disk was lost: replicas up to that generation are given up
  std::map<NodeNumber, std::uint64_t> lost;
  bool operator==(const MapPartition&) const = default;

  [[nodiscard]] bool is_lost(ReplicaId replica) const {
    const auto found = lost.find(node_of(replica));
    return found != lost.end() && generation_of(replica) <= found->second;
  }
};

struct ClusterMap {
  std::map<NodeNumber, MapNode> nodes;
  std::vector<MapPartition> partitions;
  std::vector<NodeNumber> founders;  // ascending: all groups began on them (founding_conf)
  std::uint32_t replication = 0;
  bool rebalancing = false;
  FormatLevel format_level = 0;  // what the cluster writes; only rises
  LogIndex version = 0;          // of the meta log: the last applied event
  bool operator==(const ClusterMap&) const = default;

  [[nodiscard]] bool is_formed() const { return replication != 0; }
  [[nodiscard]] const MapNode* find(NodeNumber node) const;
  [[nodiscard]] bool is(NodeNumber node, NodeState state) const;
  [[nodiscard]] std::uint32_t life_of(NodeNumber node) const;  // of a node that is not there: 0
  // Nodes that may get replicas: active and drained ones. Ascending.
  [[nodiscard]] std::vector<NodeNumber> targets() const;
  // The nodes of the wanted replicas.
  [[nodiscard]] Placement placement() const;
  // Does a partition want a replica there, or is one perhaps not gone yet?
  [[nodiscard]] bool holds_replicas(NodeNumber node) const;
};

// All members but `self`: by the map; before it is formed, those that the configuration names.
std::vector<NodeNumber> other_members(const ClusterMap& map, NodeNumber self,
                                      std::vector<NodeNumber> configured);

// `index`: of the entry in the meta log. Events of other groups are not for the map (asserted);
// ReplicaChanged is of the meta group's own configuration and changes nothing here.
void evolve(ClusterMap& map, const Event& event, LogIndex index);

// What the leader of a group drives its configuration to.
struct GroupGoal {
  std::vector<ReplicaId> wanted;  // ascending; empty: nothing is known, nothing is to be done
  // a replica of a later one: chosen by a map that is newer than this
  std::uint64_t newest_generation = 0;
  bool operator==(const GroupGoal&) const = default;
};
GroupGoal goal_of(const ClusterMap& map, PartitionId partition);
// Every node takes part in the meta group until it has left: it must hear what its replicas are to do.
GroupGoal goal_of_meta(const ClusterMap& map);

}  // namespace florin
