// The decisions of coordinator and saga, answer by answer. The log order is the order of the events given.
#include "domain/transfer/transfer_decide.hpp"

#include "domain/transfer/transfer_evolve.hpp"
#include "domain/transfer/transfer_steps.hpp"

namespace florin {
namespace {

// Why a definite no is a no, in the client's words. A leg that was cancelled or whose transfer its
// coordinator has finished says no because this transfer's time is over.
Rejection reason_of(const LegAnswer& answer) {
  if (answer.rejection) return *answer.rejection;
  return answer.code == AnswerCode::leg_mismatch ? Rejection::transaction_id_reused
                                                 : Rejection::deadline_passed;
}

// An answer that comes now, beside those that are known.
struct NewAnswer {
  std::size_t leg = SIZE_MAX;  // none
  const LegAnswer* answer = nullptr;
};

// Over the legs that have answered: of the first posting, in the client's order, that has one; of its reasons the first in order
// of precedence.
std::optional<Rejection> first_refusal(const TransferState& transfer, NewAnswer coming = {}) {
  std::optional<Rejection> first;
  std::size_t posting = SIZE_MAX;  // whose it is
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    const LegPhase& leg = transfer.legs[i];
    const LegAnswer* answer = leg.try_status == TryStatus::answered ? &leg.try_answer : nullptr;
    if (i == coming.leg) answer = coming.answer;
    if (answer == nullptr || answer->is_ok() || transfer.posting_of(i) > posting) continue;
    const Rejection reason = reason_of(*answer);
    first = transfer.posting_of(i) < posting ? reason : first_of(first, reason);
    posting = transfer.posting_of(i);
  }
  return first;
}

bool others_answered(const TransferState& transfer, std::size_t except) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i)
    if (i != except && transfer.legs[i].try_status != TryStatus::answered) return false;
  return true;
}

bool others_answered_second(const TransferState& transfer, std::size_t except) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i)
    if (i != except && transfer.legs[i].second_phase != SecondPhaseStatus::answered) return false;
  return true;
}

TransferCancelled cancelled_event(const TransferState& transfer) {
  TransferCancelled event;
  event.transfer = transfer.id;
  event.code = transfer.code.value_or(Rejection::deadline_passed);
  for (const LegPhase& leg : transfer.legs) {
    event.try_answers.push_back(leg.try_answer);
    event.answered.push_back(leg.try_status == TryStatus::answered);
    event.out_of_order.push_back(leg.out_of_order);
  }
  return event;
}

CancelDecided cancel_decided(const TransferDecided& decided) {
  return {decided.transfer, decided.code.value_or(Rejection::deadline_passed), decided.answered_leg,
          decided.answer};
}

void end_if_settled(TransferEvents& events, const TransferState& transfer) {
  if (!is_settled(transfer)) return;
  if (transfer.decision == Decision::confirm)
    events.emplace_back(TransferCompleted{transfer.id});
  else
    events.emplace_back(cancelled_event(transfer));
}

// Every leg of a TC/C transfer owes its second phase after a decision; a saga may owe nothing more.
void decide(TransferEvents& events, const TransferState& transfer, const TransferDecided& decided) {
  if (decided.decision == Decision::cancel)
    events.emplace_back(cancel_decided(decided));
  else
    events.emplace_back(decided);
  if (transfer.protocol != Protocol::saga) return;
  TransferState after = transfer;
  evolve(after, decided);
  end_if_settled(events, after);
}

}  // namespace

TransferEvents decide_start(const TransferState& transfer, const DeadlineClocks& clocks,
                            std::optional<Rejection> against) {
  TransferEvents events;
  if (!is_past(transfer.client_deadline, clocks)) return events;
  decide(events, transfer,
         TransferDecided{transfer.id,
                         Decision::cancel,
                         first_of(against, Rejection::deadline_passed),
                         TransferDecided::no_leg,
                         {}});
  return events;
}

