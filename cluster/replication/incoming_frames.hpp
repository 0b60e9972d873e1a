// IncomingFrames: frames of peers that wait for a round, checked as far as that is possible without knowing anything of a
// group. Pure. A crash loses them, as a network may.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "cluster/replication/log_streams.hpp"
#include "cluster/replication/node_frame.hpp"
#include "cluster/replication/peer_fault.hpp"
#include "cluster/replication/replicated_log_ports.hpp"

namespace florin {

class IncomingFrames {
 public:
  struct Incoming {
    NodeNumber from;
    std::string bytes;
    NodeFrame frame;  // views of them
  };

  explicit IncomingFrames(LogStreams streams) : streams_(streams) {}

  // `from` has been authenticated. A fault: it is not one, or not from whom it says, or of a group that is not there; it is
  // not kept.
  std::optional<PeerFault> add(NodeNumber from, std::string frame);
  [[nodiscard]] bool empty() const { return frames_.empty(); }
  // Messages in them.
  [[nodiscard]] std::size_t messages() const;
  // Those of one round, in order, up to so many bytes and one frame more.
  template <typename Take>
  void take_round(std::size_t bytes_soft, Take take) {
    for (std::size_t bytes = 0; !frames_.empty() && bytes < bytes_soft;) {
      take(frames_.front());
      bytes += frames_.front().bytes.size();
      frames_.pop_front();
    }
  }

 private:
  [[nodiscard]] bool has_group(consensus::GroupId id) const {
    return id != 0 && id <= streams_.groups();
  }
  [[nodiscard]] std::optional<PeerFault> fault_in(NodeNumber from,
                                                  const std::optional<NodeFrame>& frame) const;
  [[nodiscard]] std::optional<PeerFault> fault_in(NodeNumber from,
                                                  const RaftMessage& message) const;

  LogStreams streams_;
  std::deque<Incoming> frames_;  // its elements stay where they are
};

}  // namespace florin
