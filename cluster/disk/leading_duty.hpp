// LeadingDuty: what a node does about leading when its own clock is off or its disk is low: it does not campaign while somebody
// else may lead, and hands over what it leads to nodes that can be reached and whose clocks are right. Two reasons (ClockDuty,
// DiskDuty), one answer, for the node and the simulator alike. On the thread of the replicated log; nothing of it is kept.
#pragma once

#include <functional>
#include <vector>

#include "cluster/clock/clock_duty.hpp"
#include "cluster/disk/disk_duty.hpp"

namespace florin {

class LeadingDuty {
 public:
  explicit LeadingDuty(NodeNumber self) : clock_(self) {}

  // At each tick. True: reluctant (ReplicatedLog::set_reluctant).
  bool look(const ClockReading& reading, const ClockOpinion& opinion, bool is_disk_low,
            std::int64_t monotonic_us) {
    hands_over_ = disk_.hands_over(is_disk_low, monotonic_us) || ClockDuty::hands_over(reading);
    return ClockDuty::is_reluctant(reading, opinion) || is_disk_low;
  }
  // Then, between two rounds; mostly nothing.
  std::vector<ClockDuty::HandOver> hand_overs(const std::vector<ReplicatedLog::Status>& groups,
                                              const ClockWatch& clocks, const ClockOpinion& opinion,
                                              const std::function<bool(NodeNumber)>& is_up) {
    return clock_.tick(hands_over_, groups, [&](NodeNumber node) {
      return clocks.is_right(node, opinion) && is_up(node);
    });
  }

 private:
  ClockDuty clock_;
  DiskDuty disk_;
  bool hands_over_ = false;
};

}  // namespace florin
