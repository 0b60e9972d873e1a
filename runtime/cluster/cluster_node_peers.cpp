// What other nodes say: frames of the links, to where they belong.
#include <algorithm>

#include "actors/message_codec.hpp"
#include "actors/peer_rights.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

using std::chrono::steady_clock;

// --- frames of peers -----------------------------------------------------------------------------------

void ClusterNode::on_frame(NodeNumber from, links::Channel channel, std::string bytes) {
  if (channel == links::Channel::messages)
    on_peer_message(from, std::move(bytes));
  else
    consensus_->receive(from, std::move(bytes));
}

void ClusterNode::on_peer_message(NodeNumber from, std::string bytes) {
  const auto opened = open_peer_message(bytes);
  const auto refuse = [&](const std::string& why) {
    refused(from, PeerFault::malformed);
    log_debug("a peer's message cannot be read", {{"node", std::int64_t{from}}, {"reason", why}});
  };
  if (!opened) return refuse("unknown kind");
  switch (opened->first) {
    case PeerMessage::tell: {
      auto batch = decode_messages(opened->second);
      if (!batch) return refuse(batch.error().context);
      if (const auto fault = fault_in(batch->messages, batch->to, from, *map(), router_.map()))
        return refused(from, *fault);
      router_.push_here(batch->to, std::move(batch->messages));
      return;
    }
    case PeerMessage::ask: return on_peer_ask(from, opened->second);
    case PeerMessage::replies: {
      auto replies = decode_replies(opened->second);
      if (!replies) return refuse(replies.error().context);
      desk_->deliver(std::move(*replies));
      return;
    }
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
      remote_entries_.answered(answer->number, std::move(answer->entry));
      return;
    }
    case PeerMessage::command: {
      auto command = decode_command(opened->second);
      if (!command) return refuse("command");
      return on_peer_command(from, std::move(*command));
    }
    case PeerMessage::outcome: {
      const auto outcome = decode_outcome(opened->second);
      if (!outcome) return refuse("outcome of a command");
      return commands_.finish(outcome->number, outcome->outcome);
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
  ReadAnswer answer{question.number, std::nullopt};
  const auto committed = committed_of(question.partition);
  if (committed && question.index <= *committed)
    if (auto entry = journal_->read(question.partition, question.index))
      answer.entry = std::move(*entry);
  links_->send(from, links::Channel::messages, encode_entry_answer(answer));
}

void ClusterNode::on_peer_ask(NodeNumber from, std::string_view body) {
  auto batch = decode_messages(body);
  if (!batch) return refused(from, PeerFault::malformed);
  if (batch->to >= hosted_.partitions()) return refused(from, PeerFault::unknown_group);
  if (std::any_of(batch->messages.begin(), batch->messages.end(),
                  [](const Message& message) { return request_of(message) == 0; }))
    return refused(from, PeerFault::not_its_place);  // no client's message
  asks_.take(from, batch->messages, steady_clock::now());
  const auto taken = router_.ask_here(batch->to, batch->messages);
  if (taken.count != 0 && batch->messages.empty()) return;
  std::vector<Reply> refused;
  for (const Message& left : batch->messages)
    refused.push_back({request_of(left), {}, NotAccepted{taken.why}});
  deliver(std::move(refused));
}

// Any node is asked by operators, so any may bring their commands; what they say is checked where it is decided. Who has
// brought it is in the log.
void ClusterNode::on_peer_command(NodeNumber from, NumberedCommand command) {
  log_info("an operator's command came from a peer", {{"node", std::int64_t{from}}});
  command_here(std::move(command.command),
               [this, from, number = command.number](const CommandOutcome& outcome) {
                 links_->send(from, links::Channel::messages,
                              frame_of(PeerMessage::outcome, encode_outcome({number, outcome})));
               });
}

// Decided and logged on the consensus thread, or NotLed.
void ClusterNode::command_here(ClusterCommand command, CommandDone done) {
  consensus_->run([this, command = std::move(command), done = std::move(done)]() mutable {
    keeper_->command(std::move(command), std::move(done));
  });
}

void ClusterNode::change_cluster(ClusterCommand command, CommandDone done) {
  commands_.add(std::move(command), std::move(done), steady_clock::now());
  send_commands();
}

// To who leads the meta group, which any node may be asked for.
void ClusterNode::send_commands() {
  const NodeNumber leader = meta_leader_;
  commands_.send_to(leader, [this, leader](const NumberedCommand& command) {
    if (leader != self_)
      return links_->send(leader, links::Channel::messages,
                          frame_of(PeerMessage::command, encode_command(command)));
    command_here(command.command, [this, number = command.number](const CommandOutcome& outcome) {
      commands_.finish(number, outcome);
    });
    return true;
  });
}

void ClusterNode::on_link(NodeNumber node, const links::LinkChange& change) {
  // In either direction: questions are lost with the one, answers with the other.
  for (std::uint32_t p = 0; change.up && p < hosted_.partitions(); ++p)
    if (router_.leader(static_cast<PartitionId>(p)) == node)
      partner_returned(static_cast<PartitionId>(p));
  if (change.direction != links::Direction::outgoing) return;
  log_info(change.up ? "link up" : "link down",
           {{"node", std::int64_t{node}}, {"reason", change.reason.text}});
  {
    const std::lock_guard lock(view_mutex_);
    up_[node] = change.up;
    if (change.up && strange_to_.erase(node) != 0) note_membership();
  }
  if (change.up) return;
  router_.lost_node(node);
  consensus_->unreachable(node);
}

void ClusterNode::on_refused(const links::RefusedPeer& refused) {
  log_warning("peer refused", {{"address", refused.address},
                               {"node", std::int64_t{refused.node}},
                               {"why", std::string(links::to_string(refused.reason.why))},
                               {"reason", refused.reason.text}});
  if (refused.direction != links::Direction::outgoing ||
      refused.reason.why != links::Refusal::unknown_node)
    return;
  const std::lock_guard lock(view_mutex_);
  strange_to_.insert(refused.node);
  note_membership();
}

}  // namespace florin
