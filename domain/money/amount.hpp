// Amounts: signed 64-bit integers of minor units, and their decimal text (`Amount` in api/openapi.yaml).
// Checked arithmetic only; no floating point anywhere.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace florin {

using Minor = std::int64_t;  // minor units of a currency
// 128 bits, for sums over many accounts only. (__extension__: -Wpedantic knows no 128-bit type.)
__extension__ typedef __int128 WideMinor;
__extension__ typedef unsigned __int128 UnsignedWideMinor;

enum class AmountError {
  malformed,  // not (0|[1-9][0-9]*)(\.[0-9]+)?, or more than 18 digits in all, or out of range
  too_many_decimals,  // more decimals than the currency has
};

// "12.34" with 2 decimals -> 1234. Never rounds.
Result<Minor, AmountError> parse_amount(std::string_view text, int decimals) noexcept;
// 1234 with 2 decimals -> "12.34"; exactly `decimals` digits, leading '-' below zero.
void append_amount(std::string& out, WideMinor minor, int decimals);
std::string format_amount(WideMinor minor, int decimals);

// True when the result does not fit; `out` is then unspecified.
inline bool add_overflows(Minor a, Minor b, Minor& out) noexcept {
  return __builtin_add_overflow(a, b, &out);
}
// The largest amount where the sum is none; of amounts > 0.
inline Minor add_saturating(Minor a, Minor b) noexcept {
  Minor sum = 0;
  return add_overflows(a, b, sum) ? std::numeric_limits<Minor>::max() : sum;
}
inline bool sub_overflows(Minor a, Minor b, Minor& out) noexcept {
  return __builtin_sub_overflow(a, b, &out);
}
// For sums that were proven to fit when they were decided. Asserts.
Minor add_checked(Minor a, Minor b);
Minor sub_checked(Minor a, Minor b);

}  // namespace florin
