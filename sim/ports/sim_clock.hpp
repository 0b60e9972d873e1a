// SimClock: the wall clock of one node.
//
// Fault model: skew from the true time (by seconds), jumps forward (by seconds up to a year) and back, standing still.
// Why the system must survive it: time of an entry is forced to be monotonic within its partition, only the
// coordinator's partition judges a deadline, by a clock that most nodes agree with, and resending is harmless at any
// moment. A wrong clock may delay a resend; it must never refuse for time that has not passed, nor touch money.
#pragma once

#include "base/clock.hpp"
#include "sim/ports/event_queue.hpp"

namespace florin::sim {

// 2025-11-22T02:00:00Z: what the true clock shows when most simulations begin (SimOptions::begins_us).
inline constexpr std::int64_t epoch_us = 1'763'776'800'000'000;

class SimClock final : public Clock {
 public:
  explicit SimClock(const EventQueue& events, std::int64_t begins_us = epoch_us)
      : events_(events), begins_us_(begins_us) {}

  [[nodiscard]] Timestamp now() const noexcept override {
    return {begins_us_ + offset_ + (stopped_at_ < 0 ? events_.now() : stopped_at_)};
  }
  [[nodiscard]] std::int64_t monotonic_us() const noexcept override { return events_.now(); }
  void jump(std::int64_t us) { offset_ += us; }
  void stop() {
    if (stopped_at_ < 0) stopped_at_ = events_.now();
  }
  // Goes on from where it stands: late from now on.
  void go_on() {
    if (stopped_at_ < 0) return;
    offset_ -= events_.now() - stopped_at_;
    stopped_at_ = -1;
  }
  // As after a synchronisation.
  void heal() {
    stopped_at_ = -1;
    offset_ = 0;
  }

 private:
  const EventQueue& events_;
  std::int64_t begins_us_;
  std::int64_t offset_ = 0;
  SimTime stopped_at_ = -1;
};

}  // namespace florin::sim
