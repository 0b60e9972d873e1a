// Halves at once, grows one by one.
#include "runtime/outside/concurrency.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin::outside {

void Concurrency::end(PartyVerdict verdict, std::int64_t now_us, std::int64_t pause_us) {
  FLORIN_ASSERT(under_way_ > 0);
  --under_way_;
  switch (verdict) {
    case PartyVerdict::throttled:
      limit_ = std::max<std::size_t>(limit_ / 2, 1);
      good_ = 0;
      paused_until_us_ =
          std::max(paused_until_us_, now_us + std::clamp<std::int64_t>(pause_us, 0, pause_us_max));
      return;
    case PartyVerdict::good:
      if (limit_ < most_ && ++good_ >= limit_) {
        ++limit_;
        good_ = 0;
      }
      return;
    case PartyVerdict::failed:
    case PartyVerdict::denied: return;  // the breaker's concern
  }
}

}  // namespace florin::outside
