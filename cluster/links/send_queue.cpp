// See send_queue.hpp for the rule.
#include "cluster/links/send_queue.hpp"

#include <algorithm>

namespace florin::links {
namespace {

constexpr PerChannel<std::size_t> share_eighths{5, 2, 1};
constexpr std::size_t smallest_cut = 1024;  // a shorter piece is not worth its header

}  // namespace

struct SendQueue::Batch {
  std::string& out;
  std::uint64_t& next_sequence;
  std::size_t left;  // bytes
};

SendQueue::SendQueue(const PerChannel<ChannelCaps>& caps, std::size_t batch_bytes)
    : batch_bytes_(batch_bytes) {
  for (const Channel channel : all_channels) {
    lanes_[index_of(channel)].caps = caps[index_of(channel)];
    lanes_[index_of(channel)].share = batch_bytes / 8 * share_eighths[index_of(channel)];
  }
}

bool SendQueue::push(Channel channel, std::string frame) {
  Lane& lane = lanes_[index_of(channel)];
  if (frame.size() > lane.caps.frame_bytes) return false;
  if (lane.load.frames >= lane.caps.queue_frames ||
      lane.load.bytes + frame.size() > lane.caps.queue_bytes) {
    lane.has_refused = true;
    return false;
  }
  lane.load.bytes += frame.size();
  ++lane.load.frames;
  lane.frames.push_back(std::move(frame));
  return true;
}

void SendQueue::take(Channel channel, std::size_t budget, Batch& batch) {
  Lane& lane = lanes_[index_of(channel)];
  budget = std::min(budget, batch.left);
  while (!lane.frames.empty() && budget > frame_header_bytes) {
    const std::string_view rest = std::string_view(lane.frames.front()).substr(lane.sent_of_front);
    const std::string_view piece =
        rest.substr(0, std::min(budget - frame_header_bytes, piece_bytes_max));
    const bool last = piece.size() == rest.size();
    if (!last && piece.size() < smallest_cut) return;
    append_frame(batch.out, {FrameKind::data, channel, last, 0, batch.next_sequence++}, piece);
    budget -= frame_header_bytes + piece.size();
    batch.left -= frame_header_bytes + piece.size();
    lane.sent_of_front += piece.size();
    if (!last) continue;
    lane.load.bytes -= lane.frames.front().size();
    --lane.load.frames;
    lane.sent.bytes += lane.frames.front().size();
    ++lane.sent.frames;
    lane.frames.pop_front();
    lane.sent_of_front = 0;
  }
}

void SendQueue::fill(std::string& out, std::uint64_t& next_sequence) {
  Batch batch{out, next_sequence, batch_bytes_};
  for (const Channel channel : all_channels) take(channel, lanes_[index_of(channel)].share, batch);
  for (const Channel channel : all_channels) take(channel, batch.left, batch);
}

std::optional<Channel> SendQueue::take_room() {
  for (const Channel channel : all_channels) {
    Lane& lane = lanes_[index_of(channel)];
    if (!lane.has_refused || lane.load.bytes > lane.caps.queue_bytes / 2 ||
        lane.load.frames > lane.caps.queue_frames / 2)
      continue;
    lane.has_refused = false;
    return channel;
  }
  return std::nullopt;
}

PerChannel<std::size_t> SendQueue::clear() {
  PerChannel<std::size_t> lost{};
  for (const Channel channel : all_channels) {
    Lane& lane = lanes_[index_of(channel)];
    lost[index_of(channel)] = lane.load.frames;
    lane.frames.clear();
    lane.load = {};
    lane.sent_of_front = 0;
    lane.has_refused = false;
  }
  return lost;
}

bool SendQueue::empty() const noexcept {
  return std::ranges::all_of(lanes_, [](const Lane& lane) { return lane.frames.empty(); });
}

}  // namespace florin::links
