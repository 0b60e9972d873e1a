// LedgerSums: what the ledger of one partition adds up to, kept beside its balances: by account, or by kind where there are as many
// accounts as clients. And what the wallets say of the same money, which is counted where accounts change and not where entries are
// posted: whoever compares the two compares two countings (PAYMENTS.md, rule 6 and section 4).
//
// Holds at every event: a currency's rows add up to nothing, and its wallets differ by nothing. Bounded by the providers, banks and reasons
// that there are, not by clients.
#pragma once

#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "domain/ledger/ledger_books.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

struct LedgerSum {
  static constexpr std::array field_names{"account", "currency", "balance"};
  static auto fields(auto& self) { return std::tie(self.account, self.currency, self.balance); }
  LedgerAccount account;  // without its name where that is a client's account
  Currency currency;
  WideMinor balance = 0;  // debit +, credit -
  bool operator==(const LedgerSum&) const = default;
};

// Of all clients' accounts of a currency.
struct WalletSum {
  static constexpr std::array field_names{"currency", "payments_net", "ledger_credit", "owed"};
  static auto fields(auto& self) {
    return std::tie(self.currency, self.payments_net, self.ledger_credit, self.owed);
  }
  Currency currency;
  WideMinor payments_net = 0;   // what payments have added to them, as they say
  WideMinor ledger_credit = 0;  // credit of liabilities:wallet:*
  WideMinor owed = 0;           // what wallets have done, and the ledger has not entered yet
  [[nodiscard]] WideMinor difference() const { return payments_net - ledger_credit - owed; }
  bool operator==(const WalletSum&) const = default;
};

class LedgerSums {
 public:
  // As they are stored: each balance, once.
  void put(const LedgerBalance& balance);
  // A client's account says so of itself: all of its payments_net, or by how much that has changed.
  void put_wallet(Currency currency, WideMinor payments_net);
  // The wallet has done it, and the ledger not entered it yet; a refused one changes nothing.
  void put_owed(const MoneyStep& step) { owe(step, 1); }
  // The ledger has entered it.
  void entered(const MoneyStep& step, const LedgerEntryPosted& event);

  // In the order of currency and account.
  [[nodiscard]] std::vector<LedgerSum> rows() const;
  // In the order of currency.
  [[nodiscard]] std::vector<WalletSum> wallets() const;
  // By how much wallets and ledger differ, added up over the currencies whatever the sign, in minor units: 0, or something is wrong.
  // Asked for after every turn: nothing is allocated.
  [[nodiscard]] WideMinor difference() const;

 private:
  struct Wallets {
    WideMinor payments_net = 0;
    WideMinor owed = 0;
  };
  [[nodiscard]] WalletSum sum_of(Currency currency, const Wallets& wallets) const;
  void add(Currency currency, LedgerAccount account, WideMinor amount);
  void owe(const MoneyStep& step, int times);

  std::map<LedgerKey, WideMinor> balances_;
  std::map<Currency, Wallets> wallets_;
};

}  // namespace florin
