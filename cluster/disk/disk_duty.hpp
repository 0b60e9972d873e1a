// DiskDuty: what a node of a cluster does when its disk becomes low: it refuses what clients want to change, so it hands over
// what it leads, and does not campaign while somebody else may (ReplicatedLog::set_reluctant). In the first seconds of each
// minute only: nobody knows how much room the others have, and full nodes would pass a leadership round all the time. Who
// got it does not give it back for a minute (LeaderBalance). On the thread of the replicated log.
#pragma once

#include <cstdint>
#include <optional>

namespace florin {

class DiskDuty {
 public:
  static constexpr std::int64_t hand_over_us = 10'000'000;  // after the change, and again
  static constexpr std::int64_t again_us = 60'000'000;

  // True: hands over now.
  bool hands_over(bool is_low, std::int64_t monotonic_us) {
    if (!is_low) {
      low_since_.reset();
      return false;
    }
    if (!low_since_) low_since_ = monotonic_us;
    return (monotonic_us - *low_since_) % again_us < hand_over_us;
  }

 private:
  std::optional<std::int64_t> low_since_;
};

}  // namespace florin
