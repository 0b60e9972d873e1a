// Which nodes hold a partition's replicas, and which of them should lead it. Pure: the same numbers
// give the same answer on every node and in every release, so no node has to be asked.
//
//   replicas_for      rendezvous hashing: each node has a score for each partition, the best hold it.
//                     A node that comes takes only what it now scores best for; one that goes gives
//                     only what it held. Nobody else moves anything.
//   preferred_leaders leaders spread so that no node could hand one to a node with two fewer
//   plan_changes      from what is to what should be, one replica at a time
//
// A partition never has two replicas on one node: every list of nodes below is a set.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "cluster/placement/replica_id.hpp"

namespace florin {

// The replicas of partition 0, 1, 2, ...; each list without repetition.
using Placement = std::vector<std::vector<NodeNumber>>;

// The `replication` best nodes of the partition (all, if there are fewer), best first. Order and
// repetition in `nodes` do not matter.
std::vector<NodeNumber> replicas_for(PartitionId partition, std::span<const NodeNumber> nodes,
                                     std::uint32_t replication);

Placement place(std::uint32_t partitions, std::span<const NodeNumber> nodes,
                std::uint32_t replication);

// The node that should lead each partition, one of its replicas; 0 where it has none. The heaviest
// node leads as few as the placement allows. With the same replicas on all nodes that is: equal
// within one.
std::vector<NodeNumber> preferred_leaders(const Placement& placement);

// One step of a partition: `add` joins, catches up and becomes a voter; then `remove` leaves.
struct Move {
  PartitionId partition = 0;
  NodeNumber add = 0;     // 0 = only remove
  NodeNumber remove = 0;  // 0 = only add
  bool operator==(const Move&) const = default;
};

// What turns `current` into the placement on `targets`: nodes that are new there are among them,
// nodes that are drained or lost are not. As few replicas as possible are made anew: those that
// rendezvous hashing moves. Ordered by partition; the moves of one partition are to be done one
// after the other, those of different partitions in any order.
std::vector<Move> plan_changes(const Placement& current, std::span<const NodeNumber> targets,
                               std::uint32_t replication);

// The placement after the move, for planning and for tests.
void apply(const Move& move, Placement& placement);

}  // namespace florin
