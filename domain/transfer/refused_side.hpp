// Whose account a refusal is about: the payer's or the payee's. Only codes that say something of an account have a side; the
// others are about the transfer, or can be about one side only.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/rejection.hpp"

namespace florin {

enum class RefusedSide : std::uint8_t { none = 0, from = 1, to = 2 };

// No account of that name; or frozen, or closed.
constexpr bool is_about_an_account(Rejection code) noexcept {
  return code == Rejection::account_not_found || code == Rejection::account_frozen ||
         code == Rejection::account_closed;
}

// A participant can have said it of its account, so that it is about one posting; the others are about the transfer as a whole.
constexpr bool is_about_a_posting(Rejection code) noexcept {
  return code != Rejection::deadline_passed && code != Rejection::transaction_id_reused;
}

// Of a refusal with this code: what was against each side. The payer is named where both are to blame.
constexpr RefusedSide refused_side(Rejection code, std::optional<Rejection> from,
                                   std::optional<Rejection> to) noexcept {
  if (!is_about_an_account(code)) return RefusedSide::none;
  if (from == code) return RefusedSide::from;
  return to == code ? RefusedSide::to : RefusedSide::none;
}

}  // namespace florin
