// Rejection: business said no. A closed list in order of precedence: where several apply, the first one
// is the answer. Stable codes; tests pin the order (tests/unit/domain/rejection_test.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace florin {

enum class Rejection : std::uint8_t {
  account_not_found = 1,
  transfer_not_found = 2,
  transaction_id_reused = 3,
  account_exists = 4,
  insufficient_available = 5,
  account_frozen = 6,
  account_closed = 7,
  currency_mismatch = 8,
  same_account = 9,
  amount_not_positive = 10,
  too_many_decimals = 11,
  balance_overflow = 12,
  daily_limit_exceeded = 13,
  deadline_passed = 14,
  account_not_empty = 15,
  system_account = 16,
  metadata_full = 17,
};

inline constexpr std::array all_rejections{
    Rejection::account_not_found,      Rejection::transfer_not_found,
    Rejection::transaction_id_reused,  Rejection::account_exists,
    Rejection::insufficient_available, Rejection::account_frozen,
    Rejection::account_closed,         Rejection::currency_mismatch,
    Rejection::same_account,           Rejection::amount_not_positive,
    Rejection::too_many_decimals,      Rejection::balance_overflow,
    Rejection::daily_limit_exceeded,   Rejection::deadline_passed,
    Rejection::account_not_empty,      Rejection::system_account,
    Rejection::metadata_full};

std::string_view to_string(Rejection rejection) noexcept;  // the stable code (docs/ERRORS.md)
// True when a new attempt (with a new id) may succeed later without the caller changing anything.
bool is_transient(Rejection rejection) noexcept;

// The one that wins: smaller number first; none loses against any.
inline std::optional<Rejection> first_of(std::optional<Rejection> a,
                                         std::optional<Rejection> b) noexcept {
  if (!a) return b;
  if (!b) return a;
  return *a < *b ? a : b;
}

}  // namespace florin
