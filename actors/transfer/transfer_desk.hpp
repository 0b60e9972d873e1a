// TransferDesk: what the coordinator (TC/C) and the saga have in common: record events, send what is owed
// now, and answer everybody who waits when the transfer ends.
#pragma once

#include <span>

#include "actors/entity/actor_context.hpp"
#include "actors/partition/partition_state.hpp"
#include "domain/transfer/transfer_end.hpp"

namespace florin {

class TransferDesk {
 public:
  TransferDesk(PartitionState& state, ActorContext& context) : state_(state), context_(context) {}

  // Emits in order. When one of them ends the transfer, answers the waiters; the row is gone then.
  // Returns true while the transfer is open.
  bool record(const TransferState& transfer, std::span<const Event> events);
  // Sends every message that next_steps() owes now.
  void send_owed(const TransferState& transfer);
  // Time: unanswered Tries count as no after the deadline, and what is owed is sent again.
  void on_due(const TransferId& id);
  void reply_ended(RequestId request, const TransferRecord& record, bool replayed);

 private:
  void note_clock(const TransferState& transfer, std::span<const Event> events);
  void send(const TransferState& transfer, std::uint8_t leg, LegMessage message);
  void end(const TransferId& id, const Event& event, const TransferEnding& how);

  PartitionState& state_;
  ActorContext& context_;
};

}  // namespace florin
