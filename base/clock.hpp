// Clock: the port through which time enters. Real in runtime/, virtual in the simulator.
#pragma once

#include "base/ids.hpp"

namespace florin {
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
};
}  // namespace florin
