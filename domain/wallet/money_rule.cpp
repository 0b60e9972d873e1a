// The table, and questions about a row of it.
#include "domain/wallet/money_rule.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {
namespace {

constexpr MoneyFlow psp_to_account{Party::psp, Party::account};
constexpr MoneyFlow fee_of_account{Party::account, Party::fees, FlowPart::fee};
constexpr bool repays = true;

// clang-format off
constexpr std::array money_table{
  MoneyRow{MoneyRule::card_success, "card_success", {psp_to_account, fee_of_account}, 2, repays},
  MoneyRow{MoneyRule::top_up, "top_up", {psp_to_account}, 1, repays},
  MoneyRow{MoneyRule::parked, "parked", {{{Party::psp, Party::suspense}}}, 1},
  MoneyRow{MoneyRule::parked_credited, "parked_credited",
           {{{Party::suspense, Party::account}, fee_of_account}}, 2, repays},
  MoneyRow{MoneyRule::parked_refunded, "parked_refunded", {{{Party::suspense, Party::psp}}}, 1},
  MoneyRow{MoneyRule::wallet_debited, "wallet_debited",
           {{{Party::account, Party::checkouts, FlowPart::amount, Taking::wanted}}}, 1},
  MoneyRow{MoneyRule::wallet_credited, "wallet_credited",
           {{{Party::checkouts, Party::account}, fee_of_account}}, 2, repays},
  // Its own money comes back: that is no payment, and repays nothing.
  MoneyRow{MoneyRule::wallet_returned, "wallet_returned",
           {{{Party::checkouts, Party::account}}}, 1},
  MoneyRow{MoneyRule::dispute_withdrawn, "dispute_withdrawn",
           {{{Party::account, Party::psp, FlowPart::amount, Taking::forced}}}, 1},
  MoneyRow{MoneyRule::dispute_won, "dispute_won", {psp_to_account}, 1, repays},
};
// clang-format on

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < money_table.size(); ++i)
    if (static_cast<std::size_t>(money_table[i].rule) != i + 1) return false;
  return true;
}
static_assert(is_in_order(), "a row is found by its number");

constexpr bool is_one_wallet_account(Party a, Party b) {
  const auto is_outside = [](Party party) {
    return party == Party::psp || party == Party::suspense;
  };
  return a == b || (is_outside(a) && is_outside(b));
}

}  // namespace

std::span<const MoneyRow> money_rules() noexcept { return money_table; }

const MoneyRow& row_of(MoneyRule rule) noexcept {
  const auto number = static_cast<std::size_t>(rule);
  FLORIN_ASSERT(number >= 1 && number <= money_table.size(), "a rule is one of the table");
  return money_table[number - 1];
}

std::string_view to_string(MoneyRule rule) noexcept { return row_of(rule).name; }

std::optional<MoneyRule> parse_money_rule(std::string_view name) noexcept {
  const auto found = std::ranges::find(money_table, name, &MoneyRow::name);
  return found == money_table.end() ? std::nullopt : std::optional(found->rule);
}

bool moves_wallets(const MoneyRow& row) noexcept {
  return std::ranges::any_of(row.flows(), [](const MoneyFlow& flow) {
    return !is_one_wallet_account(flow.from, flow.to);
  });
}

bool has_fee(const MoneyRow& row) noexcept {
  return std::ranges::any_of(row.flows(),
                             [](const MoneyFlow& flow) { return flow.part == FlowPart::fee; });
}

bool names(const MoneyRow& row, Party party) noexcept {
  return std::ranges::any_of(row.flows(), [party](const MoneyFlow& flow) {
    return flow.from == party || flow.to == party;
  });
}

}  // namespace florin
