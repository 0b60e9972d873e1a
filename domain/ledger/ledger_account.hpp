// LedgerAccount: one account of the ledger, by the closed set of PAYMENTS.md, section 4. A kind, and for most
// kinds a name: of a PSP, a bank, a wallet's account, a reason. Not an account of the wallet: those are AccountState.
//
// The text is `assets:psp:<psp>` and so on. The last part may have colons in it (ids of accounts may), so a text is read by
// its kind, from the front. THE STORAGE FORMAT: numbers of kinds are never changed, new ones come at the end.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/ids.hpp"

namespace florin {

enum class LedgerKind : std::uint8_t {
  assets_psp = 0,
  assets_psp_transit = 1,
  assets_bank = 2,
  assets_provider = 3,
  assets_debt = 4,  // of one account: what it owes us
  liabilities_wallet = 5,
  liabilities_checkouts = 6,
  liabilities_refunds = 7,
  liabilities_payouts = 8,
  liabilities_suspense = 9,
  revenue_fees = 10,
  expenses_psp_fees = 11,
  expenses_dispute_fees = 12,
  expenses_payout_fees = 13,
  expenses_rounding = 14,
  expenses_written_off = 15,
};

inline constexpr std::size_t ledger_kind_count = 16;

// What the part behind the kind is.
enum class LedgerNaming : std::uint8_t {
  none,      // there is one such account
  payments,  // of a PSP, bank, provider or reason: 1-64 of A-Za-z0-9._-
  account,   // a client's account of the wallet
};

struct LedgerAccount {
  LedgerKind kind = LedgerKind::assets_psp;
  std::string name;  // empty where the kind has none

  auto operator<=>(const LedgerAccount&) const = default;

  static constexpr std::array field_names{"kind", "name"};
  static auto fields(auto& self) { return std::tie(self.kind, self.name); }
};

std::string_view to_string(LedgerKind kind) noexcept;  // "assets:psp"
LedgerNaming naming_of(LedgerKind kind) noexcept;
// The name is one that the kind may have.
bool is_valid(const LedgerAccount& account) noexcept;

std::string to_string(const LedgerAccount& account);  // "assets:psp:sandbox"
// None: not the text of a valid account.
std::optional<LedgerAccount> parse_ledger_account(std::string_view text);

LedgerAccount wallet_account(const AccountId& account);  // liabilities:wallet:<account>
LedgerAccount debt_account(const AccountId& account);    // assets:debt:<account>

}  // namespace florin
