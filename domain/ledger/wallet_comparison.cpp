// What two kinds of books say of one account.
#include "domain/ledger/wallet_comparison.hpp"

#include <set>

#include "domain/account/system_account.hpp"

namespace florin {

OwedToLedger::Sums OwedToLedger::of(const AccountId& account) const {
  const auto found = sums_.find(account);
  return found == sums_.end() ? Sums{} : found->second;
}

void OwedToLedger::add(const MoneyStep& step, int times) {
  if (step.state != StepState::done) return;
  std::set<AccountId> named;
  for (const MoneyMove& move : step.moves) named.insert({move.from, move.to});
  for (const AccountId& account : named) add(account, times * net_of(step.moves, account), 0);
  if (!step.content.account.empty()) add(step.content.account, 0, times * debt_of(step.moves));
}

void OwedToLedger::add(const AccountId& account, WideMinor net, WideMinor debt) {
  Sums& sums = sums_[account];
  sums.net += net;
  sums.debt += debt;
  if (sums == Sums{}) sums_.erase(account);
}

std::optional<LedgerAccount> mirror_of(const AccountId& account) {
  if (!account.is_system()) return wallet_account(account);
  const auto name = system_account_of(account);
  if (!name) return std::nullopt;
  switch (name->account) {
    case SystemAccount::fees: return LedgerAccount{LedgerKind::revenue_fees, {}};
    case SystemAccount::checkouts: return LedgerAccount{LedgerKind::liabilities_checkouts, {}};
    case SystemAccount::refunds: return LedgerAccount{LedgerKind::liabilities_refunds, {}};
    case SystemAccount::payouts: return LedgerAccount{LedgerKind::liabilities_payouts, {}};
    case SystemAccount::outside:
    case SystemAccount::psp:
    case SystemAccount::bank:
    case SystemAccount::debt: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<WalletComparison> compare_wallet(const AccountState& account,
                                               const LedgerBooks& books, const OwedToLedger& owed) {
  const auto mirror = mirror_of(account.id);
  if (!mirror) return std::nullopt;
  const OwedToLedger::Sums open = owed.of(account.id);
  WalletComparison comparison;
  comparison.payments_net = account.payments_net;
  comparison.ledger_credit = -books.of(*mirror, account.currency).balance;
  comparison.owed = open.net;
  if (!account.id.is_system()) {
    comparison.debt = account.debt;
    comparison.ledger_debt = books.of(debt_account(account.id), account.currency).balance;
    comparison.debt_owed = open.debt;
  }
  return comparison;
}

}  // namespace florin
