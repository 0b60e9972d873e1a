// NodeClock: what a cluster's node does about clocks: asks the others, answers, hands over what it leads when its own is
// off, and says so. What a low disk asks for is the same, and is done with it.
//
// On the consensus thread, between two rounds, but for what says otherwise. Nothing of it is kept over a crash.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "cluster/clock/clock_watch.hpp"
#include "cluster/cluster_view.hpp"
#include "cluster/disk/leading_duty.hpp"
#include "runtime/cluster/shared_clock.hpp"

namespace florin {

class NodeClock {
 public:
  struct Ports {
    std::function<void(NodeNumber to, const std::string& frame)> send;
    std::function<bool(NodeNumber)> is_up;
    std::function<bool()> is_disk_low;
    std::function<void(bool)> set_reluctant;  // of the replicated log
    std::function<void(GroupNumber, NodeNumber to)> hand_over;
    std::function<void(std::function<void()>)> on_consensus_thread;
  };

  NodeClock(NodeNumber self, const Clock& clock, ClockWatchOptions options, Ports ports)
      : clock_(clock), ports_(std::move(ports)), shared_(clock), watch_(options), duty_(self) {}

  void tick(const std::vector<ReplicatedLog::Status>& groups,
            const std::vector<NodeNumber>& others);
  // Of peers, any thread. False: not such a frame.
  bool on_frame(NodeNumber from, std::string_view body);
  // Known to be wrong.
  [[nodiscard]] bool is_off(NodeNumber node) const {
    return watch_.is_off(node, shared_.opinion());
  }

  // Any thread.
  [[nodiscard]] ClockReading read() const { return shared_.read(); }
  [[nodiscard]] ClockView view() const;

 private:
  void note(const ClockReading& reading, const ClockOpinion& opinion);

  const Clock& clock_;
  Ports ports_;
  SharedClock shared_;
  ClockWatch watch_;
  LeadingDuty duty_;
  ClockTrust logged_ = ClockTrust::nobody;  // last
};

}  // namespace florin
