// ClockDuty: what a node does about its own clock: one that is off from most others hands over what it leads, to nodes
// whose clocks are right, and does not campaign (ReplicatedLog::set_reluctant) while somebody else may. Where nobody
// else can lead it goes on leading: its partitions take the time of most nodes then, and clients' deadlines are not
// judged. Beside ClockWatch, on its thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cluster/clock/clock_watch.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

class ClockDuty {
 public:
  struct HandOver {
    GroupNumber group = 0;
    NodeNumber to = 0;
  };

  explicit ClockDuty(NodeNumber self) : self_(self) {}

  // A clock that is off, or not compared yet, does not ask to lead. Where clocks do not agree, none is better.
  static bool is_reluctant(const ClockReading& reading, const ClockOpinion& opinion) {
    return reading.trust == ClockTrust::peers ||
           (reading.trust == ClockTrust::nobody && !opinion.is_known);
  }
  static bool hands_over(const ClockReading& reading) { return reading.trust == ClockTrust::peers; }
  // At each tick of the replicated log; mostly nothing. `hands_over`: for this reason or another (DiskDuty).
  // Raft brings who is behind up to date before it hands over, and
  // gives up after an election time-out; then it is asked again.
  std::vector<HandOver> tick(bool hands_over, const std::vector<ReplicatedLog::Status>& groups,
                             const std::function<bool(NodeNumber)>& may_lead);

 private:
  NodeNumber self_;
  std::uint32_t ticks_to_next_ = 0;
};

}  // namespace florin
