// Looks up the participant table, and checks the account where the table says reserve or apply.
#include "domain/transfer/participant_decide.hpp"

#include <utility>

#include "domain/account/account_decide.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/participant_table.hpp"

namespace florin {
namespace {

// Made where it stays: an event has ids of accounts in it, and moving those costs as much as copying them.
template <class Make>
struct Made {
  const Make& make;
  operator decltype(std::declval<const Make&>()())() const { return make(); }
};
template <class E, class... Fields>
std::optional<Event> event_of(const Fields&... fields) {
  const auto make = [&] { return E{fields...}; };
  return std::optional<Event>(std::in_place, std::in_place_type<E>, Made<decltype(make)>{make});
}

LegState state_of(const Leg* leg) { return leg == nullptr ? LegState::none : leg->state; }

LegDecision no_change(const LegCell& cell, const Leg* leg) {
  LegDecision decision{.answer = {cell.answer, std::nullopt}, .event = std::nullopt};
  if (cell.answer == AnswerCode::refused && leg != nullptr)
    decision.answer.rejection = leg->rejection;
  decision.alarm = cell.action == LegAction::alarm;
  return decision;
}

// A repeat of Try or Apply: the recorded answer again, provided that it is about the same thing.
LegDecision compare(const LegCell& cell, const Leg& leg, const LegContent& content) {
  if (leg.content != content)
    return {
        .answer = {AnswerCode::leg_mismatch, std::nullopt}, .event = std::nullopt, .alarm = true};
  return no_change(cell, &leg);
}

std::optional<Rejection> check(const AccountState* account, const LegContent& content,
                               Timestamp deadline, Timestamp now) {
  const auto rejection = content.role == LegRole::debit
                             ? check_debit(account, content.amount, content.currency, now)
                             : check_credit(account, content.amount, content.currency);
  if (rejection) return rejection;
  if (now > deadline) return Rejection::deadline_passed;
  return std::nullopt;
}

LegDecision refuse(LegKey key, const LegContent& content, Rejection rejection) {
  return {.answer = {AnswerCode::refused, rejection},
          .event = event_of<LegRefused>(key, content, rejection)};
}

PostingTrail trail(const AccountState& account, const LegContent& content, bool reverse) {
  const bool debits = (content.role == LegRole::debit) != reverse;
  return debits ? trail_after_debit(account, content.amount)
                : trail_after_credit(account, content.amount);
}

}  // namespace

// transfer path 5/11: the payer's leg, in the same turn: the table, then the account; held or refused.
LegDecision decide_try(const AccountState* account, const Leg* leg, LegKey key,
                       const LegContent& content, Timestamp deadline, Timestamp now) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::try_);
  if (cell.action == LegAction::compare) return compare(cell, *leg, content);
  if (cell.action != LegAction::reserve) return no_change(cell, leg);
  if (const auto rejection = check(account, content, deadline, now))
    return refuse(key, content, *rejection);
  return {.answer = {cell.answer, std::nullopt}, .event = event_of<LegTried>(key, content)};
}

LegDecision decide_confirm(const AccountState* account, const Leg* leg, LegKey key) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::confirm);
  if (cell.action != LegAction::post) return no_change(cell, leg);
  FLORIN_ASSERT(account != nullptr, "a tried leg has an account");
  return {.answer = {cell.answer, std::nullopt},
          .event = event_of<LegConfirmed>(key, leg->content, trail(*account, leg->content, false))};
}

LegDecision decide_cancel(const Leg* leg, LegKey key, const AccountId& account) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::cancel);
  if (cell.action == LegAction::leave_flag)
    return {.answer = {cell.answer, std::nullopt},
            .event = event_of<LegCancelledEarly>(key, account)};
  if (cell.action == LegAction::release)
    return {.answer = {cell.answer, std::nullopt}, .event = event_of<LegCancelled>(key)};
  return no_change(cell, leg);
}

LegDecision decide_apply(const AccountState* account, const Leg* leg, LegKey key,
                         const LegContent& content, Timestamp deadline, Timestamp now) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::apply);
  if (cell.action == LegAction::compare) return compare(cell, *leg, content);
  if (cell.action != LegAction::apply) return no_change(cell, leg);
  if (const auto rejection = check(account, content, deadline, now))
    return refuse(key, content, *rejection);
  return {.answer = {cell.answer, std::nullopt},
          .event = event_of<StepApplied>(key, content, trail(*account, content, false))};
}

LegDecision decide_compensate(const AccountState* account, const Leg* leg, LegKey key,
                              const AccountId& account_id) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::compensate);
  if (cell.action == LegAction::leave_flag)
    return {.answer = {cell.answer, std::nullopt},
            .event = event_of<LegCancelledEarly>(key, account_id)};
  if (cell.action != LegAction::give_back) return no_change(cell, leg);
  FLORIN_ASSERT(account != nullptr, "an applied step has an account");
  // Money that was credited may have been spent since: taking it back could go below zero (REQUIREMENTS
  // decision 6). A saga credits last and never compensates that step, so this is a bug of the sender.
  if (leg->content.role == LegRole::credit)
    return {.answer = {AnswerCode::already_confirmed, std::nullopt},
            .event = std::nullopt,
            .alarm = true};
  return {
      .answer = {cell.answer, std::nullopt},
      .event = event_of<StepCompensated>(key, leg->content, trail(*account, leg->content, true))};
}

}  // namespace florin
