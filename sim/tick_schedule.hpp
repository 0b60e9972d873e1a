// TickSchedule: when a simulated shell ticks next. The real shells tick all the time; a tick that finds nothing to do
// changes nothing, so it is left out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "actors/hosting/partition_host.hpp"
#include "sim/ports/event_queue.hpp"

namespace florin::sim {

class TickSchedule {
 public:
  explicit TickSchedule(SimTime period) : period_(period) {}

  // The next tick must come, whatever is due.
  void want() { is_wanted_ = true; }
  // The clock was set: what is planned came out of the old time.
  void forget() {
    ++generation_;
    at_.reset();
  }
  // Plans a tick with `later(delay, generation)`, unless one that is not later is planned already.
  template <class Later>
  void plan(SimTime now, PartitionHost& host, bool must_come, Later&& later) {
    const auto due = host.next_due();
    const bool is_wanted = is_wanted_ || must_come;
    if (!due && !is_wanted) return;
    SimTime at = now + 1;
    if (!is_wanted) at = std::max(at, now + due->us - host.now().us);
    at = (at + period_ - 1) / period_ * period_;
    if (at_ && *at_ <= at) return;
    at_ = at;
    later(at - now, ++generation_);
  }
  // The time of a planned tick has come. False: another one was planned since.
  bool begin(std::uint64_t generation) {
    if (generation_ != generation) return false;
    at_.reset();
    is_wanted_ = false;
    return true;
  }

 private:
  SimTime period_;
  std::optional<SimTime> at_;
  std::uint64_t generation_ = 0;
  bool is_wanted_ = false;
};

}  // namespace florin::sim
