// Names of system accounts, and what each is at first.
#include "domain/account/system_account.hpp"

#include <string>

namespace florin {

std::string_view to_string(SystemAccount account) noexcept {
  switch (account) {
    case SystemAccount::outside: return "outside";
    case SystemAccount::psp: return "psp";
    case SystemAccount::fees: return "fees";
    case SystemAccount::checkouts: return "checkouts";
    case SystemAccount::refunds: return "refunds";
    case SystemAccount::payouts: return "payouts";
    case SystemAccount::bank: return "bank";
    case SystemAccount::debt: return "debt";
  }
  return "unknown";
}

AccountId system_account_id(SystemAccount account, Currency currency) {
  std::string id = "@";
  id += to_string(account);
  id += ':';
  id += currency.view();
  return AccountId::from_trusted(id);
}

std::optional<SystemAccountName> system_account_of(const AccountId& id) noexcept {
  if (!id.is_system()) return std::nullopt;
  const std::string_view text = id.view().substr(1);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto currency = parse_currency(text.substr(colon + 1));
  if (!currency) return std::nullopt;
  for (const SystemAccount account : all_system_accounts)
    if (text.substr(0, colon) == to_string(account)) return SystemAccountName{account, *currency};
  return std::nullopt;
}

std::optional<AccountState> new_system_account(const AccountId& id) {
  const auto name = system_account_of(id);
  if (!name) return std::nullopt;
  AccountState account;
  account.id = id;
  account.currency = name->currency;
  account.kind = AccountKind::system;
  account.allow_negative = true;
  return account;
}

}  // namespace florin
