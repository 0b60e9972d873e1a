// The refusals and what follows when there is none.
#include "cluster/membership/cluster_decide.hpp"

#include <algorithm>
#include <set>

#include "base/overloaded.hpp"

namespace florin {
namespace {

using Refusal = MembershipRefusal;

MembershipDecision done() { return std::vector<Event>{}; }
MembershipDecision one(Event event) {
  std::vector<Event> events;
  events.push_back(std::move(event));
  return events;
}
MembershipDecision refuse(Refusal code, std::string message) {
  return Err{MembershipError{code, std::move(message)}};
}

std::string name(NodeNumber node) { return "node " + std::to_string(node); }

MembershipDecision unknown(const ClusterMap& map, NodeNumber node) {
  if (map.is(node, NodeState::removed))
    return refuse(Refusal::unknown_node, name(node) + " has been removed from this cluster");
  return refuse(Refusal::unknown_node,
                name(node) + " is not a node of this cluster: `florin cluster status` lists them");
}

MembershipDecision is_leaving(NodeNumber node) {
  return refuse(Refusal::node_leaving, name(node) +
                                           " is leaving the cluster, which cannot be taken back; "
                                           "when it is gone, add it again under a new number");
}

// --- addresses -------------------------------------------------------------------------------------------

bool uses(const ClusterMember& member, const std::string& address) {
  return member.peer == address || member.http == address;
}

// The address of `member` that somebody else has, or that it has twice; empty: none.
std::string taken_address(const ClusterMember& member, const ClusterMember& other) {
  for (const std::string& address : {member.peer, member.http})
    if (uses(other, address)) return address;
  return {};
}

MembershipDecision check_addresses(const ClusterMap& map, const ClusterMember& member) {
  if (member.peer == member.http)
    return refuse(
        Refusal::address_in_use,
        member.peer + " is given for both other nodes and clients: each needs a port of its own");
  for (const auto& [number, node] : map.nodes) {
    if (node.state == NodeState::removed) continue;
    const std::string address = taken_address(member, node.member);
    if (address.empty()) continue;
    return refuse(Refusal::address_in_use,
                  address + " is an address of " + name(number) + ": give " + name(member.node) +
                      " another port, or remove " + name(number) + " first if it is lost");
  }
  return done();
}

// --- commands --------------------------------------------------------------------------------------------

std::string wrong_with(const FormCluster& command) {
  if (command.partitions == 0) return "a cluster needs at least one partition";
  if (command.replication == 0) return "the replication factor must be at least 1";
  if (command.nodes.size() < command.replication)
    return "a replication factor of " + std::to_string(command.replication) +
           " needs as many nodes; there are " + std::to_string(command.nodes.size());
  std::set<NodeNumber> numbers;
  std::set<std::string> addresses;
  for (const ClusterMember& member : command.nodes) {
    if (member.node == 0) return "0 is not a node number: they are 1 to 65535";
    if (!numbers.insert(member.node).second) return name(member.node) + " is there twice";
    for (const std::string& address : {member.peer, member.http})
      if (!addresses.insert(address).second) return "address " + address + " is there twice";
  }
  return {};
}

// Nodes come and go after the birth, so only what never changes is compared.
MembershipDecision on(const ClusterMap& map, const FormCluster& command) {
  if (map.is_formed()) {
    if (map.replication == command.replication && map.partitions.size() == command.partitions)
      return done();
    return refuse(Refusal::cluster_formed_otherwise,
                  "this cluster was formed with " + std::to_string(map.partitions.size()) +
                      " partitions and replication " + std::to_string(map.replication) + ", not " +
                      std::to_string(command.partitions) + " and " +
                      std::to_string(command.replication));
  }
  if (std::string wrong = wrong_with(command); !wrong.empty())
    return refuse(Refusal::invalid_cluster, std::move(wrong));
  return one(ClusterFormed{command.nodes, command.replication, command.partitions});
}

MembershipDecision on(const ClusterMap& map, const AddNode& command) {
  const ClusterMember& member = command.member;
  if (member.node == 0)
    return refuse(Refusal::invalid_node_number, "0 is not a node number: they are 1 to 65535");
  if (const MapNode* known = map.find(member.node); known != nullptr) {
    if (known->state == NodeState::removed)
      return refuse(Refusal::number_used_before,
                    name(member.node) +
                        " was in this cluster before, and numbers are "
                        "never used again: start it with a new number and an empty "
                        "data directory");
    if (known->state == NodeState::leaving) return is_leaving(member.node);
    if (known->member == member) return done();
    return refuse(Refusal::node_exists, name(member.node) +
                                            " is in the cluster already, with the addresses " +
                                            known->member.peer + " and " + known->member.http);
  }
  FLORIN_TRY(checked, check_addresses(map, member));
  (void)checked;
  return one(NodeAdded{member});
}

bool other_is_active(const ClusterMap& map, NodeNumber node) {
  return std::ranges::any_of(map.nodes, [&](const auto& entry) {
    return entry.first != node && entry.second.state == NodeState::active;
  });
}

MembershipDecision on(const ClusterMap& map, const DrainNode& command) {
  const MapNode* known = map.find(command.node);
  if (known == nullptr || known->state == NodeState::removed) return unknown(map, command.node);
  if (known->state == NodeState::leaving) return is_leaving(command.node);
  if (known->state == NodeState::drained) return done();
  if (!other_is_active(map, command.node))
    return refuse(Refusal::last_active_node,
                  name(command.node) +
                      " is the last active node, nobody else could lead: "
                      "resume another one first");
  return one(NodeDrained{command.node});
}

MembershipDecision on(const ClusterMap& map, const ResumeNode& command) {
  const MapNode* known = map.find(command.node);
  if (known == nullptr || known->state == NodeState::removed) return unknown(map, command.node);
  if (known->state == NodeState::leaving) return is_leaving(command.node);
  if (known->state == NodeState::active) return done();
  return one(NodeResumed{command.node});
}

MembershipDecision on(const ClusterMap& map, const RemoveNode& command) {
  const MapNode* known = map.find(command.node);
  if (known == nullptr) return unknown(map, command.node);
  if (known->state == NodeState::leaving || known->state == NodeState::removed) return done();
  const std::size_t left = map.targets().size() - 1;
  if (left < map.replication)
    return refuse(Refusal::too_few_nodes, "without " + name(command.node) + " there would be " +
                                              std::to_string(left) + " nodes for " +
                                              std::to_string(map.replication) +
                                              " replicas of each partition: add a node first");
  if (!other_is_active(map, command.node))
    return refuse(Refusal::last_active_node,
                  name(command.node) +
                      " is the last active node, nobody else could lead: "
                      "resume another one first");
  return one(NodeLeaving{command.node});
}

// Its votes are gone with its disk. Where they are half of all, nothing can be decided without them, this neither.
MembershipDecision on(const ClusterMap& map, const RejoinNode& command) {
  const MapNode* known = map.find(command.node);
  if (known == nullptr || known->state == NodeState::removed) return unknown(map, command.node);
  if (known->state == NodeState::leaving) return is_leaving(command.node);
  if (map.replication < 3)
    return refuse(Refusal::too_few_nodes,
                  "with " + std::to_string(map.replication) +
                      " replicas of each partition there is no majority without " +
                      name(command.node) +
                      ": make a new cluster out of the directories that are left "
                      "(docs/OPERATIONS.md, backups)");
  return one(NodeRejoined{command.node});
}

MembershipDecision on(const ClusterMap& map, const Rebalance&) {
  if (map.rebalancing) return done();
  if (plan_changes(map.placement(), map.targets(), map.replication).empty()) return done();
  return one(RebalanceBegun{});
}

}  // namespace

std::string_view to_string(MembershipRefusal refusal) noexcept {
  switch (refusal) {
    case Refusal::cluster_not_formed: return "cluster_not_formed";
    case Refusal::cluster_formed_otherwise: return "cluster_formed_otherwise";
    case Refusal::invalid_cluster: return "invalid_cluster";
    case Refusal::invalid_node_number: return "invalid_node_number";
    case Refusal::unknown_node: return "unknown_node";
    case Refusal::node_exists: return "node_exists";
    case Refusal::number_used_before: return "number_used_before";
    case Refusal::address_in_use: return "address_in_use";
    case Refusal::node_leaving: return "node_leaving";
    case Refusal::too_few_nodes: return "too_few_nodes";
    case Refusal::last_active_node: return "last_active_node";
  }
  return "?";
}

MembershipDecision decide(const ClusterMap& map, const ClusterCommand& command) {
  if (!map.is_formed() && !holds_alternative<FormCluster>(command))
    return refuse(Refusal::cluster_not_formed,
                  "this cluster is not formed yet: a majority of its first nodes must "
                  "run, try again in a moment");
  return visit([&](const auto& c) { return on(map, c); }, command);
}

}  // namespace florin
