// OutgoingFrames: all that a round has for a peer is one frame, up to a bound. Whom a frame did not get to is remembered,
// for raft. A crash loses what was not sent, as a network may.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/replication/node_frame.hpp"
#include "cluster/replication/replicated_log_ports.hpp"

namespace florin {

class OutgoingFrames {
 public:
  OutgoingFrames(std::size_t frame_bytes_full, ReplicatedLogPorts& ports)
      : frame_bytes_full_(frame_bytes_full), ports_(ports) {}

  // A message of raft, and the bytes of its entries.
  void add(NodeNumber to, std::string_view message, const std::vector<EntryBytes>& payloads);
  void send();
  void unreachable(NodeNumber node) { unreachable_.push_back(node); }
  [[nodiscard]] std::vector<NodeNumber> take_unreachable() {
    return std::exchange(unreachable_, {});
  }

 private:
  std::size_t frame_bytes_full_;
  ReplicatedLogPorts& ports_;
  std::map<NodeNumber, std::string> frames_;  // being put together, one for each peer
  std::vector<NodeNumber> unreachable_;
};

}  // namespace florin
