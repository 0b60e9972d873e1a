// Keys towards a provider (PAYMENTS.md, rule 2): under which name it knows a request, and a repeat of it.
//
// A key is made here, logged with the request's bytes before the first send, and never made again
// from state: what is sent is what was logged. A new number only after a *definite* answer to the
// one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "domain/payment/payment_id.hpp"

namespace florin {

enum class OrderOperation : std::uint8_t {
  none = 0,
  risk = 1,          // asks the risk service; no provider hears of it
  registration = 2,  // makes the hosted page
  expiry = 3,        // closes it
};
const char* to_string(OrderOperation operation) noexcept;

// The order's id for its registration; otherwise `<id>/<operation>/<number>`, as `po-1/expire/1`.
// What is longer than the provider takes: the first 32 hexadecimal digits of its SHA-256, which
// every provider takes.
std::string psp_key(const PaymentId& order, OrderOperation operation, std::uint32_t number,
                    std::size_t chars_max);

}  // namespace florin
