// Who leads decides where a message goes; nothing that a peer has sent is sent on.
#include "actors/asks/cluster_router.hpp"

#include <algorithm>
#include <iterator>

#include "actors/asks/peer_messages.hpp"
#include "actors/messages/message_size.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

bool are_for_any_replica(const std::vector<Message>& messages) {
  return !messages.empty() && follower_read_index(messages.front()).has_value();
}

Router::Taken take(std::size_t count, const Inbox& inbox) {
  return {count,
          inbox.is_closed_to_clients() ? NotAccepted::Why::stopping : NotAccepted::Why::overloaded};
}

}  // namespace

// What was not sent stays behind in `messages`.
Router::Taken ClusterRouter::asked(std::size_t count, std::vector<Message>& messages) {
  if (count == 0) return {0, NotAccepted::Why::no_leader};
  if (count < messages.size())
    messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(count));
  return {count, NotAccepted::Why::no_leader};
}

Router::Taken ClusterRouter::ask_here(PartitionId to, std::vector<Message>& messages) {
  const Place& place = places_.at(to);
  Inbox* const inbox = place.inbox.load(std::memory_order_acquire);
  if (inbox != nullptr && are_for_any_replica(messages))
    return take(inbox->push_reads(messages), *inbox);
  if (inbox == nullptr || place.leader.load(std::memory_order_acquire) != self_)
    return {0, NotAccepted::Why::no_leader};
  return take(inbox->push_from_clients(messages), *inbox);
}

std::vector<NodeNumber> ClusterRouter::holders(PartitionId of) const {
  std::vector<NodeNumber> nodes = reachable_(of);
  const NodeNumber leader = this->leader(of);
  std::erase_if(nodes, [&](NodeNumber node) { return node == self_ || node == leader; });
  if (leader != 0 && leader != self_) nodes.insert(nodes.begin(), leader);
  return nodes;
}

// A node of the cluster may not know one of them: it would take the frame for a lie.
bool ClusterRouter::are_above_the_level(const std::vector<Message>& messages) const {
  return std::ranges::any_of(messages, [this](const Message& message) {
    return !may_write(levels_, wire::level_of_value(message));
  });
}

// How many of the messages were sent, from the front: in frames of bounded size.
std::size_t ClusterRouter::send_ask(NodeNumber to, PartitionId partition,
                                    const std::vector<Message>& messages) {
  return in_parts(messages, limits::message_frame_bytes, [&](std::span<const Message> part) {
    const std::uint64_t frame = frames_asked_.fetch_add(1, std::memory_order_relaxed) + 1;
    return send_(to, encode_ask(process_, frame, partition, part));
  });
}

Router::Taken ClusterRouter::read(PartitionId to, std::vector<Message>& messages) {
  if (places_.at(to).inbox.load(std::memory_order_acquire) != nullptr)
    return ask_here(to, messages);
  if (are_above_the_level(messages)) return {0, NotAccepted::Why::level_too_low};
  for (const NodeNumber node : holders(to))
    if (const std::size_t sent = send_ask(node, to, messages); sent != 0)
      return asked(sent, messages);
  return {0, NotAccepted::Why::no_leader};
}

Router::Taken ClusterRouter::ask(PartitionId to, std::vector<Message>& messages) {
  if (are_for_any_replica(messages)) return read(to, messages);
  const NodeNumber leader = this->leader(to);
  if (leader == self_) return ask_here(to, messages);
  if (leader == 0) return {0, NotAccepted::Why::no_leader};
  if (are_above_the_level(messages)) return ask_known(leader, to, messages);
  return asked(send_ask(leader, to, messages), messages);
}

// Each stands alone: those that all nodes know are sent, the others are left.
Router::Taken ClusterRouter::ask_known(NodeNumber leader, PartitionId to,
                                       std::vector<Message>& messages) {
  const auto unknown = std::stable_partition(
      messages.begin(), messages.end(),
      [this](const Message& message) { return may_write(levels_, wire::level_of_value(message)); });
  std::vector<Message> left(std::make_move_iterator(unknown),
                            std::make_move_iterator(messages.end()));
  messages.erase(unknown, messages.end());
  Taken taken;
  const std::size_t known = messages.size();
  if (known != 0) taken = asked(send_ask(leader, to, messages), messages);
  if (taken.count == known) {
    messages.clear();
    taken.why = NotAccepted::Why::level_too_low;
  }
  messages.insert(messages.end(), std::make_move_iterator(left.begin()),
                  std::make_move_iterator(left.end()));
  return taken;
}

bool ClusterRouter::push_here(PartitionId to, std::vector<Message> messages) {
  if (to >= places_.size()) return false;
  const Place& place = places_[to];
  Inbox* const inbox = place.inbox.load(std::memory_order_acquire);
  if (inbox == nullptr || place.leader.load(std::memory_order_acquire) != self_) return false;
  inbox->push_from_partition(std::move(messages));
  return true;
}

void ClusterRouter::tell(PartitionId to, std::vector<Message> messages) {
  const NodeNumber leader = this->leader(to);
  if (leader == self_)
    push_here(to, std::move(messages));
  else if (leader != 0)
    in_parts(messages, limits::message_frame_bytes,
             [&](std::span<const Message> part) { return send_(leader, encode_tell(to, part)); });
}

// Of replicas here and of partitions elsewhere, both on the consensus thread: one writer.
bool ClusterRouter::leader_seen(PartitionId partition, std::uint64_t term, NodeNumber leader) {
  if (partition >= places_.size()) return false;
  Place& place = places_[partition];
  if (term < place.term.load(std::memory_order_relaxed)) return false;
  const NodeNumber before = place.leader.load(std::memory_order_relaxed);
  if (term == place.term.load(std::memory_order_relaxed) && leader == before) return false;
  place.term.store(term, std::memory_order_release);
  place.leader.store(leader, std::memory_order_release);
  // While nobody leads, nothing can be asked again: the next leader begins the era.
  if (leader == 0) return false;
  place.era.fetch_add(1, std::memory_order_acq_rel);
  return true;
}

std::vector<PartitionId> ClusterRouter::link_changed(NodeNumber node, Link link, bool up) {
  std::vector<PartitionId> send_again;
  for (std::size_t p = 0; p < places_.size(); ++p) {
    if (places_[p].leader.load(std::memory_order_acquire) != node) continue;
    if (up) send_again.push_back(static_cast<PartitionId>(p));
    if (!up || link == Link::from) places_[p].era.fetch_add(1, std::memory_order_acq_rel);
  }
  return send_again;
}

}  // namespace florin
