// What can be said of a frame without knowing anything of the group.
#include "cluster/replication/incoming_frames.hpp"

#include "cluster/consensus/message_bounds.hpp"
#include "cluster/placement/replica_id.hpp"

namespace florin {

std::optional<PeerFault> IncomingFrames::add(NodeNumber from, std::string frame) {
  Incoming& incoming = frames_.emplace_back(Incoming{from, std::move(frame), {}});
  auto decoded = decode_node_frame(incoming.bytes);
  if (const auto fault = fault_in(from, decoded)) {
    frames_.pop_back();
    return fault;
  }
  incoming.frame = std::move(*decoded);
  return std::nullopt;
}

std::size_t IncomingFrames::messages() const {
  std::size_t count = 0;
  for (const Incoming& incoming : frames_) {
    const auto* raft = get_if<RaftFrame>(&incoming.frame);
    count += raft != nullptr ? raft->messages.size() : 1;
  }
  return count;
}

std::optional<PeerFault> IncomingFrames::fault_in(NodeNumber from,
                                                  const std::optional<NodeFrame>& frame) const {
  if (!frame) return PeerFault::malformed;
  if (const auto* fetch = get_if<FetchFrame>(&*frame))
    return has_group(fetch->group) ? std::nullopt : std::optional(PeerFault::unknown_group);
  if (const auto* entries = get_if<EntriesFrame>(&*frame))
    return has_group(entries->group) ? std::nullopt : std::optional(PeerFault::unknown_group);
  for (const RaftMessage& message : get<RaftFrame>(*frame).messages)
    if (const auto fault = fault_in(from, message)) return fault;
  return std::nullopt;
}

std::optional<PeerFault> IncomingFrames::fault_in(NodeNumber from,
                                                  const RaftMessage& message) const {
  const consensus::MessageView& view = message.view;
  if (node_of(view.from()) != from) return PeerFault::foreign_sender;
  if (!has_group(view.group())) return PeerFault::unknown_group;
  if (view.snapshot_index() > consensus::index_max) return PeerFault::out_of_bounds;
  // It is fetched for before raft looks at it.
  if (view.type() == consensus::MessageType::snapshot &&
      (view.snapshot_term() == 0 || view.snapshot_term() > view.term()))
    return PeerFault::malformed;
  return std::nullopt;
}

}  // namespace florin
