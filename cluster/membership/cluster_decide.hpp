// What an operator may ask of a cluster, decided on the map. Pure; the meta leader logs the events.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "cluster/membership/cluster_map.hpp"

namespace florin {

// The first event of a meta group, out of the configuration that all its first nodes share.
struct FormCluster {
  std::vector<ClusterMember> nodes;
  std::uint32_t replication = 0;
  std::uint32_t partitions = 0;
};
struct AddNode {
  ClusterMember member;
};
struct DrainNode {
  NodeNumber node = 0;
};
struct ResumeNode {
  NodeNumber node = 0;
};
// Of a node that runs or is lost: its replicas are made anew elsewhere.
struct RemoveNode {
  NodeNumber node = 0;
};
struct Rebalance {};
// Of a node whose disk is lost: it comes back, under its number, with an empty one. Each time it is asked, it is done anew.
struct RejoinNode {
  NodeNumber node = 0;
};
using ClusterCommand =
    std::variant<FormCluster, AddNode, DrainNode, ResumeNode, RemoveNode, Rebalance, RejoinNode>;

// A closed list. Stable codes: to_string().
enum class MembershipRefusal : std::uint8_t {
  cluster_not_formed = 1,
  cluster_formed_otherwise,
  invalid_cluster,      // the first nodes do not make a cluster
  invalid_node_number,  // 0
  unknown_node,         // never was one, or was removed
  node_exists,          // with other addresses
  number_used_before,
  address_in_use,
  node_leaving,
  too_few_nodes,     // left, for the replication
  last_active_node,  // somebody must lead
};
std::string_view to_string(MembershipRefusal refusal) noexcept;

struct MembershipError {
  MembershipRefusal code = MembershipRefusal::cluster_not_formed;
  std::string message;  // for people: what is in the way, and what to do
};

// What the same command has already done is success without events.
using MembershipDecision = Result<std::vector<Event>, MembershipError>;
MembershipDecision decide(const ClusterMap& map, const ClusterCommand& command);

}  // namespace florin
