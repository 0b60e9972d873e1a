// SystemClock: the clocks of the real machine.
#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace florin {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
  }
  [[nodiscard]] std::int64_t monotonic_us() const noexcept override {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
  }
};

}  // namespace florin
