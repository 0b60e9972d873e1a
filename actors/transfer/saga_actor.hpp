// SagaActor: the entity actor of a transfer that runs as a saga: steps in order, debit before credit, and
// compensations in reverse, of what was done or may have been, after a definite no. The coordinator's front door
// starts it; from then on it is driven by the answers of its legs and by time.
//
// Crash: like the coordinator, it sends again what next_steps() of its logged state owes. A compensation of
// a step that was never heard of leaves the cancel flag, so that the late step is refused.
#pragma once

#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/transfer/transfer_desk.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "domain/transfer/transfer_decide.hpp"

namespace florin {

// What the handlers do beyond reading their own transfer.
struct SagaUses {
  using Ends = Uses<Emits<TransferCompleted, TransferCancelled>, Asks<IsReserved, MayKeep, NotesOf>,
                    Replies, Alarms>;

  using Answer =
      Uses<JudgesDeadlines, Emits<TryAnswered, TransferDecided, CancelDecided, SecondPhaseAnswered>,
           Tells<ApplyStep, ApplyNotedStep, CompensateStep>, Ends>;
  using Due = Uses<JudgesDeadlines, Emits<TransferDecided, CancelDecided>,
                   Tells<ApplyStep, ApplyNotedStep, CompensateStep>, Ends>;
};

template <class Answers>
class SagaActor {
 public:
  SagaActor(EntityContext<Answers> context, const TransferRules& rules)
      : context_(context), desk_(context, rules) {}

  // The answer to Apply or Compensate of one step. Repeats and late answers change nothing.
  void on(OpenTransfer own, const LegAnswered& message) {
    const TransferState& transfer = own.state;
    if (!is_answer_of(transfer, message.answered))
      return context_.alarm("an answer to what was never asked", message.leg);
    TransferEvents events;
    if (message.answered == LegMessage::apply) {
      events = decide_try_answer(transfer, message.leg.leg, message.answer, context_.clocks());
    } else {
      if (is_alarm(message.answer)) context_.alarm("compensation contradicted", message.leg);
      events = decide_second_answer(transfer, message.leg.leg, message.answer);
    }
    if (events.empty() || !desk_.record(own, events)) return;
    desk_.send_owed(transfer);
  }

  // Its time has come.
  void on_due(OpenTransfer own) { desk_.on_due(own); }

 private:
  EntityContext<Answers> context_;
  TransferDesk<Answers> desk_;
};

}  // namespace florin
