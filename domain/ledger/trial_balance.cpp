// Sums of the ledger.
#include "domain/ledger/trial_balance.hpp"

#include <algorithm>

namespace florin {

void LedgerTrialBalance::add(const LedgerBalance& balance) {
  balances_[balance.currency][balance.account] += balance.balance;
}

std::vector<TrialRow> LedgerTrialBalance::rows() const {
  std::vector<TrialRow> rows;
  for (const auto& [currency, accounts] : balances_)
    for (const auto& [account, balance] : accounts) rows.push_back({currency, account, balance});
  return rows;
}

std::vector<TrialRow> LedgerTrialBalance::by_kind() const {
  std::vector<TrialRow> rows;
  for (const TrialRow& row : this->rows()) {
    const bool is_new = rows.empty() || rows.back().currency != row.currency ||
                        rows.back().account.kind != row.account.kind;
    if (is_new) rows.push_back({row.currency, {row.account.kind, {}}, 0});
    rows.back().balance += row.balance;
  }
  return rows;
}

std::vector<TrialSum> LedgerTrialBalance::sums() const {
  std::vector<TrialSum> sums;
  for (const auto& [currency, accounts] : balances_) {
    TrialSum& sum = sums.emplace_back();
    sum.currency = currency;
    for (const auto& [account, balance] : accounts)
      (balance > 0 ? sum.debits : sum.credits) += balance > 0 ? balance : -balance;
  }
  return sums;
}

std::optional<Currency> LedgerTrialBalance::unbalanced() const {
  for (const TrialSum& sum : sums())
    if (sum.debits != sum.credits) return sum.currency;
  return std::nullopt;
}

}  // namespace florin
