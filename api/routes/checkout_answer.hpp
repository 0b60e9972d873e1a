// How a checkout is answered: with its orders as they are by then, each asked where it is.
#pragma once

#include <cstdint>

#include "api/api_context.hpp"

namespace florin {

enum class CheckoutAnswer : std::uint8_t {
  created,   // 201
  replayed,  // 200, Florin-Replayed
  read,      // 200
};

// `position`: of the reply that `view` came with. An order that does not answer is shown as its checkout knows it.
void answer_checkout(const CallPtr& call, const CheckoutView& view, const Position& position,
                     CheckoutAnswer how);

}  // namespace florin
