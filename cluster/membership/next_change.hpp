// What the leader of a group does next to get from the configuration in force to what the map wants: one simple
// change at a time, each of them safe to stop behind. Pure; partitions and the meta group alike.
//
//  1. learners that are not wanted go;
//  2. learners that have caught up become voters, missing replicas become learners;
//  3. when all that is wanted votes: a leader that is not wanted hands over, then the others go.
//
// So a group has never fewer voters than are wanted. The one exception: another replica of a wanted one's node has
// to go first. Nobody goes while the others would be no majority without it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cluster/membership/cluster_map.hpp"

namespace florin {

// A group as its leader has it.
struct GroupSituation {
  ReplicaId self = 0;
  std::vector<ReplicaId> voters, learners;  // in force; no change is on its way
  std::vector<ReplicaId> retired;           // ids that the group will not take again
  // Voters and learners that are heard of and lack next to nothing of the leader's log, the leader too. Empty:
  // nothing is known of them; then nothing is promoted, and what is not wanted goes without asking who is there.
  std::vector<ReplicaId> caught_up;
};

enum class ChangeStep : std::uint8_t { none, add_learner, promote, remove, transfer };

struct NextChange {
  ChangeStep step = ChangeStep::none;
  ReplicaId replica = 0;  // transfer: who should lead
  bool operator==(const NextChange&) const = default;
};

// Nothing, too, when the configuration has a replica that is newer than the goal: the map here is old.
NextChange next_change(const GroupSituation& now, const GroupGoal& goal);

}  // namespace florin
