// What a cluster's node does about clocks: asks the others, answers, hands over what it leads when its own is off, and
// says so. What a low disk asks for is the same, and is done with it.
#include <string_view>

#include "cluster/clock/clock_frame.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"

namespace florin {
namespace {

std::string_view standing_of(const ClockReading& reading, bool is_alone) {
  if (is_alone) return "alone";
  switch (reading.trust) {
    case ClockTrust::own: return "right";
    case ClockTrust::peers: return "off";
    case ClockTrust::nobody: return "unsure";
  }
  return "unsure";
}

}  // namespace

// On the consensus thread, between two rounds.
void ClusterNode::tick_clock(const Groups& groups) {
  const std::int64_t monotonic = clock_.monotonic_us();
  for (const ClockWatch::Frame& frame : clocks_.tick(monotonic, other_members()))
    links_->send(frame.to, links::Channel::messages, frame_of(PeerMessage::clock, frame.bytes));
  const ClockOpinion opinion = clocks_.opinion(clock_.now(), monotonic);
  shared_clock_.set(opinion);
  const ClockReading reading = shared_clock_.read();
  const bool is_disk_low = intake_.level() != DiskLevel::enough;
  log_->set_reluctant(ClockDuty::is_reluctant(reading, opinion) || is_disk_low);
  const bool hands_over =
      disk_duty_.hands_over(is_disk_low, monotonic) || ClockDuty::hands_over(reading);
  const auto may_lead = [&](NodeNumber node) {
    return clocks_.is_right(node, opinion) && is_up(node);
  };
  for (const auto& one : clock_duty_.tick(hands_over, groups, may_lead))
    consensus_->transfer_leader(one.group, one.to);
  note_clock(reading, opinion);
}

// Once for each change.
void ClusterNode::note_clock(const ClockReading& reading, const ClockOpinion& opinion) {
  if (std::exchange(clock_trust_, reading.trust) == reading.trust) return;
  const std::int64_t offset_ms = shared_clock_.offset_us().value_or(0) / 1000;
  switch (reading.trust) {
    case ClockTrust::own:
      return log_info("this node's clock agrees with most others",
                      {{"ahead_ms", opinion.is_alone ? 0 : offset_ms}});
    case ClockTrust::peers:
      return log_error("this node's clock is off from most others: it hands over what it leads",
                       {{"ahead_ms", offset_ms}, {"to_do", "set the clock of this machine"}});
    case ClockTrust::nobody:
      return log_warning("the clocks of most nodes are not known, or do not agree",
                         {{"effect", "transfers with a deadline are answered clock_unsure"}});
  }
}

// Questions are answered where they arrive: the less it takes, the better.
void ClusterNode::on_peer_clock(NodeNumber from, std::string_view body) {
  const auto frame = decode_clock_frame(body);
  if (!frame) return note_dropped(from, DroppedFrame{DroppedFrame::Why::unreadable, "clock"});
  if (const auto* ask = std::get_if<ClockAsk>(&*frame)) {
    const ClockAnswer answer{ask->number, clock_.now()};
    links_->send(from, links::Channel::messages,
                 frame_of(PeerMessage::clock, encode_clock_frame(answer)));
    return;
  }
  consensus_->run([this, from, bytes = std::string(body), wall = clock_.now(),
                   monotonic = clock_.monotonic_us()] {
    static_cast<void>(clocks_.take(from, bytes, wall, monotonic));
  });
}

// By the map; before there is one, by the configuration. On the consensus thread.
std::vector<NodeNumber> ClusterNode::other_members() const {
  std::vector<NodeNumber> others;
  const ClusterMap& map = keeper_->map();
  for (const auto& [number, node] : map.nodes)
    if (number != self_ && node.state != NodeState::removed) others.push_back(number);
  if (map.is_formed()) return others;
  for (const auto& node : config_.cluster.nodes)
    if (node.id != self_) others.push_back(node.id);
  return others;
}

ClockView ClusterNode::clock_view() const {
  const ClockReading reading = shared_clock_.read();
  return {std::string(standing_of(reading, shared_clock_.opinion().is_alone)),
          shared_clock_.offset_us()};
}

}  // namespace florin
