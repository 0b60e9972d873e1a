// Frames of peers to inboxes and to who waits, and replies back to peers.
#include "actors/asks/peer_asks.hpp"

#include <algorithm>

#include "actors/asks/peer_messages.hpp"
#include "actors/messages/address.hpp"
#include "actors/messages/message_size.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

DroppedFrame unreadable(std::string reason) {
  return {DroppedFrame::Why::unreadable, std::move(reason)};
}

DroppedFrame refused(PeerFault fault, std::string reason) {
  return {DroppedFrame::Why::refused, std::move(reason), fault};
}

}  // namespace

std::optional<DroppedFrame> PeerAsks::on_tell(NodeNumber from, std::string_view body) {
  auto batch = decode_messages(body, reads_);
  if (!batch) return unreadable(batch.error().context);
  if (const auto fault = rights_(batch->messages, batch->to, from))
    return refused(*fault, "messages for partition " + std::to_string(batch->to));
  router_.push_here(batch->to, std::move(batch->messages));
  return std::nullopt;
}

std::optional<DroppedFrame> PeerAsks::on_ask(NodeNumber from, std::string_view body, AskTime now) {
  auto ask = decode_ask(body, reads_);
  if (!ask) return unreadable(ask.error().context);
  MessageBatch& batch = ask->batch;
  if (batch.to >= router_.map().partitions())
    return refused(PeerFault::unknown_group, "a question for a partition that there is not");
  if (std::ranges::any_of(batch.messages, [](const Message& m) { return request_of(m) == 0; }))
    return refused(PeerFault::not_its_place, "a question that is no client's message");
  if (!asks_.take({from, ask->asker}, ask->frame, batch.messages, now))
    return DroppedFrame{DroppedFrame::Why::other_incarnation,
                        "a question of a process that is gone, or that came before"};
  const auto taken = router_.ask_here(batch.to, batch.messages);
  if (taken.count != 0 && batch.messages.empty()) return std::nullopt;
  std::vector<Reply> not_taken;
  for (const Message& left : batch.messages)
    not_taken.push_back({request_of(left), {}, NotAccepted{taken.why}});
  deliver(std::move(not_taken));
  return std::nullopt;
}

std::optional<DroppedFrame> PeerAsks::on_replies(std::string_view body) {
  auto answer = decode_peer_replies(body, reads_);
  if (!answer) return unreadable(answer.error().context);
  if (!is_own(answer->asker))
    return DroppedFrame{DroppedFrame::Why::other_incarnation,
                        "replies for an earlier process of this node"};
  deliver_here_(std::move(answer->replies));
  return std::nullopt;
}

void PeerAsks::deliver(std::vector<Reply> replies) {
  for (auto& [asker, theirs] : asks_.give_back(replies))
    in_parts(theirs, limits::message_frame_bytes, [&, to = asker](std::span<const Reply> part) {
      return send_(to.node, encode_peer_replies(to.incarnation, part));
    });
  if (!replies.empty()) deliver_here_(std::move(replies));
}

}  // namespace florin
