// A stored term above the bound (consensus/message_bounds.hpp) lets nobody be elected any more: its replica is not opened.
// What an operator's command writes instead (docs/adr/0012 argues that it keeps votes and logs safe). Pure.
#pragma once

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/group_state.hpp"

namespace florin {

[[nodiscard]] bool has_poisoned_term(const GroupState& state) noexcept;

// The record with the term `term_mended` and no vote. `last_term`: of the last entry in the replica's log, 0 without one.
// Errc::invalid: the term is not above the bound, so there is nothing to mend. Errc::corrupt: the log has an entry of a
// term that the mended one would not be above; such a replica must be made anew out of the others.
Result<GroupState, Error> mend_term(GroupState state, consensus::Term last_term);

}  // namespace florin
