// One frame for each peer.
#include "cluster/replication/outgoing_frames.hpp"

namespace florin {

void OutgoingFrames::add(NodeNumber to, std::string_view message,
                         const std::vector<EntryBytes>& payloads) {
  std::size_t size = message.size();
  for (const EntryBytes& payload : payloads) size += payload->size();
  std::string& frame = frames_[to];
  if (!frame.empty() && frame.size() + size > frame_bytes_full_) send();
  append_raft_message(frame, message, payloads);
}

void OutgoingFrames::send() {
  for (auto& [node, frame] : frames_) {
    if (frame.empty()) continue;
    if (!ports_.send(node, false, std::exchange(frame, {}))) unreachable_.push_back(node);
  }
}

}  // namespace florin
