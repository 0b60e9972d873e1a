// The comparison of wallet and ledger, account by account and all the time (PAYMENTS.md, rule 6 and section 4):
//
//   payments_net = credit balance of liabilities:wallet:<account> + what steps have done and the ledger still owes,
//   debt         = debit balance of assets:debt:<account>         + the same of its debts.
//
// An account's steps, its postings and its entries are in one partition, so this is asked there, of one state of it, and holds
// after every event. System accounts that the ledger has under a name of its own (@fees = revenue:fees, @checkouts and so on)
// are compared by the first line, partition by partition.
#pragma once

#include <map>
#include <optional>

#include "domain/account/account_state.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// What open steps explain, by account. Kept beside the steps: added when the wallet has done one, taken off when the ledger
// has entered it; made again from the steps that are owed.
class OwedToLedger {
 public:
  struct Sums {
    WideMinor net = 0;   // minor units; positive = the wallet has it, the ledger not yet
    WideMinor debt = 0;  // of what the account owes
    bool operator==(const Sums&) const = default;
  };

  // Both of a step that is done; a refused one explains nothing.
  void done(const MoneyStep& step) { add(step, 1); }
  void entered(const MoneyStep& step) { add(step, -1); }
  [[nodiscard]] Sums of(const AccountId& account) const;
  // Nothing is owed by any account.
  [[nodiscard]] bool is_empty() const { return sums_.empty(); }

 private:
  void add(const MoneyStep& step, int times);
  void add(const AccountId& account, WideMinor net, WideMinor debt);

  std::map<AccountId, Sums> sums_;  // of those with any
};

// The account of the ledger that has the same balance as this one of the wallet; none: no single one has.
std::optional<LedgerAccount> mirror_of(const AccountId& account);

struct WalletComparison {
  WideMinor payments_net = 0;
  WideMinor ledger_credit = 0;
  WideMinor owed = 0;
  WideMinor debt = 0;
  WideMinor ledger_debt = 0;
  WideMinor debt_owed = 0;

  // 0 = they agree.
  [[nodiscard]] WideMinor difference() const { return payments_net - ledger_credit - owed; }
  [[nodiscard]] WideMinor debt_difference() const { return debt - ledger_debt - debt_owed; }
  [[nodiscard]] bool agrees() const { return difference() == 0 && debt_difference() == 0; }
};

// None: the ledger has no account of its own for it (@psp, @outside, @bank, and @debt, which is one for each debtor).
std::optional<WalletComparison> compare_wallet(const AccountState& account,
                                               const LedgerBooks& books, const OwedToLedger& owed);

}  // namespace florin
