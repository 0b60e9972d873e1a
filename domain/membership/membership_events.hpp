// Events of a cluster's membership (cluster/membership/): nothing of it is part of a partition's state.
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/command_source.hpp"
#include "domain/membership/cluster_member.hpp"

namespace florin {

// First event of its entry, in the log of any group: `replica` becomes a learner, a voter, or is gone for
// ever. In force when the entry is committed.
struct ReplicaChanged {
  static constexpr WireNumber wire{21};
  ReplicaChange change = ReplicaChange::add_learner;
  std::uint64_t replica = 0;
  bool operator==(const ReplicaChanged&) const = default;
};

// All others: in the log of the meta group only.
struct ClusterFormed {
  static constexpr WireNumber wire{22};
  std::vector<ClusterMember> nodes;
  std::uint32_t replication = 0;
  std::uint32_t partitions = 0;
  bool operator==(const ClusterFormed&) const = default;
};
struct NodeAdded {
  static constexpr WireNumber wire{23};
  static constexpr WireNumber wire_commanded{36};
  ClusterMember member;
  bool operator==(const NodeAdded&) const = default;
};
struct NodeDrained {
  static constexpr WireNumber wire{24};
  static constexpr WireNumber wire_commanded{37};
  std::uint16_t node = 0;
  bool operator==(const NodeDrained&) const = default;
};
struct NodeResumed {
  static constexpr WireNumber wire{25};
  static constexpr WireNumber wire_commanded{38};
  std::uint16_t node = 0;
  bool operator==(const NodeResumed&) const = default;
};
// Its disk is lost, and it comes back without it: every replica that it had until now is given up, and made anew there under
// another id.
struct NodeRejoined {
  static constexpr WireNumber wire{43};
  static constexpr WireNumber wire_commanded{44};
  std::uint16_t node = 0;
  bool operator==(const NodeRejoined&) const = default;
};
// Its replicas go elsewhere, and no new ones come.
struct NodeLeaving {
  static constexpr WireNumber wire{26};
  static constexpr WireNumber wire_commanded{39};
  std::uint16_t node = 0;
  bool operator==(const NodeLeaving&) const = default;
};
// It has no replica left, of the meta group neither.
struct NodeRemoved {
  static constexpr WireNumber wire{27};
  std::uint16_t node = 0;
  bool operator==(const NodeRemoved&) const = default;
};
struct RebalanceBegun {
  static constexpr WireNumber wire{28};
  static constexpr WireNumber wire_commanded{40};
  bool operator==(const RebalanceBegun&) const = default;
};
struct RebalanceEnded {
  static constexpr WireNumber wire{29};
  bool operator==(const RebalanceEnded&) const = default;
};
// What the partition should have from now on, ascending. Ids of new replicas were never used before.
struct ReplicasChosen {
  static constexpr WireNumber wire{30};
  PartitionId partition = 0;
  std::vector<std::uint64_t> replicas;
  bool operator==(const ReplicasChosen&) const = default;
};
// The partition has exactly what was chosen last.
struct ReplicasSettled {
  static constexpr WireNumber wire{31};
  PartitionId partition = 0;
  bool operator==(const ReplicasSettled&) const = default;
};

// From here on the whole cluster writes and sends what came with `level` (base/format_level.hpp): every node of the map
// has said that it reads it.
struct FormatLevelRaised {
  static constexpr WireNumber wire{45, 1};
  FormatLevel level = 0;
  bool operator==(const FormatLevelRaised&) const = default;
};

using AnyMembershipEvent =
    std::variant<ReplicaChanged, ClusterFormed, NodeAdded, NodeDrained, NodeResumed, NodeRejoined,
                 NodeLeaving, NodeRemoved, RebalanceBegun, RebalanceEnded, ReplicasChosen,
                 ReplicasSettled, FormatLevelRaised, Commanded<NodeAdded>, Commanded<NodeDrained>,
                 Commanded<NodeResumed>, Commanded<NodeRejoined>, Commanded<NodeLeaving>,
                 Commanded<RebalanceBegun>>;

template <class E>
concept MembershipEvent = AlternativeOf<E, AnyMembershipEvent>;
// The first version of one that has a second, which says whose command it was.
template <class E>
concept NodeCommandEvent = MembershipEvent<Commanded<E>>;

}  // namespace florin
