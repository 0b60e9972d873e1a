// CoordinatorActor: the entity actor of one transfer. Takes the client's instruction, answers repeats from
// the record, runs the local protocol at once and Try-Confirm/Cancel for two partitions
// (docs/ARCHITECTURE.md, Transfers). Lives in the partition of the transfer's owner: the payer, or the payee of a deposit.
//
// Crash: what it owes is next_steps() of its logged state; on_due() sends that again for ever, with
// backoff, until each leg has answered.
#pragma once

#include "actors/entity/actor_context.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/transfer/transfer_desk.hpp"
#include "base/limits.hpp"

namespace florin {

class CoordinatorActor {
 public:
  CoordinatorActor(PartitionState& state, ActorContext& context, std::int64_t try_timeout_us,
                   std::size_t open_transfers_max = limits::open_transfers_max)
      : state_(state),
        context_(context),
        desk_(state, context),
        try_timeout_us_(try_timeout_us),
        open_transfers_max_(open_transfers_max) {}

  // Returns the id of the transfer when one was started (its owner arms a timer), none otherwise. With too many under
  // way a new one is `overloaded`: nothing is recorded, the same id may come again.
  std::optional<TransferId> on(const StartTransfer& message);
  // The answer to Try, Confirm or Cancel of one leg. Repeats and late answers change nothing.
  void on(const LegAnswered& message);
  // Its time has come.
  void on_due(const TransferId& id) { desk_.on_due(id); }

 private:
  void repeat(const StartTransfer& message, const KnownTransfer& known);
  void run_local(const StartTransfer& message);
  TransferId start(const StartTransfer& message, PartitionId other);

  PartitionState& state_;
  ActorContext& context_;
  TransferDesk desk_;
  std::int64_t try_timeout_us_;
  std::size_t open_transfers_max_;
};

}  // namespace florin
