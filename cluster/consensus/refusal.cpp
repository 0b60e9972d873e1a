// Names of refusals, for logs and tests.
#include "cluster/consensus/consensus_engine.hpp"

namespace florin::consensus {

std::string_view to_string(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::unknown_group: return "unknown_group";
    case Refusal::group_exists: return "group_exists";
    case Refusal::bad_state: return "bad_state";
    case Refusal::bad_message: return "bad_message";
    case Refusal::wrong_replica: return "wrong_replica";
    case Refusal::unknown_peer: return "unknown_peer";
    case Refusal::not_leader: return "not_leader";
    case Refusal::no_leader: return "no_leader";
    case Refusal::transfer_in_progress: return "transfer_in_progress";
    case Refusal::too_many_uncommitted: return "too_many_uncommitted";
    case Refusal::not_applied: return "not_applied";
    case Refusal::change_pending: return "change_pending";
    case Refusal::bad_replica_id: return "bad_replica_id";
    case Refusal::replica_id_used: return "replica_id_used";
    case Refusal::already_member: return "already_member";
    case Refusal::not_a_member: return "not_a_member";
    case Refusal::not_a_learner: return "not_a_learner";
    case Refusal::learner_behind: return "learner_behind";
    case Refusal::last_voter: return "last_voter";
    case Refusal::removes_leader: return "removes_leader";
    case Refusal::term_too_far: return "term_too_far";
    case Refusal::out_of_bounds: return "out_of_bounds";
  }
  return "unknown";
}

}  // namespace florin::consensus
