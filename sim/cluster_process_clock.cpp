// What a cluster's node does about clocks: asks the others, answers, and hands over what it leads when its own is off,
// or its disk is low.
#include "sim/cluster_process.hpp"

namespace florin::sim {

void ClusterProcess::tick_clock() {
  const std::int64_t monotonic = node_.clock_.monotonic_us();
  for (ClockWatch::Frame& frame : clocks_.tick(monotonic, other_members()))
    if (knows(frame.to))
      node_.outside_.clock_frame(node_.number_, frame.to - 1U, std::move(frame.bytes));
  clock_opinion_ = clocks_.opinion(node_.clock_.now(), monotonic);
  const bool is_disk_low = node_.intake_.level() != DiskLevel::enough;
  log_->set_reluctant(leading_duty_.look(read_clock(), clock_opinion_, is_disk_low, monotonic));
  if (log_->in_round()) return;
  const auto is_reachable = [this](NodeNumber node) { return !keeper_ || is_up(node); };
  for (const auto& one :
       leading_duty_.hand_overs(log_->status(), clocks_, clock_opinion_, is_reachable))
    log_->hand_over(one.group, one.to);
}

ClockReading ClusterProcess::read_clock() const {
  return clock_opinion_.read(node_.clock_.now(), node_.clock_.monotonic_us());
}

void ClusterProcess::receive_clock_frame(std::uint32_t from_node, const std::string& frame) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  auto taken = clocks_.take(from, frame, node_.clock_.now(), node_.clock_.monotonic_us());
  if (!taken.understood)
    return die({Errc::corrupt, "what another node says of its clock was not understood"});
  if (taken.answer && knows(from))
    node_.outside_.clock_frame(node_.number_, from_node, std::move(*taken.answer));
  clock_opinion_ = clocks_.opinion(node_.clock_.now(), node_.clock_.monotonic_us());
}

// Before there is a map, all that began together.
std::vector<NodeNumber> ClusterProcess::other_members() const {
  return florin::other_members(map(), static_cast<NodeNumber>(node_.number_ + 1),
                               configured_nodes());
}

}  // namespace florin::sim
