// System accounts: where money comes from and goes to beside clients' accounts. Each is called @<name>:<CURRENCY>, needs no
// opening, and is kept in every partition, so that whoever pays from or to one does so in one entry of one log; what is
// shown of it is the sum over partitions. It may go below zero: what leaves it in one partition may have come in another.
//
//   @outside    a client's deposits and withdrawals; the only one that a client may name
//   @psp        what payment providers hold for us, and what waits outside any wallet (PAYMENTS.md, section 4)
//   @fees       what sellers have paid us
//   @checkouts  paid by a buyer's wallet, not yet credited to the sellers
//   @refunds    set aside by sellers, not yet given back by the provider
//   @payouts    on its way out
//   @bank       what has left by a pay-out
//   @debt       what accounts owe us: taken outside by force while they had too little
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/ids.hpp"
#include "domain/account/account_state.hpp"
#include "domain/money/currency.hpp"

namespace florin {

enum class SystemAccount : std::uint8_t {
  outside = 0,
  psp = 1,
  fees = 2,
  checkouts = 3,
  refunds = 4,
  payouts = 5,
  bank = 6,
  debt = 7,
};

inline constexpr std::array all_system_accounts{
    SystemAccount::outside, SystemAccount::psp,     SystemAccount::fees, SystemAccount::checkouts,
    SystemAccount::refunds, SystemAccount::payouts, SystemAccount::bank, SystemAccount::debt};

struct SystemAccountName {
  SystemAccount account = SystemAccount::outside;
  Currency currency;
  bool operator==(const SystemAccountName&) const = default;
};

std::string_view to_string(SystemAccount account) noexcept;  // "psp"
// @psp:USD. `currency` is one of the table.
AccountId system_account_id(SystemAccount account, Currency currency);
// None: a client's account, or a name with @ that no system account has.
std::optional<SystemAccountName> system_account_of(const AccountId& id) noexcept;
// As it is in a partition where nothing was ever posted to it; none: no system account has this name.
std::optional<AccountState> new_system_account(const AccountId& id);

}  // namespace florin