TransferEvents decide_try_answer(const TransferState& transfer, std::uint8_t leg,
                                 const LegAnswer& answer, const DeadlineClocks& clocks) {
  TransferEvents events;
  if (leg >= transfer.legs.size() || transfer.decision != Decision::none) return events;
  if (transfer.legs[leg].try_status == TryStatus::not_sent) return events;
  if (answer.code == AnswerCode::fenced) return events;
  // Known already: a repeat, or a leg beside its coordinator, whose own event said it.
  const bool known = transfer.legs[leg].try_status == TryStatus::answered;
  if (known && transfer.legs[leg].try_answer != answer) return events;
  const bool all = others_answered(transfer, leg);
  const auto refusal = first_refusal(transfer, {leg, &answer});
  if (known && !all && !refusal) return events;
  const TryAnswered answered{{transfer.id, leg}, answer};
  const bool saga = transfer.protocol == Protocol::saga;
  const bool late = is_late(transfer, clocks);
  const bool waits_for_clock = !late && !can_judge(transfer.client_deadline, clocks);
  TransferDecided decided{
      transfer.id, Decision::confirm, std::nullopt, TransferDecided::no_leg, {}};
  if (!known) {
    decided.answered_leg = leg;
    decided.answer = answer;
  }
  if (saga && late && !refusal && !all) {
    // Late between two steps. The decision goes first, so that the next step is never marked as sent.
    events.emplace_back(
        CancelDecided{transfer.id, Rejection::deadline_passed, TransferDecided::no_leg, {}});
    events.emplace_back(answered);
    return events;
  }
  if (saga && waits_for_clock && !refusal && !all) return events;
  // A saga's last step left in time, or it would not have left; money that is there stays.
  if (all && !refusal && !saga && waits_for_clock) {
    if (!known) events.emplace_back(answered);
  } else if (all && !refusal && (saga || !late)) {
    decide(events, transfer, decided);
  } else if (refusal || all) {  // one no is enough, whoever is still asked
    decided.decision = Decision::cancel;
    decided.code = refusal.value_or(Rejection::deadline_passed);
    decide(events, transfer, decided);
  } else {
    events.emplace_back(answered);
  }
  return events;
}

bool is_alarm(const LegAnswer& answer) {
  return !answer.is_ok() && answer.code != AnswerCode::fenced;
}

bool is_answer_of(const TransferState& transfer, LegMessage answered) {
  const bool is_saga = transfer.protocol == Protocol::saga;
  if (is_saga != (protocol_of(answered) == Protocol::saga)) return false;
  switch (answered) {
    case LegMessage::try_:
    case LegMessage::apply: return true;
    case LegMessage::confirm: return transfer.decision == Decision::confirm;
    case LegMessage::cancel:
    case LegMessage::compensate: return transfer.decision == Decision::cancel;
  }
  return false;
}

TransferEvents decide_second_answer(const TransferState& transfer, std::uint8_t leg,
                                    const LegAnswer& answer) {
  TransferEvents events;
  if (leg >= transfer.legs.size() || transfer.decision == Decision::none) return events;
  if (!answer.is_ok()) return events;
  const SecondPhaseAnswered answered{{transfer.id, leg}, answer.code == AnswerCode::ok_empty};
  const bool known = transfer.legs[leg].second_phase == SecondPhaseStatus::answered;
  const bool saga = transfer.protocol == Protocol::saga;
  const bool all = others_answered_second(transfer, leg);
  if (known && (saga || !all)) return events;
  if (!saga && all && transfer.decision == Decision::confirm) {
    events.emplace_back(TransferCompleted{transfer.id});
    return events;
  }
  if (saga || all) {
    TransferState after = transfer;
    evolve(after, answered);
    end_if_settled(events, after);
  }
  if (events.empty()) events.emplace_back(answered);
  return events;
}

TransferEvents decide_timeout(const TransferState& transfer, const DeadlineClocks& clocks,
                              Timestamp try_ends) {
  if (transfer.decision != Decision::none) return {};
  const bool saga = transfer.protocol == Protocol::saga;
  if (saga && transfer.legs.back().try_status != TryStatus::not_sent) return {};
  const bool is_over =
      transfer.deadline.is_none() && !try_ends.is_none() && clocks.entry > try_ends;
  const bool late = is_over || is_late(transfer, clocks);
  const bool has_waited_for_clock =
      !saga && others_answered(transfer, SIZE_MAX) && can_judge(transfer.client_deadline, clocks);
  auto refusal = first_refusal(transfer);
  if (!late && !has_waited_for_clock && !refusal) return {};
  if (late) refusal = first_of(refusal, Rejection::deadline_passed);
  TransferEvents events;
  decide(events, transfer,
         TransferDecided{transfer.id,
                         refusal ? Decision::cancel : Decision::confirm,
                         refusal,
                         TransferDecided::no_leg,
                         {}});
  return events;
}

}  // namespace florin
