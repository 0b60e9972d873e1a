// Decides for the coordinator (TC/C) and the saga. Pure. Each function gives the events, in order, that an
// answer or the passing of time leads to; none for repeats and for answers that come too late to matter.
#pragma once

#include "base/static_vector.hpp"
#include "domain/events.hpp"
#include "domain/transfer/deadline.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// At most: the decision and the end, or the decision and a late answer.
using TransferEvents = StaticVector<Event, 2>;

// It has just been started: cancelled at once if the client's deadline has passed already, so that nothing is tried
// and no step is done. `against`: what else is known to be against it, whose code goes before.
TransferEvents decide_start(const TransferState& transfer, const DeadlineClocks& clocks,
                            std::optional<Rejection> against);
// The answer to Try or Apply of `leg`. A definite no decides at once, whoever has not answered yet; otherwise the last yes
// does. No transfer is decided to confirm when it is late, and no last step of a saga is sent then. If the client's deadline cannot be judged, a yes
// is recorded (TC/C) or not yet taken (saga, which is asked again), and decide_timeout() decides.
TransferEvents decide_try_answer(const TransferState& transfer, std::uint8_t leg,
                                 const LegAnswer& answer, const DeadlineClocks& clocks);
// The answer to Confirm, Cancel or Compensate. Ends the transfer when it is the last one.
// An answer that must never come (see is_alarm) changes nothing: the transfer stays open and visible.
TransferEvents decide_second_answer(const TransferState& transfer, std::uint8_t leg,
                                    const LegAnswer& answer);
// Time passes: an unanswered Try counts as no after the deadline. A saga whose last step may have been
// applied is only ever retried forward: the payee may have spent it. What has only waited for a clock is decided, and so
// is what has a no that an older version wrote down to wait for the other legs.
// `try_ends`: of a transfer without a deadline, as this leader counts it; none: not yet.
TransferEvents decide_timeout(const TransferState& transfer, const DeadlineClocks& clocks,
                              Timestamp try_ends = {});

// False for an answer to a message that this transfer, as it is, cannot have sent: of another protocol, or of the
// decision that was not taken. It comes from a peer that is broken or lies, and must change nothing.
bool is_answer_of(const TransferState& transfer, LegMessage answered);

// True for an answer to the second phase that contradicts what was decided.
bool is_alarm(const LegAnswer& second_answer);

}  // namespace florin
