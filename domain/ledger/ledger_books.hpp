// LedgerBooks: balances of the ledger, of one partition: all of them, or those that somebody has looked up. Entries change them,
// and nothing else does. As every entry adds up to nothing, so do all balances of a currency, at each event of the log.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "domain/ledger/ledger_events.hpp"
#include "domain/money/currency.hpp"

namespace florin {

// By which a balance is known.
struct LedgerKey {
  Currency currency;
  LedgerAccount account;
  auto operator<=>(const LedgerKey&) const = default;
};

struct LedgerBalance {
  LedgerAccount account;
  Currency currency;
  WideMinor balance = 0;  // debit +, credit -
  LogIndex last_index =
      0;  // newest entry with a line of it: the head of its statement's chain; 0 = none
  Ordinal last_ordinal = 0;

  bool operator==(const LedgerBalance&) const = default;
};

LedgerKey key_of(const LedgerBalance& balance);
// Nothing was ever posted to it: 0, and no entry.
LedgerBalance empty_balance(const LedgerKey& key);

// The trail that the next line of this account will have.
LineTrail trail_after(const LedgerBalance& balance, Minor amount);
// `at`: position of the line's entry.
void evolve(LedgerBalance& balance, const EntryLine& line, Position at);

class LedgerBooks {
 public:
  // As it is stored, or was looked up.
  void put(LedgerBalance balance);
  // An empty one, where there is none.
  [[nodiscard]] LedgerBalance of(const LedgerAccount& account, Currency currency) const;
  void apply(const LedgerEntryPosted& event, Position at);

  // In the order of currency and account.
  [[nodiscard]] std::vector<LedgerBalance> all() const;

 private:
  std::map<LedgerKey, LedgerBalance> balances_;
};

}  // namespace florin
