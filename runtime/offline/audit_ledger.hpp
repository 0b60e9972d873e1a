// AuditLedger: the ledger of payments of one partition, beside its wallets, each counted from its own events alone: what payments have added
// to an account from the postings of money steps (postings_of), what the ledger says of it from the lines of entries. Shares none of
// the arithmetic by which the node keeps payments_net, balances and what is owed; those must agree with it at the end of the log.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "actors/partition/partition_state.hpp"
#include "domain/ledger/ledger_account.hpp"
#include "domain/wallet/step_name.hpp"

namespace florin {

class AuditLedger {
 public:
  void take(const Event& event);
  // After an entry, of what it was about: payments_net of each client's account is the credit of liabilities:wallet:<account> and what
  // is owed, and debits are credits in every currency. What does not hold, or nothing.
  std::optional<std::string> differs();
  // At the end: what the partition's own state says is the same.
  std::optional<std::string> differs_from(PartitionState& state) const;

  // Clients' accounts that payments have moved.
  [[nodiscard]] std::size_t wallets() const { return wallets_.size(); }

 private:
  struct Wallet {
    WideMinor payments_net = 0;  // of its postings by payments
    WideMinor ledger_credit = 0;
    WideMinor owed = 0;
    [[nodiscard]] WideMinor difference() const { return payments_net - ledger_credit - owed; }
  };

  void post(const MoneyStepDone& event, const Event& as_event);
  void enter(const LedgerEntryPosted& event);

  std::map<AccountId, Wallet> wallets_;
  std::map<LedgerKey, WideMinor> balances_;
  std::map<Currency, WideMinor> sums_;                              // of balances_
  std::map<StepName, std::map<AccountId, WideMinor>> not_entered_;  // what each step has done
  std::set<AccountId> touched_;                                     // since differs()
};

}  // namespace florin
