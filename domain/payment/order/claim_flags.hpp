// Flags of attempts that are over: whoever was released before it was reserved refuses the late Reserve by them (PAYMENTS.md, rule 7).
#pragma once

#include <algorithm>
#include <vector>

#include "domain/payment/order/order_state.hpp"

namespace florin {

// One flag of each checkout is enough: its attempts follow one another, so an older one is over as well.
inline void leave_flag(std::vector<OrderClaim>& flags, const OrderClaim& claim) {
  const auto known = std::ranges::find(flags, claim.checkout, &OrderClaim::checkout);
  if (known != flags.end()) {
    known->attempt = std::max(known->attempt, claim.attempt);
    return;
  }
  if (flags.size() >= limits::order_flags_max) flags.erase(flags.begin());
  flags.push_back(claim);
}

inline bool has_flag(const std::vector<OrderClaim>& flags, const OrderClaim& claim) {
  return std::ranges::any_of(flags, [&](const OrderClaim& flag) {
    return flag.checkout == claim.checkout && claim.attempt <= flag.attempt;
  });
}

}  // namespace florin
