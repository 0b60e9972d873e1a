// What other nodes say: frames of the links, to where they belong.
#include "actors/messages/message_codec.hpp"
#include "cluster/consensus/message_bounds.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

void ClusterNode::on_frame(NodeNumber from, links::Channel channel, std::string bytes) {
  if (channel == links::Channel::messages)
    on_peer_message(from, std::move(bytes));
  else
    consensus_->receive(from, std::move(bytes));
}

void ClusterNode::on_peer_message(NodeNumber from, std::string bytes) {
  auto opened = open_peer_message(bytes);
  if (!opened) return note_unreadable(from, "unknown kind");
  const auto note = [&](const std::optional<DroppedFrame>& dropped) {
    if (dropped) note_dropped(from, *dropped);
  };
  const std::string_view body = opened->second;
  switch (opened->first) {
    case PeerMessage::tell: return note(asks_.on_tell(from, body));
    case PeerMessage::ask:
      if (standing_.is_doubted()) return;  // a peer that is behind; it asks another one
      return note(asks_.on_ask(from, body, steady_now()));
    case PeerMessage::replies: return note(asks_.on_replies(body));
    case PeerMessage::leaders:
      return consensus_->run(
          [this, from, frame = std::string(body)] { news_.take_facts(from, frame, *log_); });
    case PeerMessage::read: return on_peer_read(from, body);
    case PeerMessage::entry: return on_peer_entry(from, body);
    case PeerMessage::command: return on_peer_command(from, body);
    case PeerMessage::outcome: return on_peer_outcome(from, body);
    case PeerMessage::clock:
      if (!node_clock_.on_frame(from, body)) note_unreadable(from, "clock");
      return;
    case PeerMessage::disk:
      return consensus_->run([this, from, frame = std::string(body)] {
        disks_.on_frame(from, frame, keeper_->map().life_of(from));
      });
    case PeerMessage::heads:
      if (!chains_.on_frame(from, body, *standing_.map())) refused(from, PeerFault::malformed);
      return;
  }
}

// Committed entries only. An entry is in the page cache or one read away: not worth a thread.
void ClusterNode::on_peer_read(NodeNumber from, std::string_view body) {
  const auto question = decode_read(body);
  if (!question) return note_unreadable(from, "question for an entry");
  if (question->partition >= config_.node.partitions || question->index == 0)
    return refused(from, PeerFault::unknown_group);
  send_message(from, encode_entry_answer(answer_to_peer(
                         *question, replicas_.committed_of(question->partition), *journal_)));
}

void ClusterNode::on_peer_entry(NodeNumber from, std::string_view body) {
  auto answer = decode_entry_answer(body);
  if (!answer) return note_unreadable(from, "entry");
  if (!asks_.is_own(answer->question.asker)) return note_not_for_us(from, "an entry");
  if (!remote_entries_.answered(answer->question, std::move(answer->entry)))
    metrics_.answer_dropped(AnswerDropped::unfit);
}

void ClusterNode::on_peer_command(NodeNumber from, std::string_view body) {
  const auto asker = take_asker(body);
  auto command = asker ? decode_command(body) : std::nullopt;
  if (!command) return note_unreadable(from, "command");
  if (!commands_.take(from, *asker, std::move(*command)))
    return note_not_for_us(from, "a command that came before");
  log_info("an operator's command came from a peer", {{"node", std::int64_t{from}}});
}

void ClusterNode::on_peer_outcome(NodeNumber from, std::string_view body) {
  const auto asker = take_asker(body);
  const auto outcome = asker ? decode_outcome(body) : std::nullopt;
  if (!outcome) return note_unreadable(from, "outcome of a command");
  if (!asks_.is_own(*asker)) return note_not_for_us(from, "the outcome of a command");
  if (!commands_.finish(*outcome)) metrics_.answer_dropped(AnswerDropped::unfit);
}

void ClusterNode::note_unreadable(NodeNumber from, const char* what) {
  note_dropped(from, DroppedFrame{DroppedFrame::Why::unreadable, what});
}

void ClusterNode::note_not_for_us(NodeNumber from, const char* what) {
  note_dropped(from, DroppedFrame{DroppedFrame::Why::other_incarnation, what});
}

void ClusterNode::note_dropped(NodeNumber from, const DroppedFrame& dropped) {
  switch (dropped.why) {
    case DroppedFrame::Why::unreadable:
    case DroppedFrame::Why::refused:
      log_debug("a peer's message was not taken",
                {{"node", std::int64_t{from}}, {"reason", dropped.reason}});
      return refused(from, dropped.fault);
    case DroppedFrame::Why::other_incarnation:
      metrics_.answer_dropped(AnswerDropped::other_incarnation);
      return log_debug("a peer's message is for another process",
                       {{"node", std::int64_t{from}}, {"reason", dropped.reason}});
  }
}

void ClusterNode::on_link(NodeNumber node, const links::LinkChange& change) {
  const bool is_outgoing = change.direction == links::Direction::outgoing;
  if (change.up)
    consensus_->run([this, node, reads = change.reads] { keeper_->heard_reads(node, reads); });
  const auto link = is_outgoing ? ClusterRouter::Link::to : ClusterRouter::Link::from;
  for (const PartitionId partition : router_.link_changed(node, link, change.up))
    news_.partner_returned(partition);
  if (!is_outgoing) return;
  log_info(change.up ? "link up" : "link down",
           {{"node", std::int64_t{node}}, {"reason", change.reason.text}});
  standing_.link_changed(node, change.up);
  if (!change.up) consensus_->unreachable(node);
}

void ClusterNode::on_refused(const links::RefusedPeer& refused) {
  log_warning("peer refused", {{"address", refused.address},
                               {"node", std::int64_t{refused.node}},
                               {"why", std::string(links::to_string(refused.reason.why))},
                               {"reason", refused.reason.text}});
  if (refused.direction != links::Direction::outgoing ||
      refused.reason.why != links::Refusal::removed)
    return;
  if (refused.reason.map_version == 0 || refused.reason.map_version > consensus::index_max)
    return this->refused(refused.node, PeerFault::out_of_bounds);
  standing_.told_removed(refused.node, refused.reason.map_version);
}

}  // namespace florin
