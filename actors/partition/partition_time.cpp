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
  // A partition without entries has no time of its own to go on from.
  const bool follows = clock.trust != ClockTrust::nobody || (!anchor_ && last.is_none());
  if (!anchor_) anchor_at(last);
  const std::int64_t pace = clock.trust != ClockTrust::nobody ? 2 : 1;
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
