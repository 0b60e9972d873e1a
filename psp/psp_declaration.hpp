// What an adapter declares of its provider: the facts by which orders are accepted, keys built and reads believed.
#pragma once

#include <cstdint>
#include <string_view>

#include "psp/call_key.hpp"

namespace florin::psp {

struct PspDeclaration {
  std::string_view adapter;
  KeyRules keys;
  bool has_webhooks = false;
  bool has_reads = false;  // without: only there is a signed terminal webhook believed
  // A list shows what was made before it was asked. Only then, and only when the key is past its life, does "nothing
  // found" mean that nothing is there.
  bool has_consistent_list = false;
  std::int64_t page_life_s_min = 0;  // how long ahead the end of a payment page must lie, and may
  std::int64_t page_life_s_max = 0;
  std::int64_t page_margin_s = 0;  // what we give beyond the least, for the way there and clocks
  std::int64_t amount_max = 0;     // in its units
  // Of the table of currencies: an order keeps the number that it was accepted by.
  std::uint16_t currencies_version = 0;
};

}  // namespace florin::psp
