// What deadlines are compared with, and when a transfer is late. Only the partition of the coordinator asks this:
// participants judge no deadline (INV-9), so one clock decides it, whatever theirs show.
//
// There are two deadlines. How long a Try may go unanswered is counted in the partition's own time. A client's deadline
// is a moment of the world outside; while the partition's time is far ahead of its leader's clock (a clock was wrong
// once, and time never goes back), it is compared with that clock. No clock at all: that of the leader is not to be
// trusted, so a client's deadline cannot be judged now, neither as met nor as missed.
//
// While nobody confirms a leader's clock, its partition's time goes on from wherever it was, and will jump to the right
// time later. What is started meanwhile gets no deadline: how long it has gone on is counted by whoever leads, from when it
// first looks, and jumps do not count (TransferMemory::try_ends).
#pragma once

#include <optional>

#include "base/ids.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

struct DeadlineClocks {
  Timestamp entry;  // of the entry that this turn becomes
  std::optional<Timestamp>
      client;  // what clients' deadlines are compared with; none: they cannot be judged

  DeadlineClocks(Timestamp entry_time, std::optional<Timestamp> client_clock)
      : entry(entry_time), client(client_clock) {}
  // The rule: the leader's clock is the partition's time.
  DeadlineClocks(Timestamp now) : entry(now), client(now) {}  // NOLINT(google-explicit-constructor)
};

inline bool is_past(Timestamp client_deadline, const DeadlineClocks& clocks) {
  return !client_deadline.is_none() && clocks.client && *clocks.client > client_deadline;
}
inline bool can_judge(Timestamp client_deadline, const DeadlineClocks& clocks) {
  return client_deadline.is_none() || clocks.client.has_value();
}
// A transfer that is late is not decided to confirm any more.
inline bool is_late(const TransferState& transfer, const DeadlineClocks& clocks) {
  const bool try_is_over = !transfer.deadline.is_none() && clocks.entry > transfer.deadline;
  return try_is_over || is_past(transfer.client_deadline, clocks);
}

}  // namespace florin
