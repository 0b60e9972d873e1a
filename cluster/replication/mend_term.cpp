// One number for another, when that is safe.
#include "cluster/replication/mend_term.hpp"

#include <algorithm>

#include "cluster/consensus/message_bounds.hpp"

namespace florin {

bool has_poisoned_term(const GroupState& state) noexcept {
  return state.hard.term > consensus::term_max;
}

Result<GroupState, Error> mend_term(GroupState state, consensus::Term last_term) {
  if (!has_poisoned_term(state))
    return Err{Error{Errc::invalid, "term " + std::to_string(state.hard.term) +
                                        " is not above the bound: there is nothing to mend"}};
  if (std::max(last_term, state.snapshot.term) >= consensus::term_mended)
    return Err{Error{Errc::corrupt, "the log has an entry of term " +
                                        std::to_string(std::max(last_term, state.snapshot.term)) +
                                        ": make this replica anew out of the others"}};
  state.hard.term = consensus::term_mended;
  state.hard.vote = 0;
  return state;
}

}  // namespace florin
