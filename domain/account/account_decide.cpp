// The checks of a debit and a credit, and the decisions about an account's own terms.
#include "domain/account/account_decide.hpp"

#include "base/limits.hpp"
#include "domain/account/account_move.hpp"

namespace florin {
namespace {

bool exceeds_daily_limit(const AccountState& account, Minor amount, Timestamp now) {
  if (account.daily_debit_limit == no_daily_limit) return false;
  const Minor used = account.debit_day == now.utc_day() ? account.debited_today : 0;
  Minor total = 0;
  return add_overflows(used, amount, total) || total > account.daily_debit_limit;
}

AccountMove move_of(DebitBy by, Minor amount) {
  switch (by) {
    case DebitBy::posting: return move_debited(amount);
    case DebitBy::hold: return move_tried(LegRole::debit, amount);
    case DebitBy::step: return move_step(LegRole::debit, amount);
  }
  return {};
}

AccountMove move_of(CreditBy by, Minor amount) {
  switch (by) {
    case CreditBy::posting: return move_credited(amount);
    case CreditBy::reservation: return move_tried(LegRole::credit, amount);
  }
  return {};
}

const Metadata& metadata_of(const AccountState& account) {
  static const Metadata none;
  return account.metadata ? *account.metadata : none;
}

// Metadata that was changed says nothing any more of what the account was opened with: whoever opened it may come again, and
// must not hear that it was somebody else.
bool same_terms(const AccountState& account, const AccountOpened& terms) {
  return account.currency == terms.currency && account.kind == terms.kind &&
         account.allow_negative == terms.allow_negative &&
         account.daily_debit_limit == terms.daily_debit_limit &&
         (account.metadata_changed || metadata_of(account) == terms.metadata);
}

}  // namespace

std::optional<Rejection> check_debit(const AccountState* account, Minor amount, Currency currency,
                                     Timestamp now, DebitBy by) {
  if (account == nullptr) return Rejection::account_not_found;
  // Amounts of different currencies do not compare: `insufficient` needs the same currency.
  const bool comparable = account->currency == currency;
  if (comparable && !account->allow_negative && account->available < amount)
    return Rejection::insufficient_available;
  if (account->frozen) return Rejection::account_frozen;
  if (account->closed) return Rejection::account_closed;
  if (!comparable) return Rejection::currency_mismatch;
  if (misfit(*account, move_of(by, amount)) != nullptr) return Rejection::balance_overflow;
  if (exceeds_daily_limit(*account, amount, now)) return Rejection::daily_limit_exceeded;
  return std::nullopt;
}

// transfer path 9/13: the payee's partition, a turn of its own: may the credit be reserved?
std::optional<Rejection> check_credit(const AccountState* account, Minor amount, Currency currency,
                                      CreditBy by) {
  if (account == nullptr) return Rejection::account_not_found;
  if (account->frozen) return Rejection::account_frozen;
  if (account->closed) return Rejection::account_closed;
  if (account->currency != currency) return Rejection::currency_mismatch;
  if (misfit(*account, move_of(by, amount)) != nullptr) return Rejection::balance_overflow;
  return std::nullopt;
}

AccountDecision decide_open(const AccountState* account, const AccountOpened& terms) {
  if (account == nullptr) return std::optional<Event>(terms);
  if (!same_terms(*account, terms)) return Err{Rejection::account_exists};
  return std::optional<Event>();
}

AccountDecision decide_change(const AccountState* account, AccountChange change,
                              const std::string& reason) {
  if (account == nullptr) return Err{Rejection::account_not_found};
  if (account->closed) return Err{Rejection::account_closed};
  switch (change) {
    case AccountChange::freeze:
      if (account->frozen) return std::optional<Event>();
      return std::optional<Event>(AccountFrozen{account->id, reason});
    case AccountChange::unfreeze:
      if (!account->frozen) return std::optional<Event>();
      return std::optional<Event>(AccountUnfrozen{account->id, reason});
    case AccountChange::close:
      if (account->posted() != 0 || account->held != 0 || account->incoming != 0)
        return Err{Rejection::account_not_empty};
      return std::optional<Event>(AccountClosed{account->id, reason});
  }
  return std::optional<Event>();
}

AccountDecision decide_metadata(const AccountState* account, const MetadataPatch& patch) {
  if (account == nullptr) return Err{Rejection::account_not_found};
  if (account->closed) return Err{Rejection::account_closed};
  Metadata after = patched(metadata_of(*account), patch);
  if (after == metadata_of(*account)) return std::optional<Event>();
  if (after.size() > limits::metadata_pairs_max) return Err{Rejection::metadata_full};
  return std::optional<Event>(AccountMetadataChanged{account->id, std::move(after)});
}

}  // namespace florin
