// Clocks compared, and what follows.
#include "runtime/cluster/parts/node_clock.hpp"

#include <utility>

#include "cluster/clock/clock_frame.hpp"
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

void NodeClock::tick(const std::vector<ReplicatedLog::Status>& groups,
                     const std::vector<NodeNumber>& others) {
  const std::int64_t monotonic = clock_.monotonic_us();
  for (const ClockWatch::Frame& frame : watch_.tick(monotonic, others))
    ports_.send(frame.to, frame.bytes);
  const ClockOpinion opinion = watch_.opinion(clock_.now(), monotonic);
  shared_.set(opinion);
  const ClockReading reading = shared_.read();
  ports_.set_reluctant(duty_.look(reading, opinion, ports_.is_disk_low(), monotonic));
  for (const auto& one : duty_.hand_overs(groups, watch_, opinion, ports_.is_up))
    ports_.hand_over(one.group, one.to);
  note(reading, opinion);
}

// Once for each change.
void NodeClock::note(const ClockReading& reading, const ClockOpinion& opinion) {
  if (std::exchange(logged_, reading.trust) == reading.trust) return;
  const std::int64_t offset_ms = shared_.offset_us().value_or(0) / 1000;
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
bool NodeClock::on_frame(NodeNumber from, std::string_view body) {
  const auto frame = decode_clock_frame(body);
  if (!frame) return false;
  if (const auto* ask = get_if<ClockAsk>(&*frame)) {
    const ClockAnswer answer{ask->number, clock_.now()};
    ports_.send(from, encode_clock_frame(answer));
    return true;
  }
  ports_.on_consensus_thread([this, from, bytes = std::string(body), wall = clock_.now(),
                              monotonic = clock_.monotonic_us()] {
    static_cast<void>(watch_.take(from, bytes, wall, monotonic));
  });
  return true;
}

ClockView NodeClock::view() const {
  const ClockReading reading = shared_.read();
  return {std::string(standing_of(reading, shared_.opinion().is_alone)), shared_.offset_us()};
}

}  // namespace florin
