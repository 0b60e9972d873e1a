// Which account of the ledger stands for which party, or which account of the wallet.
#include "domain/ledger/entry_lines.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "domain/account/system_account.hpp"

namespace florin {
namespace {

LedgerAccount ledger_account_of(Party party, const StepContent& step) {
  switch (party) {
    case Party::account: return wallet_account(step.account);
    case Party::fees: return {LedgerKind::revenue_fees, {}};
    case Party::checkouts: return {LedgerKind::liabilities_checkouts, {}};
    case Party::psp: return {LedgerKind::assets_psp, step.holder};
    case Party::suspense: return {LedgerKind::liabilities_suspense, step.reason};
  }
  FLORIN_ASSERT(false, "a party is one of those that there are");
}

// The wallet knows one @psp, the ledger what stands behind it by this rule: a row that moves wallets names one of them.
LedgerAccount outside_account_of(const StepContent& step) {
  const bool is_parked = names(row_of(step.name.rule), Party::suspense);
  return ledger_account_of(is_parked ? Party::suspense : Party::psp, step);
}

std::optional<LedgerAccount> ledger_account_of(const AccountId& id, const StepContent& step) {
  if (!id.is_system()) return wallet_account(id);
  const auto name = system_account_of(id);
  if (!name) return std::nullopt;
  switch (name->account) {
    case SystemAccount::psp: return outside_account_of(step);
    case SystemAccount::fees: return LedgerAccount{LedgerKind::revenue_fees, {}};
    case SystemAccount::checkouts: return LedgerAccount{LedgerKind::liabilities_checkouts, {}};
    case SystemAccount::refunds: return LedgerAccount{LedgerKind::liabilities_refunds, {}};
    case SystemAccount::payouts: return LedgerAccount{LedgerKind::liabilities_payouts, {}};
    case SystemAccount::bank: return LedgerAccount{LedgerKind::assets_provider, step.holder};
    case SystemAccount::debt: return debt_account(step.account);
    case SystemAccount::outside: return std::nullopt;  // a client's: no payment goes there
  }
  return std::nullopt;
}

// Adds up flows: whoever pays is debited, whoever is paid credited.
class LineSums {
 public:
  void flow(const LedgerAccount& from, const LedgerAccount& to, Minor amount) {
    of(from) += amount;
    of(to) -= amount;
  }

  [[nodiscard]] Lines lines() const {
    std::vector<LineDraft> lines;
    for (const auto& [account, sum] : sums_) {
      if (sum == 0) continue;
      if (sum < std::numeric_limits<Minor>::min() || sum > std::numeric_limits<Minor>::max())
        return Err{EntryFault::amount_overflow};
      lines.push_back({account, static_cast<Minor>(sum)});
    }
    return lines;
  }

 private:
  WideMinor& of(const LedgerAccount& account) {
    const auto found =
        std::ranges::find_if(sums_, [&](const auto& known) { return known.first == account; });
    return found != sums_.end() ? found->second : sums_.emplace_back(account, 0).second;
  }

  std::vector<std::pair<LedgerAccount, WideMinor>> sums_;  // a handful
};

}  // namespace

Lines lines_of_moves(const MoneyStep& step) {
  LineSums sums;
  for (const MoneyMove& move : step.moves) {
    const auto from = ledger_account_of(move.from, step.content);
    const auto to = ledger_account_of(move.to, step.content);
    if (!from || !to) return Err{EntryFault::account_unknown};
    sums.flow(*from, *to, move.amount);
  }
  return sums.lines();
}

Lines lines_of_flows(const StepContent& step) {
  LineSums sums;
  for (const MoneyFlow& flow : row_of(step.name.rule).flows())
    sums.flow(ledger_account_of(flow.from, step), ledger_account_of(flow.to, step),
              flow.part == FlowPart::fee ? step.fee : step.amount);
  return sums.lines();
}

}  // namespace florin
