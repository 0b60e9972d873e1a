// Money rules: the rows of PAYMENTS.md, section 4, as data: who pays whom, and which part of the amount. Both columns of
// the table follow from one list of flows: the wallet's moves (domain/wallet/step_moves.hpp) and the ledger's lines
// (domain/ledger/entry_lines.hpp). A party has an account in each of the two; psp and suspense are the same @psp to the wallet,
// so a flow between them moves nothing there, and is a line of the ledger alone.
//
// THE STORAGE FORMAT: a rule is part of a step's name. Numbers and names are never changed, new rows come at the end, and the
// flows of a released row only change with a new one beside it (its entries stay what they are). A row for another payments
// issue is one line of money_rules; what there is to check of it is in tests/unit/domain/ledger/section_four_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace florin {

enum class MoneyRule : std::uint8_t {
  card_success = 1,       // by card, and whatever else a PSP takes for a seller
  top_up = 2,             // the same for the buyer's own wallet, without a fee
  parked = 3,             // the PSP has it, and it can be no wallet's for now: suspense
  parked_credited = 4,    // ... and now it can
  parked_refunded = 5,    // ... or has gone back
  wallet_debited = 6,     // wallet as a method: the buyer pays the whole checkout
  wallet_credited = 7,    // ... one order's seller gets its part
  wallet_returned = 8,    // ... or cannot, and the buyer gets it back
  dispute_withdrawn = 9,  // the PSP has taken the disputed amount
  dispute_won = 10,       // ... and has given it back
};

// Who pays, or is paid.
enum class Party : std::uint8_t {
  account,  // the client's account that the step is about
  fees,
  checkouts,
  psp,
  suspense,
};
// Where a flow's money comes from decides what is asked before it goes.
enum class Taking : std::uint8_t {
  wanted,          // its owner pays: as much as is available, within the daily limit
  from_what_came,  // of what an earlier flow of the same step has brought
  forced,          // min(available, amount), and the rest is owed (rule 10)
};
// `amount` is the table's G, A, T or D, `fee` its F.
enum class FlowPart : std::uint8_t { amount, fee };

struct MoneyFlow {
  Party from = Party::psp;
  Party to = Party::psp;
  FlowPart part = FlowPart::amount;
  Taking taking = Taking::from_what_came;  // of a flow from `account`
};

struct MoneyRow {
  MoneyRule rule = MoneyRule::card_success;
  std::string_view name;
  std::array<MoneyFlow, 2> all{};
  std::size_t count = 0;
  bool repays_debt =
      false;  // what comes by it repays, in the same step, what the account owes (rule 10)

  [[nodiscard]] constexpr std::span<const MoneyFlow> flows() const { return {all.data(), count}; }
};

// In the order of their numbers.
std::span<const MoneyRow> money_rules() noexcept;
const MoneyRow& row_of(MoneyRule rule) noexcept;
std::string_view to_string(MoneyRule rule) noexcept;  // "card_success"
std::optional<MoneyRule> parse_money_rule(std::string_view name) noexcept;

// False: its money stays outside the wallets, and it is a line of the ledger alone.
bool moves_wallets(const MoneyRow& row) noexcept;
bool has_fee(const MoneyRow& row) noexcept;
// Somebody of this kind pays or is paid.
bool names(const MoneyRow& row, Party party) noexcept;

}  // namespace florin
