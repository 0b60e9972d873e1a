// Questions, answers, medians.
#include "cluster/clock/clock_watch.hpp"

#include <algorithm>

#include "base/overloaded.hpp"
#include "cluster/clock/clock_frame.hpp"

namespace florin {
namespace {

constexpr std::size_t offsets_max = 5;
constexpr std::size_t offsets_wanted = 3;  // asked for at each tick
constexpr std::size_t questions_max = 8;   // of one node, under way

// The lower one of two in the middle.
std::int64_t median(std::vector<std::int64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}
std::int64_t median(const std::deque<std::int64_t>& values) {
  return median(std::vector<std::int64_t>(values.begin(), values.end()));
}

bool is_within(std::int64_t a, std::int64_t b, std::int64_t bound) {
  return (a > b ? a - b : b - a) <= bound;
}

}  // namespace

std::vector<ClockWatch::Frame> ClockWatch::tick(std::int64_t monotonic_us,
                                                const std::vector<NodeNumber>& others) {
  has_ticked_ = true;
  std::erase_if(peers_, [&](const auto& item) {
    return std::ranges::find(others, item.first) == others.end();
  });
  std::vector<Frame> out;
  for (const NodeNumber node : others) {
    Peer& peer = peers_[node];
    if (!peer.offsets.empty() && monotonic_us - peer.answered_at > options_.kept_us)
      peer.offsets.clear();
    const bool is_known = peer.offsets.size() >= offsets_wanted;
    if (is_known && monotonic_us - peer.asked_at < options_.ask_every_us) continue;
    peer.asked_at = monotonic_us;
    peer.asked.push_back({next_, monotonic_us});
    if (peer.asked.size() > questions_max) peer.asked.pop_front();
    out.push_back({node, encode_clock_frame(ClockAsk{next_++})});
  }
  return out;
}

ClockWatch::Taken ClockWatch::take(NodeNumber from, std::string_view frame, Timestamp wall,
                                   std::int64_t monotonic_us) {
  const auto decoded = decode_clock_frame(frame);
  if (!decoded) return {};
  Taken taken{true, std::nullopt};
  visit(Overloaded{[&](const ClockAsk& ask) {
                     taken.answer = encode_clock_frame(ClockAnswer{ask.number, wall});
                   },
                   [&](const ClockAnswer& answer) {
                     const auto peer = peers_.find(from);
                     if (peer != peers_.end())
                       take_answer(peer->second, answer.number, answer.time, monotonic_us);
                   }},
        *decoded);
  return taken;
}

// Each question is answered once; what came before it will not be waited for any more.
void ClockWatch::take_answer(Peer& peer, std::uint64_t number, Timestamp time,
                             std::int64_t monotonic_us) const {
  const auto asked = std::ranges::find(peer.asked, number, &Asked::number);
  if (asked == peer.asked.end()) return;
  const std::int64_t took = monotonic_us - asked->at;
  peer.asked.erase(asked);
  if (took < 0 || took > options_.offset_max_us / 2) return;
  peer.offsets.push_back(time.us - monotonic_us + took / 2);
  if (peer.offsets.size() > offsets_max) peer.offsets.pop_front();
  peer.answered_at = monotonic_us;
}

ClockOpinion ClockWatch::opinion(Timestamp wall, std::int64_t monotonic_us) const {
  ClockOpinion opinion;
  opinion.offset_max_us = options_.offset_max_us;
  opinion.is_alone = has_ticked_ && peers_.empty();
  std::vector<std::int64_t> known{wall.us - monotonic_us};
  for (const auto& [node, peer] : peers_)
    if (!peer.offsets.empty()) known.push_back(median(peer.offsets));
  const std::size_t nodes = peers_.size() + 1;
  opinion.is_known = 2 * known.size() > nodes;
  const std::int64_t middle = median(known);
  const auto agree = static_cast<std::size_t>(std::ranges::count_if(
      known, [&](std::int64_t one) { return is_within(one, middle, options_.offset_max_us); }));
  if (has_ticked_ && 2 * agree > nodes) opinion.middle_us = middle;
  return opinion;
}

std::optional<std::int64_t> ClockWatch::offset_of(NodeNumber node,
                                                  const ClockOpinion& opinion) const {
  const auto peer = peers_.find(node);
  if (peer == peers_.end() || peer->second.offsets.empty() || !opinion.middle_us)
    return std::nullopt;
  return median(peer->second.offsets) - *opinion.middle_us;
}

bool ClockWatch::is_right(NodeNumber node, const ClockOpinion& opinion) const {
  const auto offset = offset_of(node, opinion);
  return offset && is_within(*offset, 0, options_.offset_max_us);
}

bool ClockWatch::is_off(NodeNumber node, const ClockOpinion& opinion) const {
  const auto offset = offset_of(node, opinion);
  return offset && !is_within(*offset, 0, options_.offset_max_us);
}

}  // namespace florin
