// See peer.hpp.
#include "cluster/links/peer.hpp"

namespace florin::links {
namespace {

SteadyTime now() noexcept { return std::chrono::steady_clock::now(); }

Milliseconds since(SteadyTime then) noexcept {
  return std::chrono::duration_cast<Milliseconds>(now() - then);
}

}  // namespace

Peer::Peer(PeerAddress address, const PerChannel<ChannelCaps>& caps)
    : address_(std::move(address)),
      queue_(caps),
      outgoing_changed_(now()),
      incoming_changed_(outgoing_changed_) {
  status_.address = address_;
}

Peer::Push Peer::push(Channel channel, std::string frame) {
  const std::lock_guard lock(mutex_);
  if (!status_.outgoing_up || !queue_.push(channel, std::move(frame))) {
    ++status_.channels[index_of(channel)].dropped_frames;
    return Push::refused;
  }
  if (writer_awake_) return Push::queued;
  writer_awake_ = true;
  return Push::queued_and_writer_sleeps;
}

void Peer::went_up() {
  const std::lock_guard lock(mutex_);
  status_.outgoing_up = true;
  ++status_.connects;
  outgoing_changed_ = now();
  writer_awake_ = false;
}

void Peer::went_down(const Refused& why) {
  const std::lock_guard lock(mutex_);
  status_.outgoing_up = false;
  status_.last_refusal = why;
  outgoing_changed_ = now();
  const auto lost = queue_.clear();
  for (const Channel channel : all_channels)
    status_.channels[index_of(channel)].dropped_frames += lost[index_of(channel)];
}

void Peer::dial_failed(const Refused& why) {
  const std::lock_guard lock(mutex_);
  ++status_.failed_dials;
  status_.last_refusal = why;
}

void Peer::refill(std::string& out, std::uint64_t& next_sequence) {
  const std::lock_guard lock(mutex_);
  const auto before = next_sequence;
  queue_.fill(out, next_sequence);
  writer_awake_ = next_sequence != before;  // what is written now comes back here when it is done
}

std::optional<Channel> Peer::take_room() {
  const std::lock_guard lock(mutex_);
  return queue_.take_room();
}

void Peer::incoming_changed(bool up) {
  const std::lock_guard lock(mutex_);
  status_.incoming_up = up;
  incoming_changed_ = now();
}

void Peer::received(Channel channel, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  ++status_.channels[index_of(channel)].received_frames;
  status_.channels[index_of(channel)].received_bytes += bytes;
}

PeerStatus Peer::status() const {
  const std::lock_guard lock(mutex_);
  PeerStatus status = status_;
  status.outgoing_since = since(outgoing_changed_);
  status.incoming_since = since(incoming_changed_);
  for (const Channel channel : all_channels) {
    ChannelStatus& of_channel = status.channels[index_of(channel)];
    of_channel.sent_frames = queue_.sent(channel).frames;
    of_channel.sent_bytes = queue_.sent(channel).bytes;
    of_channel.queued_frames = queue_.load(channel).frames;
    of_channel.queued_bytes = queue_.load(channel).bytes;
  }
  return status;
}

}  // namespace florin::links
