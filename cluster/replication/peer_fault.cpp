// Names of faults, for logs and metrics, and which refusals of the engine are one.
#include "cluster/replication/peer_fault.hpp"

namespace florin {

using consensus::Refusal;

std::string_view to_string(PeerFault fault) noexcept {
  switch (fault) {
    case PeerFault::malformed: return "malformed";
    case PeerFault::foreign_sender: return "foreign_sender";
    case PeerFault::unknown_group: return "unknown_group";
    case PeerFault::term_too_far: return "term_too_far";
    case PeerFault::out_of_bounds: return "out_of_bounds";
    case PeerFault::wrong_bytes: return "wrong_bytes";
    case PeerFault::not_its_place: return "not_its_place";
  }
  return "unknown";
}

std::optional<PeerFault> fault_of(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::bad_message: return PeerFault::malformed;
    case Refusal::term_too_far: return PeerFault::term_too_far;
    case Refusal::out_of_bounds: return PeerFault::out_of_bounds;
    // A replica that is gone, or one that came while this node was away; after a restart; or of no message at all.
    case Refusal::unknown_group:
    case Refusal::group_exists:
    case Refusal::bad_state:
    case Refusal::wrong_replica:
    case Refusal::unknown_peer:
    case Refusal::not_leader:
    case Refusal::no_leader:
    case Refusal::transfer_in_progress:
    case Refusal::too_many_uncommitted:
    case Refusal::not_applied:
    case Refusal::change_pending:
    case Refusal::bad_replica_id:
    case Refusal::replica_id_used:
    case Refusal::already_member:
    case Refusal::not_a_member:
    case Refusal::not_a_learner:
    case Refusal::learner_behind:
    case Refusal::last_voter:
    case Refusal::removes_leader: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace florin
