// Answers of steps and compensations, and the passing of time.
#include "actors/transfer/saga_actor.hpp"

#include "domain/transfer/transfer_decide.hpp"

namespace florin {

void SagaActor::on(const LegAnswered& message) {
  const TransferId id = message.leg.transfer;
  TransferRow* row = state_.transfer(id);
  if (row == nullptr) return;  // ended: a late or repeated answer
  if (!is_answer_of(row->state, message.answered))
    return context_.alarm("an answer to what was never asked", message.leg);
  TransferEvents events;
  if (message.answered == LegMessage::apply) {
    events = decide_try_answer(row->state, message.leg.leg, message.answer, context_.clocks());
  } else {
    if (is_alarm(message.answer)) context_.alarm("compensation contradicted", message.leg);
    events = decide_second_answer(row->state, message.leg.leg, message.answer);
  }
  if (events.empty() || !desk_.record(row->state, events)) return;
  desk_.send_owed(row->state);
}

}  // namespace florin
