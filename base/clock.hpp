// Clock: the port through which time enters. Real in runtime/, virtual in the simulator.
#pragma once

#include <cstdint>

#include "base/ids.hpp"

namespace florin {

// By whom the time of a reading is confirmed.
enum class ClockTrust : std::uint8_t {
  own,    // this machine's clock, and most other nodes agree (or there is none)
  peers,  // this machine's clock is off: the time is that of most others
  nobody  // this machine's clock, and most others are not known or do not agree
};
struct ClockReading {
  Timestamp time;
  ClockTrust trust = ClockTrust::own;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
  // Microseconds of a clock that is never set: goes on at its own pace when now() jumps or stands still.
  [[nodiscard]] virtual std::int64_t monotonic_us() const noexcept { return now().us; }
};
}  // namespace florin
