// SagaActor: the entity actor of a transfer that runs as a saga: steps in order, debit before credit, and
// compensations in reverse, of what was done or may have been, after a definite no. The coordinator's front door
// starts it; from then on it is driven by the answers of its legs and by time.
//
// Crash: like the coordinator, it sends again what next_steps() of its logged state owes. A compensation of
// a step that was never heard of leaves the cancel flag, so that the late step is refused.
#pragma once

#include "actors/entity/actor_context.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/transfer/transfer_desk.hpp"

namespace florin {

class SagaActor {
 public:
  SagaActor(PartitionState& state, ActorContext& context)
      : state_(state), context_(context), desk_(state, context) {}

  // The answer to Apply or Compensate of one step. Repeats and late answers change nothing.
  void on(const LegAnswered& message);
  // Its time has come.
  void on_due(const TransferId& id) { desk_.on_due(id); }

 private:
  PartitionState& state_;
  ActorContext& context_;
  TransferDesk desk_;
};

}  // namespace florin
