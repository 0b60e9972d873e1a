// The other arithmetic of the audit.
#include "runtime/offline/audit_ledger.hpp"

#include <utility>

#include "domain/postings.hpp"

namespace florin {
namespace {

std::optional<std::string> unlike(const std::string& what, const std::string& of) {
  return what + " differs from the sum of " + of;
}

}  // namespace

void AuditLedger::take(const Event& event) {
  if (const auto* done = get_if<MoneyStepDone>(&event)) post(*done, event);
  if (const auto* entry = get_if<LedgerEntryPosted>(&event)) enter(*entry);
}

void AuditLedger::post(const MoneyStepDone& event, const Event& as_event) {
  for (const Posting& posting : postings_of(as_event)) {
    if (posting.is_clearing() || posting.account->is_system()) continue;
    Wallet& wallet = wallets_[*posting.account];
    wallet.payments_net += posting.change();
    wallet.owed += posting.change();
    not_entered_[event.step.name][*posting.account] += posting.change();
    touched_.insert(*posting.account);
  }
}

void AuditLedger::enter(const LedgerEntryPosted& event) {
  const Currency currency = event.step->currency;
  if (const auto step = not_entered_.extract(event.step->name); !step.empty())
    for (const auto& [account, change] : step.mapped()) {
      wallets_[account].owed -= change;
      touched_.insert(account);
    }
  for (const EntryLine& line : event.lines) {
    balances_[{currency, line.account}] += line.amount;
    sums_[currency] += line.amount;
    if (line.account.kind != LedgerKind::liabilities_wallet) continue;
    const AccountId account = AccountId::from_trusted(line.account.name);
    wallets_[account].ledger_credit -= line.amount;
    touched_.insert(account);
  }
}

std::optional<std::string> AuditLedger::differs() {
  for (const AccountId& account : std::exchange(touched_, {}))
    if (wallets_[account].difference() != 0)
      return "wallet and ledger say different things of " + account.str();
  for (const auto& [currency, sum] : sums_)
    if (sum != 0) return "the ledger does not balance in " + std::string(currency.view());
  return std::nullopt;
}

std::optional<std::string> AuditLedger::differs_from(PartitionState& state) const {
  std::optional<std::string> wrong;
  std::size_t found = 0;
  state.for_each_account([&](const AccountState& account) {
    if (wrong || account.id.is_system()) return;
    const auto wallet = wallets_.find(account.id);
    found += wallet != wallets_.end() ? 1 : 0;
    const Wallet counted = wallet == wallets_.end() ? Wallet() : wallet->second;
    if (account.payments_net != counted.payments_net)
      wrong = unlike("payments_net of " + account.id.str(), "its postings by payments");
    else if (state.owed_to_ledger().of(account.id).net != counted.owed)
      wrong = unlike("what the ledger owes of " + account.id.str(), "its steps");
  });
  if (!wrong && found != wallets_.size()) wrong = "payments of an account that is not there";
  std::size_t balances = 0;
  state.for_each_row<LedgerEntity>([&](const LedgerRow& row) {
    const auto counted = balances_.find(row.key());
    balances += counted != balances_.end() ? 1 : 0;
    if (!wrong && row.state.balance != (counted == balances_.end() ? 0 : counted->second))
      wrong = unlike("the ledger's balance of " + to_string(row.state.account), "its entries");
  });
  if (!wrong && balances != balances_.size())
    wrong = "entries of an account that the ledger does not have";
  for (const WalletSum& sum : state.ledger_sums().wallets())
    if (!wrong && sum.difference() != 0)
      wrong = "wallets and ledger differ in " + std::string(sum.currency.view());
  return wrong;
}

}  // namespace florin
