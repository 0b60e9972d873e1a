// Follows the clock when it may, and goes on by itself when not.
#include "actors/partition/partition_time.hpp"

#include <algorithm>

namespace florin {

Timestamp PartitionTime::least(std::int64_t monotonic_us) const {
  return *anchor_ + (monotonic_us - anchor_monotonic_us_) / pace_;
}

Timestamp PartitionTime::now(const ClockReading& clock, std::int64_t monotonic_us, Timestamp last) {
  const auto anchor_at = [&](Timestamp time) {
    anchor_ = time;
    anchor_monotonic_us_ = monotonic_us;
  };
  const bool follows = clock.trust != ClockTrust::nobody;
  // Without entries there is no time to go on from: that clock's, but nothing rests on it. A replica that has none may
  // only not have heard of them yet, and would lead those who have by a clock that is wrong.
  if (!anchor_ && !follows && last.is_none()) return clock.time;
  if (!anchor_) anchor_at(last);
  const std::int64_t pace = follows ? 2 : 1;
  if (pace != pace_) {
    anchor_at(least(monotonic_us));
    pace_ = pace;
  }
  // A replica that followed may have replayed entries of a leader whose clock was ahead of ours.
  if (least(monotonic_us) < last) anchor_at(last);
  if (follows && clock.time >= least(monotonic_us)) anchor_at(clock.time);
  return least(monotonic_us);
}

std::optional<Timestamp> client_clock(Timestamp entry_time, const ClockReading& clock,
                                      std::int64_t offset_max_us) {
  if (clock.trust != ClockTrust::own) return std::nullopt;
  return entry_time.us - clock.time.us > offset_max_us ? clock.time : entry_time;
}

}  // namespace florin
