// What is answered to clients who ask for the ledger.
#pragma once

#include <array>
#include <tuple>
#include <vector>

#include "base/wire_number.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/ledger/ledger_sums.hpp"
#include "domain/payment/order/order_events.hpp"

namespace florin {

// What the ledger of one partition adds up to, and what its wallets say of the same.
struct LedgerSumsView {
  static constexpr WireNumber wire{30, payments_level};
  static constexpr std::array field_names{"rows", "wallets"};
  static auto fields(auto& self) { return std::tie(self.rows, self.wallets); }
  std::vector<LedgerSum> rows;
  std::vector<WalletSum> wallets;
  bool operator==(const LedgerSumsView&) const = default;
};

// One account of the ledger in one partition. 0 and no entry: nothing was ever posted to it there.
struct LedgerBalanceView {
  static constexpr WireNumber wire{31, payments_level};
  static constexpr std::array field_names{"balance", "last_entry", "is_wallet", "payments_net",
                                          "owed"};
  static auto fields(auto& self) {
    return std::tie(self.balance, self.last_entry, self.is_wallet, self.payments_net, self.owed);
  }
  WideMinor balance = 0;   // debit +, credit -
  Position last_entry;     // with a line of it: the head of its chain; none: there is none
  bool is_wallet = false;  // of a client's account that is here; then also:
  WideMinor payments_net = 0;
  WideMinor owed = 0;  // what the wallet has done, and the ledger has not entered yet
  bool operator==(const LedgerBalanceView&) const = default;
};

}  // namespace florin
