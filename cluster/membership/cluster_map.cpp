// Evolving the map: no decisions, what an event says has happened.
#include "cluster/membership/cluster_map.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

MapNode& known(ClusterMap& map, NodeNumber node) {
  const auto found = map.nodes.find(node);
  FLORIN_ASSERT(found != map.nodes.end(), "an event of a node comes after the node");
  return found->second;
}

MapPartition& known_partition(ClusterMap& map, PartitionId partition) {
  FLORIN_ASSERT(partition < map.partitions.size(), "an event of a partition that the cluster has");
  return map.partitions[partition];
}

void form(ClusterMap& map, const ClusterFormed& event) {
  FLORIN_ASSERT(!map.is_formed(), "a cluster is formed once");
  std::vector<NodeNumber> nodes;
  for (const ClusterMember& member : event.nodes) {
    map.nodes.emplace(member.node, MapNode{member, NodeState::active});
    nodes.push_back(member.node);
  }
  map.founders = nodes;
  std::ranges::sort(map.founders);
  map.replication = event.replication;
  for (const auto& placed : place(event.partitions, nodes, event.replication)) {
    MapPartition& partition = map.partitions.emplace_back();
    for (const NodeNumber node : placed) partition.wanted.push_back(replica_id(node, 0));
    std::ranges::sort(partition.wanted);
  }
}

void choose(MapPartition& partition, const ReplicasChosen& event, LogIndex index) {
  const auto is_wanted = [&](ReplicaId replica) {
    return std::ranges::count(event.replicas, replica) > 0;
  };
  for (const ReplicaId replica : partition.wanted)
    if (std::ranges::count(partition.former, replica) == 0) partition.former.push_back(replica);
  std::erase_if(partition.former, is_wanted);
  std::ranges::sort(partition.former);
  partition.wanted = event.replicas;
  std::ranges::sort(partition.wanted);
  partition.settled = false;
  partition.chosen_at = index;
  for (const ReplicaId replica : partition.wanted)
    partition.generation = std::max(partition.generation, generation_of(replica));
}

// Its votes and its logs are gone: no replica that it had may come back under its id.
void give_up(ClusterMap& map, NodeNumber node) {
  ++known(map, node).life;
  for (MapPartition& partition : map.partitions) partition.lost[node] = partition.generation;
}

bool is_on(std::span<const ReplicaId> replicas, NodeNumber node) {
  return std::ranges::find(replicas, node, node_of) != replicas.end();
}

}  // namespace

std::string_view to_string(NodeState state) noexcept {
  switch (state) {
    case NodeState::active: return "active";
    case NodeState::drained: return "drained";
    case NodeState::leaving: return "leaving";
    case NodeState::removed: return "removed";
  }
  return "?";
}

const MapNode* ClusterMap::find(NodeNumber node) const {
  const auto found = nodes.find(node);
  return found == nodes.end() ? nullptr : &found->second;
}

std::uint32_t ClusterMap::life_of(NodeNumber node) const {
  const MapNode* found = find(node);
  return found == nullptr ? 0 : found->life;
}

bool ClusterMap::is(NodeNumber node, NodeState state) const {
  const MapNode* found = find(node);
  return found != nullptr && found->state == state;
}

std::vector<NodeNumber> ClusterMap::targets() const {
  std::vector<NodeNumber> out;
  for (const auto& [number, node] : nodes)
    if (node.state == NodeState::active || node.state == NodeState::drained) out.push_back(number);
  return out;
}

Placement ClusterMap::placement() const {
  Placement out;
  for (const MapPartition& partition : partitions) {
    auto& nodes_of_it = out.emplace_back();
    for (const ReplicaId replica : partition.wanted) nodes_of_it.push_back(node_of(replica));
  }
  return out;
}

bool ClusterMap::holds_replicas(NodeNumber node) const {
  return std::ranges::any_of(partitions, [&](const MapPartition& partition) {
    return is_on(partition.wanted, node) || is_on(partition.former, node);
  });
}

void evolve(ClusterMap& map, const Event& event, LogIndex index) {
  map.version = index;
  visit(Overloaded{
            [&]<NodeCommandEvent E>(const Commanded<E>& e) { evolve(map, e.event, index); },
            [&](const ClusterFormed& e) { form(map, e); },
            [&](const NodeAdded& e) {
              const bool is_new =
                  map.nodes.emplace(e.member.node, MapNode{e.member, NodeState::active}).second;
              FLORIN_ASSERT(is_new, "a node number is used once");
            },
            [&](const NodeDrained& e) { known(map, e.node).state = NodeState::drained; },
            [&](const NodeResumed& e) { known(map, e.node).state = NodeState::active; },
            [&](const NodeRejoined& e) { give_up(map, e.node); },
            [&](const NodeLeaving& e) { known(map, e.node).state = NodeState::leaving; },
            [&](const NodeRemoved& e) { known(map, e.node).state = NodeState::removed; },
            [&](const RebalanceBegun&) { map.rebalancing = true; },
            [&](const RebalanceEnded&) { map.rebalancing = false; },
            [&](const ReplicasChosen& e) { choose(known_partition(map, e.partition), e, index); },
            [&](const ReplicasSettled& e) {
              MapPartition& partition = known_partition(map, e.partition);
              partition.settled = true;
              partition.former.clear();
            },
            [&](const FormatLevelRaised& e) {
              map.format_level = std::max(map.format_level, e.level);
            },
            [](const ReplicaChanged&) {},
            // A new event of the membership does not compile before it has a line here.
            [&](const PartitionEvent auto&) { FLORIN_ASSERT(false, event_name(event)); },
        },
        event);
}

GroupGoal goal_of(const ClusterMap& map, PartitionId partition) {
  if (partition >= map.partitions.size()) return {};
  return {map.partitions[partition].wanted, map.partitions[partition].generation};
}

GroupGoal goal_of_meta(const ClusterMap& map) {
  GroupGoal goal;
  for (const auto& [number, node] : map.nodes) {
    const bool has_left = node.state == NodeState::removed ||
                          (node.state == NodeState::leaving && !map.holds_replicas(number));
    // Of who leaves as well: what it has is not of a newer map.
    goal.newest_generation = std::max<std::uint64_t>(goal.newest_generation, node.life);
    if (!has_left) goal.wanted.push_back(replica_id(number, node.life));
  }
  std::ranges::sort(goal.wanted);
  return goal;
}

std::vector<NodeNumber> other_members(const ClusterMap& map, NodeNumber self,
                                      std::vector<NodeNumber> configured) {
  std::erase(configured, self);
  if (!map.is_formed()) return configured;
  std::vector<NodeNumber> others;
  for (const auto& [number, node] : map.nodes)
    if (number != self && node.state != NodeState::removed) others.push_back(number);
  return others;
}

}  // namespace florin
