// Keys towards a payment provider, under which it knows a repeat: what an adapter declares of them. Keys themselves are made where what
// is asked is decided (domain/payment/psp_key.hpp), and written before the first send.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace florin::psp {

// What a provider stores under a key, and so says again to whoever comes with it.
enum class StoredAnswers : std::uint8_t {
  // Whatever was said once execution had begun, a 500 too; not what was wrong with the request, nor 401, 409 and 429.
  since_execution,
};

struct KeyRules {
  std::size_t length_max = 0;    // characters
  std::int64_t lifetime_us = 0;  // at least so long is a key known, from its first use
  StoredAnswers stored = StoredAnswers::since_execution;
  std::string_view replay_header;  // lower case; "true": this is what was said before
};

// How a call with this key is known inside the cluster (OutsideCall::id): half of a SHA-256 over port and key.
Uuid call_id(std::string_view port, std::string_view key);

}  // namespace florin::psp
