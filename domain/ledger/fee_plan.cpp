// In 128 bits: 63 bits of amount, 14 of basis points.
#include "domain/ledger/fee_plan.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {

bool is_valid(const FeePlan& plan) noexcept {
  return plan.basis_points <= fee_basis_points_max && plan.fixed >= 0;
}

Minor fee_of(Minor gross, const FeePlan& plan) {
  FLORIN_ASSERT(gross >= 0 && is_valid(plan), "a fee is of what came, by a plan that was checked");
  const WideMinor share = (WideMinor{gross} * plan.basis_points + 5'000) / 10'000;
  return static_cast<Minor>(std::min(WideMinor{gross}, share + plan.fixed));
}

}  // namespace florin
