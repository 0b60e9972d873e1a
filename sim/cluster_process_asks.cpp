// The request desk of a cluster's node and what goes between nodes: what ClusterNode and RequestDesk do with the same
// router, table of asks, forwarded asks and commands, without their threads.
#include <algorithm>

#include "actors/asks/peer_messages.hpp"
#include "actors/messages/address.hpp"
#include "actors/messages/peer_rights.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "sim/cluster_hosted.hpp"

namespace florin::sim {
namespace {

constexpr std::uint32_t ticks_between_leaders = 8;

}  // namespace

void ClusterProcess::set_up_asks() {
  router_.set_levels(levels_);
  router_.set_send([this](NodeNumber to, std::string frame) {
    if (!knows(to)) return false;
    node_.outside_.peer(node_.number_, to - 1U, std::move(frame));
    return true;
  });
  router_.set_reachable([this](PartitionId partition) {
    std::vector<NodeNumber> nodes = nodes_of(partition);
    if (!nodes.empty())
      std::ranges::rotate(
          nodes, nodes.begin() + static_cast<std::ptrdiff_t>(node_.random_.bounded(nodes.size())));
    return nodes;
  });
  // Without a meta group there is no map that would say who may lead what.
  peer_asks_.set_rights([this](std::span<const Message> messages, PartitionId to, NodeNumber from) {
    return keeper_ ? fault_in(messages, to, from, keeper_->map(), node_.map_) : std::nullopt;
  });
  peer_asks_.set_ports(
      [this](NodeNumber to, std::string frame) {
        if (!knows(to)) return false;
        node_.outside_.peer(node_.number_, to - 1U, std::move(frame));
        return true;
      },
      [this](std::vector<Reply> replies) { deliver_here(std::move(replies)); });
}

// --- clients -----------------------------------------------------------------------------------------------

// What is not answered in time is not known yet: the client hears nothing, and asks again.
std::optional<NotAccepted::Why> ClusterProcess::receive_request(PartitionId to, Message message,
                                                                RequestId request) {
  if (standing() != Standing::member) return NotAccepted::Why::stopping;
  std::vector<Addressed> one;
  one.push_back({to, std::move(message)});
  asks_.open(++last_ask_, one, ask_time(), request_patience, [this, request](AskReplies replies) {
    if (!replies.front()) return;
    Reply reply = std::move(*replies.front());
    reply.request = request;
    node_.outside_.answer(node_.number_, std::move(reply));
  });
  send_ask(std::move(one.front()));
  return std::nullopt;
}

void ClusterProcess::send_ask(Addressed ask) {
  const RequestId request = request_of(ask.message);
  std::vector<Message> one;
  one.push_back(std::move(ask.message));
  if (const auto taken = router_.ask(ask.to, one); taken.count == 0) {
    std::vector<Reply> refused;
    refused.push_back({request, {}, NotAccepted{taken.why}});
    deliver_here(std::move(refused));
  }
}

void ClusterProcess::deliver_here(std::vector<Reply> replies) {
  for (Reply& reply : replies)
    if (auto finished = asks_.deliver(ask_id::number(reply.request), std::span(&reply, 1)))
      finished->done(std::move(finished->replies));
}

void ClusterProcess::look_at_asks() {
  const AskTime now = ask_time();
  std::vector<AskTable::Finished> finished;
  for (AskTable::Due& due : asks_.take_due(now, finished))
    for (Addressed& ask : due.messages) send_ask(std::move(ask));
  for (AskTable::Finished& ask : asks_.take_expired(now)) finished.push_back(std::move(ask));
  for (AskTable::Finished& ask : finished) ask.done(std::move(ask.replies));
  commands_.tick(now);
}

// --- other nodes -------------------------------------------------------------------------------------------

void ClusterProcess::receive_peer(std::uint32_t from_node, std::string frame) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  const auto opened = open_peer_message(frame);
  if (!opened)
    return note_dropped(from, DroppedFrame{DroppedFrame::Why::unreadable, "unknown kind"});
  const std::string_view body = opened->second;
  switch (opened->first) {
    case PeerMessage::tell: return note_dropped(from, peer_asks_.on_tell(from, body));
    case PeerMessage::ask:
      if (is_doubted(standing())) return;
      return note_dropped(from, peer_asks_.on_ask(from, body, ask_time()));
    case PeerMessage::replies: return note_dropped(from, peer_asks_.on_replies(body));
    case PeerMessage::command: return on_command(from, body);
    case PeerMessage::outcome: return on_outcome(from, body);
    case PeerMessage::disk: return on_disk(from_node, body);
    case PeerMessage::heads: return on_heads(from, body);
    case PeerMessage::clock:    // they come as clock frames
    case PeerMessage::leaders:  // they come as facts
    case PeerMessage::read:     // for statements, which are not simulated
    case PeerMessage::entry: return;
  }
}

// What is for another process was dropped, as it should be; what nobody may say is told (honest_is_heard).
void ClusterProcess::note_dropped(NodeNumber from, const std::optional<DroppedFrame>& dropped) {
  if (dropped && dropped->why != DroppedFrame::Why::other_incarnation)
    refused(from, dropped->fault);
}

void ClusterProcess::tell_leaders() {
  if (keeper_ || node_.options_.replication >= node_.options_.nodes) return;
  if (ticks_to_tell_leaders_-- > 0) return;
  ticks_to_tell_leaders_ = ticks_between_leaders;
  FactsFrame facts;
  for (const ReplicatedLog::Status& group : log_->status())
    if (group.reign != 0) facts.led.push_back({group.group, {group.term, 0, {}, {}, {}}});
  if (facts.led.empty()) return;
  const std::string frame = encode_facts(facts);
  for (std::uint32_t n = 0; n < node_.options_.nodes; ++n)
    if (n != node_.number_) node_.outside_.facts(node_.number_, n, frame);
}

// --- operators ---------------------------------------------------------------------------------------------

void ClusterProcess::receive_command(ClusterCommand command, std::uint64_t number) {
  if (!keeper_) return;
  commands_.add(
      std::move(command),
      [this, number](const CommandOutcome& outcome) {
        node_.outside_.command_ended(node_.number_, number, outcome);
      },
      ask_time());
}

CommandDesk::Ports ClusterProcess::command_ports() {
  return {[this](NodeNumber to, std::string frame) {
            if (!knows(to)) return false;
            node_.outside_.peer(node_.number_, to - 1U, std::move(frame));
            return true;
          },
          [this](NodeNumber to, std::string frame) {
            node_.outside_.peer(node_.number_, to - 1U, std::move(frame));
          },
          [this](ClusterCommand command, CommandDone done, CommandId id) {
            keeper_->command(std::move(command), std::move(done), id);
          }};
}

void ClusterProcess::on_command(NodeNumber from, std::string_view body) {
  const auto asker = take_asker(body);
  auto command = asker ? decode_command(body) : std::nullopt;
  if (!command) return note_dropped(from, DroppedFrame{DroppedFrame::Why::unreadable, "a command"});
  if (keeper_) commands_.take(from, *asker, std::move(*command));
}

void ClusterProcess::on_outcome(NodeNumber from, std::string_view body) {
  const auto asker = take_asker(body);
  const auto outcome = asker ? decode_outcome(body) : std::nullopt;
  if (!outcome)
    return note_dropped(from, DroppedFrame{DroppedFrame::Why::unreadable, "an outcome"});
  if (!peer_asks_.is_own(*asker)) return;
  if (!commands_.finish(*outcome))
    node_.outside_.alarm({"the outcome of another command than the one of its number", {}});
}

}  // namespace florin::sim
