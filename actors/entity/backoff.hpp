// How long to wait before something is sent once more.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/limits.hpp"

namespace florin {

// Doubles up to a bound; the jitter (up to a quarter) comes from what is resent, so that the same history always gives
// the same times. `first_us`: before it is sent for the second time.
inline std::int64_t backoff(std::int64_t first_us, std::uint32_t resends, std::uint64_t jitter) {
  std::int64_t wait = first_us;
  for (std::uint32_t i = 0; i < resends && wait < limits::resend_backoff_us_max; ++i) wait *= 2;
  wait = std::min(wait, limits::resend_backoff_us_max);
  if (resends > 0) wait += static_cast<std::int64_t>((jitter + resends) % 1024) * wait / 4096;
  return wait;
}

}  // namespace florin
