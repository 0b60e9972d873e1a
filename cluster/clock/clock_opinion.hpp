// ClockOpinion: what this node thinks of its own clock, in a form that can be looked at from any thread: where the
// clocks of most nodes stand, in terms of this node's monotonic clock. So a clock that is set by hours is found out at
// the next reading, not when the other nodes are asked again.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/limits.hpp"

namespace florin {

struct ClockOpinion {
  bool is_alone = false;  // there is no other node: nothing to compare with
  bool is_known = false;  // the clocks of most nodes are, whether they agree or not
  // What most clocks show, less this node's monotonic clock; none: most are not known, or do not agree.
  std::optional<std::int64_t> middle_us;
  std::int64_t offset_max_us = limits::clock_offset_max_us;

  // How far this clock is ahead of most; none: unknown.
  [[nodiscard]] std::optional<std::int64_t> offset_us(Timestamp wall,
                                                      std::int64_t monotonic_us) const {
    if (!middle_us) return std::nullopt;
    return wall.us - monotonic_us - *middle_us;
  }
  // The time to go by, and whose it is.
  [[nodiscard]] ClockReading read(Timestamp wall, std::int64_t monotonic_us) const {
    if (is_alone) return {wall, ClockTrust::own};
    const auto offset = offset_us(wall, monotonic_us);
    if (!offset) return {wall, ClockTrust::nobody};
    if (*offset <= offset_max_us && -*offset <= offset_max_us) return {wall, ClockTrust::own};
    return {{monotonic_us + *middle_us}, ClockTrust::peers};
  }
};

}  // namespace florin
