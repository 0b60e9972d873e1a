// Balances, by currency and account.
#include "domain/ledger/ledger_books.hpp"

#include <utility>

namespace florin {

LedgerKey key_of(const LedgerBalance& balance) { return {balance.currency, balance.account}; }

LedgerBalance empty_balance(const LedgerKey& key) {
  LedgerBalance balance;
  balance.currency = key.currency;
  balance.account = key.account;
  return balance;
}

LineTrail trail_after(const LedgerBalance& balance, Minor amount) {
  return {balance.last_index, balance.last_ordinal, balance.balance + amount};
}

void evolve(LedgerBalance& balance, const EntryLine& line, Position at) {
  balance.balance += line.amount;
  balance.last_index = at.index;
  balance.last_ordinal = at.ordinal;
}

void LedgerBooks::put(LedgerBalance balance) {
  balances_.insert_or_assign(key_of(balance), std::move(balance));
}

LedgerBalance LedgerBooks::of(const LedgerAccount& account, Currency currency) const {
  const LedgerKey key{currency, account};
  const auto found = balances_.find(key);
  return found == balances_.end() ? empty_balance(key) : found->second;
}

void LedgerBooks::apply(const LedgerEntryPosted& event, Position at) {
  for (const EntryLine& line : event.lines) {
    LedgerBalance balance = of(line.account, event.step->currency);
    evolve(balance, line, at);
    put(std::move(balance));
  }
}

std::vector<LedgerBalance> LedgerBooks::all() const {
  std::vector<LedgerBalance> all;
  all.reserve(balances_.size());
  for (const auto& [key, balance] : balances_) all.push_back(balance);
  return all;
}

}  // namespace florin
