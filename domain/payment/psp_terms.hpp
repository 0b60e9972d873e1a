// What a provider's adapter declares of itself, as far as orders decide by it (PAYMENTS.md, section
// 3 and rules 2, 3, 14). Plain values: who the provider is, and what its bytes look like, nobody
// here knows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace florin {

struct PspTerms {
  std::size_t key_chars_max = 255;  // of an idempotency key; at least 32
  // For how long a key is known there, from its first send on (microseconds).
  std::int64_t key_lifetime_us = 24LL * 3600 * 1'000'000;
  // How far ahead a registration's own end must be when it is sent (microseconds).
  std::int64_t session_us_min = 30LL * 60 * 1'000'000;
  bool has_reads = true;
  // A list by metadata shows an object as soon as it exists: then an empty one, after the key's lifetime, is a "no".
  bool has_consistent_list = false;
  bool operator==(const PspTerms&) const = default;
};

// A key that is older than its lifetime less this is not sent any more: clocks differ, and sends take time.
inline constexpr std::int64_t key_margin_us = 3600LL * 1'000'000;
// Added to session_us_min, for the way there.
inline constexpr std::int64_t session_margin_us = 5LL * 60 * 1'000'000;

}  // namespace florin
