// Sums of balances, and sums of wallets.
#include "domain/ledger/ledger_sums.hpp"

#include <utility>

namespace florin {
namespace {

// What a step has added to the client's account that it is about.
WideMinor net_of(const MoneyStep& step) {
  if (step.state != StepState::done || step.content.account.empty()) return 0;
  return net_of(step.moves, step.content.account);
}

}  // namespace

void LedgerSums::add(Currency currency, LedgerAccount account, WideMinor amount) {
  if (naming_of(account.kind) == LedgerNaming::account) account.name.clear();
  balances_[{currency, std::move(account)}] += amount;
}

void LedgerSums::put(const LedgerBalance& balance) {
  add(balance.currency, balance.account, balance.balance);
}

void LedgerSums::put_wallet(Currency currency, WideMinor payments_net) {
  wallets_[currency].payments_net += payments_net;
}

void LedgerSums::owe(const MoneyStep& step, int times) {
  wallets_[step.content.currency].owed += times * net_of(step);
}

void LedgerSums::entered(const MoneyStep& step, const LedgerEntryPosted& event) {
  owe(step, -1);
  for (const EntryLine& line : event.lines) add(step.content.currency, line.account, line.amount);
}

std::vector<LedgerSum> LedgerSums::rows() const {
  std::vector<LedgerSum> rows;
  for (const auto& [key, balance] : balances_) rows.push_back({key.account, key.currency, balance});
  return rows;
}

WalletSum LedgerSums::sum_of(Currency currency, const Wallets& wallets) const {
  const auto credit = balances_.find({currency, {LedgerKind::liabilities_wallet, {}}});
  return {currency, wallets.payments_net, credit == balances_.end() ? 0 : -credit->second,
          wallets.owed};
}

std::vector<WalletSum> LedgerSums::wallets() const {
  std::vector<WalletSum> sums;
  for (const auto& [currency, wallets] : wallets_) sums.push_back(sum_of(currency, wallets));
  return sums;
}

WideMinor LedgerSums::difference() const {
  WideMinor sum = 0;
  for (const auto& [currency, wallets] : wallets_) {
    const WideMinor difference = sum_of(currency, wallets).difference();
    sum += difference < 0 ? -difference : difference;
  }
  return sum;
}

}  // namespace florin
