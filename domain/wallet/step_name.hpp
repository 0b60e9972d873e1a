// StepName: by which a money step is known: `{origin kind, id, step}` (PAYMENTS.md, rule 6), where the step is the
// row of section 4 and which attempt at it. Each name is executed once, by the wallet and by the ledger.
//
// A space of its own: what a client names is a transaction by a Uuid, of kind `client`, and no request becomes a StepName; a
// name of kind `client` is not valid here. So no client can take, repeat or foresee the name of a step.
//
// A new attempt (`n` + 1) comes only after a definite no to the one before: whoever does not know what became of a step asks
// for the same one again.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "domain/wallet/money_rule.hpp"

namespace florin {

// Whose posting it is. Stored: numbers are never changed.
enum class OriginKind : std::uint8_t {
  client = 0,
  payment = 1,
  refund = 2,
  dispute = 3,
  payout = 4
};

inline constexpr std::uint32_t step_attempts_max = 1'000'000;

struct StepName {
  OriginKind origin = OriginKind::payment;
  std::string
      id;  // of the checkout, order, refund, dispute or pay-out: 1-64 of A-Za-z0-9._- (rule 2)
  MoneyRule rule = MoneyRule::card_success;
  std::uint32_t n = 1;  // attempt, 1 to step_attempts_max

  auto operator<=>(const StepName&) const = default;

  static constexpr std::array field_names{"origin", "id", "rule", "n"};
  static auto fields(auto& self) { return std::tie(self.origin, self.id, self.rule, self.n); }
};

std::string_view to_string(OriginKind kind) noexcept;  // "payment"

// 1-64 of A-Za-z0-9._-: the grammar of rule 2, which names of PSPs and reasons of suspense have as well.
bool is_payments_id(std::string_view text) noexcept;
// One that a step may have.
bool is_valid(const StepName& name) noexcept;

// "payment/po-1/card_success/1": also the id of the step's ledger entry. No part has a slash.
std::string to_string(const StepName& name);
// None: not what to_string() of a valid name gives.
std::optional<StepName> parse_step_name(std::string_view text);

}  // namespace florin
