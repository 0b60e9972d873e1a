// Looks up the participant table, and checks the account where the table says reserve or apply.
#include "domain/transfer/participant_decide.hpp"

#include <utility>

#include "domain/account/account_decide.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/account/account_move.hpp"
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

// What no coordinator sends. Nothing of it is recorded: it may come from a peer that is broken or lies, and
// nothing that it says may become a fact here.
LegDecision contradiction() {
  return {.answer = {AnswerCode::leg_mismatch, std::nullopt}, .event = std::nullopt, .alarm = true};
}

bool makes_sense(const LegContent& content) {
  return content.amount > 0 && content.account != content.counterparty;
}

// A message about a leg that is here names the leg's account.
bool is_of(const Leg* leg, const AccountId& account) {
  return leg == nullptr || leg->content.account == account;
}

// The account is the leg's, and has what the leg reserved: otherwise the message is not for what was reserved
// (a Compensate of a leg that a Confirm has posted, say).
bool can_bear(const AccountState* account, const Leg& leg, const AccountMove& move) {
  return account != nullptr && is_of(&leg, account->id) && misfit(*account, move) == nullptr;
}

// A repeat of Try or Apply: the recorded answer again, provided that it is about the same thing.
LegDecision compare(const LegCell& cell, const Leg& leg, const LegContent& content) {
  if (leg.content != content) return contradiction();
  return no_change(cell, &leg);
}

// No deadline: the coordinator's partition alone judges it, by its own clock. What comes too late for that finds a
// cancel flag or a fence.
std::optional<Rejection> check(const AccountState* account, const LegContent& content,
                               DebitBy debit, CreditBy credit, Timestamp now) {
  return content.role == LegRole::debit
             ? check_debit(account, content.amount, content.currency, now, debit)
             : check_credit(account, content.amount, content.currency, credit);
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

// transfer path 5/13: the payer's leg, in the same turn: the table, then the account; held or refused.
LegDecision decide_try(const AccountState* account, const Leg* leg, LegKey key,
                       const LegContent& content, Timestamp now) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::try_);
  if (cell.action == LegAction::compare) return compare(cell, *leg, content);
  if (cell.action != LegAction::reserve) return no_change(cell, leg);
  if (!makes_sense(content)) return contradiction();
  if (const auto rejection = check(account, content, DebitBy::hold, CreditBy::reservation, now))
    return refuse(key, content, *rejection);
  return {.answer = {cell.answer, std::nullopt}, .event = event_of<LegTried>(key, content)};
}

LegDecision decide_confirm(const AccountState* account, const Leg* leg, LegKey key) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::confirm);
  if (cell.action != LegAction::post) return no_change(cell, leg);
  if (!can_bear(account, *leg, move_confirmed(leg->content.role, leg->content.amount)))
    return contradiction();
  return {.answer = {cell.answer, std::nullopt},
          .event = event_of<LegConfirmed>(key, leg->content, trail(*account, leg->content, false))};
}

LegDecision decide_cancel(const Leg* leg, LegKey key, const AccountId& account) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::cancel);
  if (cell.action == LegAction::leave_flag)
    return {.answer = {cell.answer, std::nullopt},
            .event = event_of<LegCancelledEarly>(key, account)};
  if (!is_of(leg, account)) return contradiction();
  if (cell.action == LegAction::release)
    return {.answer = {cell.answer, std::nullopt}, .event = event_of<LegCancelled>(key)};
  return no_change(cell, leg);
}

LegDecision decide_apply(const AccountState* account, const Leg* leg, LegKey key,
                         const LegContent& content, Timestamp now) {
  const LegCell cell = participant_cell(state_of(leg), LegMessage::apply);
  if (cell.action == LegAction::compare) return compare(cell, *leg, content);
  if (cell.action != LegAction::apply) return no_change(cell, leg);
  if (!makes_sense(content)) return contradiction();
  if (const auto rejection = check(account, content, DebitBy::step, CreditBy::posting, now))
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
  // Money that was credited may have been spent since: taking it back could go below
  // zero. A saga credits last and never compensates that step, so this is a bug of the sender.
  if (leg->content.role == LegRole::credit)
    return {.answer = {AnswerCode::already_confirmed, std::nullopt},
            .event = std::nullopt,
            .alarm = true};
  if (!can_bear(account, *leg, move_returned(leg->content.amount))) return contradiction();
  return {
      .answer = {cell.answer, std::nullopt},
      .event = event_of<StepCompensated>(key, leg->content, trail(*account, leg->content, true))};
}

}  // namespace florin
