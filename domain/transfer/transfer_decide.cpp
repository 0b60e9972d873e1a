#include "domain/transfer/transfer_decide.hpp"

#include <algorithm>

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

std::optional<Rejection> first_refusal(const TransferState& transfer) {
  std::optional<Rejection> first;
  for (const LegPhase& leg : transfer.legs)
    if (leg.try_status == TryStatus::answered && !leg.try_answer.is_ok())
      first = first_of(first, reason_of(leg.try_answer));
  return first;
}

bool all_answered(const TransferState& transfer) {
  return std::ranges::all_of(
      transfer.legs, [](const LegPhase& leg) { return leg.try_status == TryStatus::answered; });
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

void end_if_settled(TransferEvents& events, const TransferState& transfer) {
  if (!is_settled(transfer)) return;
  if (transfer.decision == Decision::confirm)
    events.emplace_back(TransferCompleted{transfer.id});
  else
    events.emplace_back(cancelled_event(transfer));
}

void decide(TransferEvents& events, TransferState& after, Decision decision,
            std::optional<Rejection> code) {
  events.emplace_back(TransferDecided{after.id, decision, code});
  evolve(after, std::get<TransferDecided>(events.back()));
  end_if_settled(events, after);
}

}  // namespace

TransferEvents decide_try_answer(const TransferState& transfer, std::uint8_t leg,
                                 const LegAnswer& answer, Timestamp now) {
  if (leg >= transfer.legs.size() || transfer.decision != Decision::none) return {};
  if (transfer.legs[leg].try_status != TryStatus::sent) return {};
  if (answer.code == AnswerCode::fenced) return {};
  TransferEvents events{TryAnswered{{transfer.id, leg}, answer}};
  TransferState after = transfer;
  evolve(after, std::get<TryAnswered>(events.back()));
  const bool saga = transfer.protocol == Protocol::saga;
  const auto refusal = first_refusal(after);
  const bool late = now > transfer.deadline;
  // A saga's last step has judged the deadline itself, when it was applied; money that is there stays.
  if (all_answered(after) && !refusal && (saga || !late)) {
    decide(events, after, Decision::confirm, std::nullopt);
  } else if (saga ? refusal || late : all_answered(after)) {
    if (saga && !refusal) {
      // Late between two steps. The decision goes first, so that the next step is never marked as sent.
      events.clear();
      after = transfer;
      events.emplace_back(TransferDecided{transfer.id, Decision::cancel, Rejection::deadline_passed});
      evolve(after, std::get<TransferDecided>(events.back()));
      events.emplace_back(TryAnswered{{transfer.id, leg}, answer});
      evolve(after, std::get<TryAnswered>(events.back()));
      return events;
    }
    decide(events, after, Decision::cancel, refusal.value_or(Rejection::deadline_passed));
  }
  return events;
}

bool is_alarm(const LegAnswer& answer) {
  return !answer.is_ok() && answer.code != AnswerCode::fenced;
}

TransferEvents decide_second_answer(const TransferState& transfer, std::uint8_t leg,
                                    const LegAnswer& answer) {
  if (leg >= transfer.legs.size() || transfer.decision == Decision::none) return {};
  if (transfer.legs[leg].second_phase == SecondPhaseStatus::answered) return {};
  if (!answer.is_ok()) return {};
  TransferEvents events{
      SecondPhaseAnswered{{transfer.id, leg}, answer.code == AnswerCode::ok_empty}};
  TransferState after = transfer;
  evolve(after, std::get<SecondPhaseAnswered>(events.back()));
  end_if_settled(events, after);
  return events;
}

TransferEvents decide_timeout(const TransferState& transfer, Timestamp now) {
  if (transfer.decision != Decision::none || now <= transfer.deadline) return {};
  if (transfer.protocol == Protocol::saga &&
      transfer.legs.back().try_status != TryStatus::not_sent)
    return {};
  TransferEvents events;
  TransferState after = transfer;
  decide(events, after, Decision::cancel,
         first_of(first_refusal(transfer), Rejection::deadline_passed));
  return events;
}

}  // namespace florin
