// How each fact changes an account's numbers. Sums were proven to fit when they were decided.
#include "domain/account/account_evolve.hpp"

#include "domain/account/account_move.hpp"

namespace florin {
namespace {

void use_daily_limit(AccountState& account, Minor amount, std::int32_t day) {
  if (account.debit_day != day) {
    account.debit_day = day;
    account.debited_today = 0;
  }
  // Saturates for accounts without a limit, whose use is only informative.
  if (add_overflows(account.debited_today, amount, account.debited_today))
    account.debited_today = INT64_MAX;
}

void give_back_daily_limit(AccountState& account, Minor amount, std::int32_t used_on_day) {
  if (account.debit_day != used_on_day) return;  // that day is over: nothing to give back
  account.debited_today = account.debited_today > amount ? account.debited_today - amount : 0;
}

void set_last_posting(AccountState& account, Position at) {
  account.last_posting_index = at.index;
  account.last_posting_ordinal = at.ordinal;
}

std::unique_ptr<const Metadata> kept(const Metadata& metadata) {
  return metadata.empty() ? nullptr : std::make_unique<const Metadata>(metadata);
}

}  // namespace

AccountState evolve_opened(const AccountOpened& event) {
  AccountState account;
  account.id = event.account;
  account.currency = event.currency;
  account.kind = event.kind;
  account.allow_negative = event.allow_negative;
  account.daily_debit_limit = event.daily_debit_limit;
  account.metadata = kept(event.metadata);
  return account;
}

void evolve(AccountState& account, const AccountFrozen&) { account.frozen = true; }
void evolve(AccountState& account, const AccountUnfrozen&) { account.frozen = false; }
void evolve(AccountState& account, const AccountClosed&) { account.closed = true; }
void evolve(AccountState& account, const AccountMetadataChanged& event) {
  account.metadata = kept(event.metadata);
  account.metadata_changed = true;
}

void evolve_tried(AccountState& account, const LegContent& leg, std::int32_t day) {
  apply_move(account, move_tried(leg.role, leg.amount));
  if (leg.role == LegRole::debit) use_daily_limit(account, leg.amount, day);
}

void evolve_confirmed(AccountState& account, const LegContent& leg, Position at) {
  apply_move(account, move_confirmed(leg.role, leg.amount));
  set_last_posting(account, at);
}

void evolve_released(AccountState& account, const LegContent& leg, std::int32_t tried_on_day) {
  apply_move(account, move_released(leg.role, leg.amount));
  if (leg.role == LegRole::debit) give_back_daily_limit(account, leg.amount, tried_on_day);
}

void evolve_debited(AccountState& account, Minor amount, std::int32_t day, Position at) {
  apply_move(account, move_debited(amount));
  use_daily_limit(account, amount, day);
  set_last_posting(account, at);
}

void evolve_credited(AccountState& account, Minor amount, Position at) {
  apply_move(account, move_credited(amount));
  set_last_posting(account, at);
}

void evolve_step_debited(AccountState& account, Minor amount, std::int32_t day, Position at) {
  apply_move(account, move_step(LegRole::debit, amount));
  use_daily_limit(account, amount, day);
  set_last_posting(account, at);
}

void evolve_debit_kept(AccountState& account, Minor amount) {
  apply_move(account, move_kept(amount));
}

void evolve_debit_returned(AccountState& account, Minor amount, std::int32_t debited_on_day,
                           Position at) {
  apply_move(account, move_returned(amount));
  set_last_posting(account, at);
  give_back_daily_limit(account, amount, debited_on_day);
}

void evolve_taken(AccountState& account, Minor amount, Position at) {
  apply_move(account, move_debited(amount));
  set_last_posting(account, at);
}

void evolve_payments_net(AccountState& account, Minor change) {
  account.payments_net = add_checked(account.payments_net, change);
}

void evolve_debt(AccountState& account, Minor change) {
  account.debt = add_checked(account.debt, change);
}

PostingTrail trail_after_debit(const AccountState& account, Minor amount) {
  return {account.last_posting_index, account.last_posting_ordinal,
          sub_checked(account.posted(), amount)};
}

PostingTrail trail_after_credit(const AccountState& account, Minor amount) {
  return {account.last_posting_index, account.last_posting_ordinal,
          add_checked(account.posted(), amount)};
}

bool invariants_hold(const AccountState& account) {
  if (account.available < 0 && !account.allow_negative) return false;
  if (account.debt < 0) return false;
  return account.debited_today >= 0 && misfit(account, AccountMove{}) == nullptr;
}

}  // namespace florin
