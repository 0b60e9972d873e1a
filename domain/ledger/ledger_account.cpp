// The closed set, as data.
#include "domain/ledger/ledger_account.hpp"

#include "domain/wallet/step_name.hpp"

namespace florin {
namespace {

struct LedgerKindRow {
  std::string_view text;
  LedgerNaming naming;
};

// In the order of their numbers.
constexpr std::array<LedgerKindRow, ledger_kind_count> ledger_kinds{{
    {"assets:psp", LedgerNaming::payments},
    {"assets:psp_transit", LedgerNaming::payments},
    {"assets:bank", LedgerNaming::payments},
    {"assets:provider", LedgerNaming::payments},
    {"assets:debt", LedgerNaming::account},
    {"liabilities:wallet", LedgerNaming::account},
    {"liabilities:checkouts", LedgerNaming::none},
    {"liabilities:refunds", LedgerNaming::none},
    {"liabilities:payouts", LedgerNaming::none},
    {"liabilities:suspense", LedgerNaming::payments},
    {"revenue:fees", LedgerNaming::none},
    {"expenses:psp_fees", LedgerNaming::payments},
    {"expenses:dispute_fees", LedgerNaming::none},
    {"expenses:payout_fees", LedgerNaming::none},
    {"expenses:rounding", LedgerNaming::none},
    {"expenses:written_off", LedgerNaming::none},
}};

const LedgerKindRow& row_of_kind(LedgerKind kind) noexcept {
  return ledger_kinds.at(static_cast<std::size_t>(kind));
}

bool is_wallet_name(std::string_view name) noexcept {
  const auto id = AccountId::parse(name);
  return id && !id->is_system();
}

}  // namespace

std::string_view to_string(LedgerKind kind) noexcept { return row_of_kind(kind).text; }
LedgerNaming naming_of(LedgerKind kind) noexcept { return row_of_kind(kind).naming; }

bool is_valid(const LedgerAccount& account) noexcept {
  switch (naming_of(account.kind)) {
    case LedgerNaming::none: return account.name.empty();
    case LedgerNaming::payments: return is_payments_id(account.name);
    case LedgerNaming::account: return is_wallet_name(account.name);
  }
  return false;
}

std::string to_string(const LedgerAccount& account) {
  std::string text(to_string(account.kind));
  if (naming_of(account.kind) == LedgerNaming::none) return text;
  text += ':';
  text += account.name;
  return text;
}

std::optional<LedgerAccount> parse_ledger_account(std::string_view text) {
  for (std::size_t i = 0; i < ledger_kinds.size(); ++i) {
    std::string_view rest = text;
    if (!rest.starts_with(ledger_kinds[i].text)) continue;
    rest.remove_prefix(ledger_kinds[i].text.size());
    LedgerAccount account{static_cast<LedgerKind>(i), {}};
    if (!rest.empty()) {
      if (rest.front() != ':') continue;  // assets:psp is the front of assets:psp_transit, too
      account.name = rest.substr(1);
      if (account.name.empty()) return std::nullopt;  // "revenue:fees:"
    }
    return is_valid(account) ? std::optional(std::move(account)) : std::nullopt;
  }
  return std::nullopt;
}

LedgerAccount wallet_account(const AccountId& account) {
  return {LedgerKind::liabilities_wallet, account.str()};
}
LedgerAccount debt_account(const AccountId& account) {
  return {LedgerKind::assets_debt, account.str()};
}

}  // namespace florin
