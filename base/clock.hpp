// Clock: the port through which time enters. Real in runtime/, virtual in the simulator.
#pragma once

#include "base/ids.hpp"

namespace florin {
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
  // Microseconds of a clock that is never set: goes on at its own pace when now() jumps or stands still.
  [[nodiscard]] virtual std::int64_t monotonic_us() const noexcept { return now().us; }
};
}  // namespace florin
