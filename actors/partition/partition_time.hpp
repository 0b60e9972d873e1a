// PartitionTime: the time that a partition's entries get, made of its leader's clock.
//
// Promises
//  - From the first entry on it never goes back and never stands still: while the clock is behind it (it was set back,
//    or an earlier leader's was ahead), it goes on at half pace until the clock has caught up. (Entries are monotonic in
//    time, so timers that waited for a clock that is a day behind its log would resend nothing for a day.)
//  - A clock that nobody confirms (ClockTrust::nobody) does not move it: it goes on at the pace of the monotonic clock.
//    One wrong clock would otherwise lead all later entries of the partition into the future, for good. Only the first
//    entry of all may have its time: there is no other.
// Its state may be lost in a crash: it begins again at the time of the last entry.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace florin {

class PartitionTime {
 public:
  // `last`: of the last entry; the result is never before it.
  Timestamp now(const ClockReading& clock, std::int64_t monotonic_us, Timestamp last);

 private:
  [[nodiscard]] Timestamp least(std::int64_t monotonic_us) const;

  std::optional<Timestamp> anchor_;  // its time at that moment:
  std::int64_t anchor_monotonic_us_ = 0;
  std::int64_t pace_ = 2;  // moves by one of so many
};

// What clients' deadlines are compared with in an entry of that time: the time itself, unless it is ahead of the
// leader's clock by more than what clocks may differ. None: the leader's clock is not to be trusted.
std::optional<Timestamp> client_clock(Timestamp entry_time, const ClockReading& clock,
                                      std::int64_t offset_max_us);

}  // namespace florin
