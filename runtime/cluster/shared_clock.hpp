// SharedClock: this machine's clock, and what the consensus thread thinks of it (cluster/clock/). Read by every replica
// at each turn, from any thread.
#pragma once

#include <mutex>

#include "base/clock.hpp"
#include "cluster/clock/clock_opinion.hpp"

namespace florin {

class SharedClock {
 public:
  // `clock` outlives it. Until the first opinion nobody confirms it.
  explicit SharedClock(const Clock& clock) : clock_(clock) {}

  void set(const ClockOpinion& opinion) {
    const std::lock_guard lock(mutex_);
    opinion_ = opinion;
  }
  [[nodiscard]] ClockOpinion opinion() const {
    const std::lock_guard lock(mutex_);
    return opinion_;
  }
  [[nodiscard]] ClockReading read() const {
    return opinion().read(clock_.now(), clock_.monotonic_us());
  }
  // How far it is ahead of most others; none: unknown.
  [[nodiscard]] std::optional<std::int64_t> offset_us() const {
    return opinion().offset_us(clock_.now(), clock_.monotonic_us());
  }

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  ClockOpinion opinion_;
};

}  // namespace florin
