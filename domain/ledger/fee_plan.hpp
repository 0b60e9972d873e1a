// FeePlan: what a seller pays of each payment (PAYMENTS.md, section 4). Fixed in the order when it is accepted.
#pragma once

#include <cstdint>

#include "domain/money/amount.hpp"

namespace florin {

inline constexpr std::uint32_t fee_basis_points_max = 10'000;

struct FeePlan {
  std::uint32_t basis_points = 0;  // 1/100 of a per cent, 0 to fee_basis_points_max
  Minor fixed = 0;                 // minor units, >= 0

  bool operator==(const FeePlan&) const = default;
};

bool is_valid(const FeePlan& plan) noexcept;

// min(G, (G * bp + 5000) div 10000 + fixed), in minor units: rounded half up, and never more than came. Exact for every
// `gross` of 0 to INT64_MAX and every valid plan: nothing overflows on the way. Asserts both.
Minor fee_of(Minor gross, const FeePlan& plan);

}  // namespace florin
