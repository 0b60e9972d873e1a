// What other nodes say: frames of the links, to where they belong.
#include <algorithm>

#include "actors/message_codec.hpp"
#include "cluster/consensus/message_bounds.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

// --- frames of peers -----------------------------------------------------------------------------------

void ClusterNode::on_frame(NodeNumber from, links::Channel channel, std::string bytes) {
  if (channel == links::Channel::messages)
    on_peer_message(from, std::move(bytes));
  else
    consensus_->receive(from, std::move(bytes));
}

void ClusterNode::on_peer_message(NodeNumber from, std::string bytes) {
  auto opened = open_peer_message(bytes);
  const auto note = [&](const std::optional<DroppedFrame>& dropped) {
    if (dropped) note_dropped(from, *dropped);
  };
  const auto refuse = [&](const std::string& why) {
    note(DroppedFrame{DroppedFrame::Why::unreadable, why});
  };
  const auto not_for_us = [&](const char* what) {
    note(DroppedFrame{DroppedFrame::Why::other_incarnation, what});
  };
  if (!opened) return refuse("unknown kind");
  switch (opened->first) {
    case PeerMessage::tell: return note(asks_.on_tell(from, opened->second));
    case PeerMessage::ask:
      if (is_doubted_) return;  // a peer that is behind; it asks another one
      return note(asks_.on_ask(from, opened->second, steady_now()));
    case PeerMessage::replies: return note(asks_.on_replies(opened->second));
    case PeerMessage::leaders:
      return consensus_->run(
          [this, from, frame = std::string(opened->second)] { take_facts(from, frame); });
    case PeerMessage::read: {
      const auto question = decode_read(opened->second);
      if (!question) return refuse("question for an entry");
      if (question->partition >= hosted_.partitions() || question->index == 0)
        return refused(from, PeerFault::unknown_group);
      return on_peer_read(from, *question);
    }
    case PeerMessage::entry: {
      auto answer = decode_entry_answer(opened->second);
      if (!answer) return refuse("entry");
      if (!asks_.is_own(answer->question.asker)) return not_for_us("an entry");
      if (!remote_entries_.answered(answer->question, std::move(answer->entry)))
        metrics_.answer_dropped(AnswerDropped::unfit);
      return;
    }
    case PeerMessage::command: {
      const auto asker = take_asker(opened->second);
      auto command = asker ? decode_command(opened->second) : std::nullopt;
      if (!command) return refuse("command");
      return on_peer_command(from, *asker, std::move(*command));
    }
    case PeerMessage::clock: return on_peer_clock(from, opened->second);
    case PeerMessage::disk:
      return consensus_->run(
          [this, from, frame = std::string(opened->second)] { on_peer_disk(from, frame); });
    case PeerMessage::heads: return on_peer_heads(from, opened->second);
    case PeerMessage::outcome: {
      const auto asker = take_asker(opened->second);
      const auto outcome = asker ? decode_outcome(opened->second) : std::nullopt;
      if (!outcome) return refuse("outcome of a command");
      if (!asks_.is_own(*asker)) return not_for_us("the outcome of a command");
      if (!commands_.finish(*outcome)) metrics_.answer_dropped(AnswerDropped::unfit);
      return;
    }
  }
}

// A line at once, then at most one a minute for each peer and reason: a peer that lies must not fill the disk, too.
void ClusterNode::refused(NodeNumber from, PeerFault fault) {
  constexpr std::chrono::minutes between_lines{1};
  metrics_.peer_refused(fault);
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(view_mutex_);
    RefusalSeen& seen = refusals_seen_[{from, fault}];
    ++seen.since;
    const auto now = steady_clock::now();
    if (seen.logged != steady_clock::time_point() && now - seen.logged < between_lines) return;
    seen.logged = now;
    count = std::exchange(seen.since, 0);
  }
  log_error("a peer sends what no honest peer sends; it was not taken",
            {{"node", std::int64_t{from}},
             {"why", std::string(to_string(fault))},
             {"count", static_cast<std::int64_t>(count)}});
}

// Committed entries only. An entry is in the page cache or one read away: not worth a thread.
void ClusterNode::on_peer_read(NodeNumber from, const ReadQuestion& question) {
  links_->send(
      from, links::Channel::messages,
      encode_entry_answer(answer_to_peer(question, committed_of(question.partition), *journal_)));
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

// Any node is asked by operators, so any may bring their commands; what they say is checked where it is decided. Who has
// brought it is in the log.
void ClusterNode::on_peer_command(NodeNumber from, Incarnation asker, NumberedCommand command) {
  const std::size_t asked = command.command.index();
  if (!commands_.take({from, asker}, command.number))
    return note_dropped(from, {DroppedFrame::Why::other_incarnation, "a command that came before"});
  log_info("an operator's command came from a peer", {{"node", std::int64_t{from}}});
  command_here(std::move(command.command), {from, asker, command.number},
               [this, from, asker, asked, number = command.number](const CommandOutcome& outcome) {
                 links_->send(from, links::Channel::messages,
                              frame_of(PeerMessage::outcome, asker,
                                       encode_outcome({number, asked, outcome})));
               });
}

// Decided and logged on the consensus thread, or NotLed.
void ClusterNode::command_here(ClusterCommand command, CommandId id, CommandDone done) {
  consensus_->run([this, command = std::move(command), id, done = std::move(done)]() mutable {
    keeper_->command(std::move(command), std::move(done), id);
  });
}

void ClusterNode::change_cluster(ClusterCommand command, CommandDone done) {
  commands_.add(std::move(command), std::move(done), steady_now());
  send_commands();
}

// To who leads the meta group, which any node may be asked for.
void ClusterNode::send_commands() {
  const NodeNumber leader = meta_leader_;
  commands_.send_to(leader, [this, leader](const NumberedCommand& command) {
    if (leader != self_)
      return links_->send(leader, links::Channel::messages,
                          frame_of(PeerMessage::command, process_, encode_command(command)));
    command_here(command.command, {self_, process_, command.number},
                 [this, number = command.number,
                  asked = command.command.index()](const CommandOutcome& outcome) {
                   commands_.finish({number, asked, outcome});
                 });
    return true;
  });
}

void ClusterNode::on_link(NodeNumber node, const links::LinkChange& change) {
  const bool is_outgoing = change.direction == links::Direction::outgoing;
  if (change.up)
    consensus_->run([this, node, reads = change.reads] { keeper_->heard_reads(node, reads); });
  const auto link = is_outgoing ? ClusterRouter::Link::to : ClusterRouter::Link::from;
  for (const PartitionId partition : router_.link_changed(node, link, change.up))
    partner_returned(partition);
  if (!is_outgoing) return;
  log_info(change.up ? "link up" : "link down",
           {{"node", std::int64_t{node}}, {"reason", change.reason.text}});
  {
    const std::lock_guard lock(view_mutex_);
    up_[node] = change.up;
    if (change.up)
      standing_.let_in(node);
    else
      standing_.link_lost(node);
    note_membership();
  }
  if (change.up) return;
  consensus_->unreachable(node);
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
  const std::lock_guard lock(view_mutex_);
  standing_.told_removed(refused.node, refused.reason.map_version);
  note_membership();
}

}  // namespace florin
