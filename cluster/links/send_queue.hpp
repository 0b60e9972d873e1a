// What waits to be sent to one peer: a bounded queue per channel and the rule which goes first.
// Pure.
//
// A write takes at most one batch. Each channel has a guaranteed share of it (consensus most, bulk
// least); what a channel leaves over goes to the others in order of urgency. So bulk never delays
// consensus by more than the batch being written, and no channel starves.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "cluster/links/frame_codec.hpp"

namespace florin::links {

struct ChannelLoad {
  std::size_t bytes = 0;
  std::size_t frames = 0;

  bool operator==(const ChannelLoad&) const = default;
};

class SendQueue {
 public:
  explicit SendQueue(const PerChannel<ChannelCaps>& caps,
                     std::size_t batch_bytes = piece_bytes_max);

  // False: the queue is full or the frame too large; the frame is gone.
  bool push(Channel channel, std::string frame);
  // Appends the next batch, as frames of the wire, numbered from next_sequence on. Nothing when
  // empty.
  void fill(std::string& out, std::uint64_t& next_sequence);
  // A channel that has refused a frame and is now at most half full; each refusal is told once.
  std::optional<Channel> take_room();
  // The connection broke: forgets everything. Answers how many frames of each channel are lost.
  PerChannel<std::size_t> clear();

  // Frames and bytes that were handed to the wire since the beginning.
  [[nodiscard]] ChannelLoad sent(Channel channel) const noexcept {
    return lanes_[index_of(channel)].sent;
  }
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] ChannelLoad load(Channel channel) const noexcept {
    return lanes_[index_of(channel)].load;
  }

 private:
  struct Lane {
    ChannelCaps caps;
    std::size_t share = 0;  // bytes of a batch
    std::deque<std::string> frames;
    std::size_t sent_of_front = 0;
    ChannelLoad load;
    ChannelLoad sent;
    bool has_refused = false;
  };
  struct Batch;

  void take(Channel channel, std::size_t budget, Batch& batch);

  PerChannel<Lane> lanes_;
  std::size_t batch_bytes_;
};

}  // namespace florin::links
