// What a coordinator or saga still owes: a function of its state, never a queue. After a crash or a change
// of leader it is computed again and sent again; participants are idempotent, so that is always safe.
#pragma once

#include "base/limits.hpp"
#include "base/static_vector.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

struct TransferStep {
  std::uint8_t leg = 0;
  LegMessage message = LegMessage::try_;
  bool operator==(const TransferStep&) const = default;
};

using TransferSteps = StaticVector<TransferStep, limits::legs_max>;

// TC/C: Try on all unanswered legs in parallel; after the decision Confirm or Cancel on all unanswered.
// Saga: the one step, or the one compensation (last step first), that is next.
TransferSteps next_steps(const TransferState& transfer);

// Nothing is owed any more: every leg has answered the second phase (or needs none).
bool is_settled(const TransferState& transfer);

TransferStatus status_of(const TransferState& transfer);  // trying, confirming or cancelling

}  // namespace florin
