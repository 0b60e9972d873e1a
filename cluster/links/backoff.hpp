// How long to wait before dialling again: doubles from `first` to `max`, with jitter so that the
// nodes of a cluster do not dial in step. Pure: chance comes in as an argument.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace florin::links {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds max)
      : first_(first), max_(max), next_(first) {}

  // Between a half and the whole of the current step; the step then doubles.
  std::chrono::milliseconds next(std::uint64_t random) noexcept {
    const auto step = static_cast<std::uint64_t>(next_.count());
    next_ = std::min(max_, next_ * 2);
    return std::chrono::milliseconds(step / 2 + random % (step - step / 2 + 1));
  }
  void reset() noexcept { next_ = first_; }

 private:
  std::chrono::milliseconds first_, max_, next_;
};

}  // namespace florin::links
