// LedgerTrialBalance: balances of the ledger added up over partitions, and whether they are a whole: in every currency debits and
// credits are the same. Balances are kept by partition; what is shown are these sums.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/ledger/ledger_books.hpp"

namespace florin {

struct TrialRow {
  Currency currency;
  LedgerAccount account;
  WideMinor balance = 0;  // debit +, credit -
  bool operator==(const TrialRow&) const = default;
};

struct TrialSum {
  Currency currency;
  WideMinor debits = 0;   // of the accounts with a balance above zero
  WideMinor credits = 0;  // of the others, without their sign
  bool operator==(const TrialSum&) const = default;
};

class LedgerTrialBalance {
 public:
  void add(const LedgerBalance& balance);

  // In the order of currency and account; those of a kind may be left to one sum (`by_kind`, with an empty name): of wallets
  // and debts there are as many as accounts.
  [[nodiscard]] std::vector<TrialRow> rows() const;
  [[nodiscard]] std::vector<TrialRow> by_kind() const;
  [[nodiscard]] std::vector<TrialSum> sums() const;
  // The first currency whose debits and credits differ; none: the books balance.
  [[nodiscard]] std::optional<Currency> unbalanced() const;

 private:
  std::map<Currency, std::map<LedgerAccount, WideMinor>> balances_;
};

}  // namespace florin
