// Turns, replies and messages of a node in memory.
#include "tests/support/memory_node.hpp"

#include <string>

#include "actors/messages/address.hpp"
#include "actors/messages/outside_call.hpp"

namespace florin {
namespace {

constexpr unsigned item_bits = 16;

}  // namespace

MemoryNode::MemoryNode(std::uint32_t partitions, PartitionOptions options)
    : map_(partitions), metrics_(partitions) {
  for (std::uint32_t p = 0; p < partitions; ++p) {
    Shard& shard = shards_.emplace_back();
    shard.partition =
        std::make_unique<Partition>(static_cast<PartitionId>(p), map_, shard.store, options);
    const auto loaded = shard.partition->load();
    FLORIN_ASSERT(loaded.has_value());
    shard.partition->begin_deciding();
  }
}

MemoryNode::~MemoryNode() = default;

NodeServices MemoryNode::services() {
  return {*this, log_, map_, metrics_, [this] { return ready_; }, {}};
}

void MemoryNode::ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
                     std::function<void(AskReplies)> done) {
  last_patience_ = patience;
  const std::uint64_t number = next_ask_++;
  Ask& ask = asks_[number];
  ask.replies.resize(messages.size());
  ask.remaining = messages.size();
  ask.done = std::move(done);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const RequestId request = number << item_bits | i;
    const auto refusing = refusing_.find(messages[i].to);
    if (refusing != refusing_.end()) {
      deliver({request, {}, NotAccepted{refusing->second}});
      continue;
    }
    set_request(messages[i].message, request);
    shards_.at(messages[i].to).inbox.push_back(std::move(messages[i].message));
  }
  run();
}

void MemoryNode::release(PartitionId partition) {
  held_.erase(partition);
  run();
}

void MemoryNode::step(PartitionId partition) {
  held_.erase(partition);
  take_turn(partition);
  held_.insert(partition);
}

void MemoryNode::refuse(PartitionId partition, std::optional<NotAccepted::Why> why) {
  if (why)
    refusing_[partition] = *why;
  else
    refusing_.erase(partition);
}

void MemoryNode::expire() {
  auto expired = std::move(asks_);
  asks_.clear();
  for (auto& [number, ask] : expired) ask.done(std::move(ask.replies));
}

void MemoryNode::run() {
  if (running_) return;  // an answer asked again: the loop below goes on with it
  running_ = true;
  for (bool busy = true; busy;) {
    busy = false;
    for (std::uint32_t p = 0; p < shards_.size(); ++p)
      busy = take_turn(static_cast<PartitionId>(p)) || busy;
    auto answered = std::move(answered_);
    answered_.clear();
    for (Ask& ask : answered) {
      busy = true;
      ask.done(std::move(ask.replies));
    }
  }
  running_ = false;
}

// One turn: decided, made durable, and only then its effects.
bool MemoryNode::take_turn(PartitionId id) {
  Shard& shard = shards_.at(id);
  if (held_.contains(id)) return false;
  const auto due = shard.partition->next_due();
  const bool is_due = due && *due <= now_;
  if (shard.inbox.empty() && !is_due) return false;
  shard.partition->begin(now_);
  while (!shard.inbox.empty()) {
    shard.partition->handle(std::move(shard.inbox.front()));
    shard.inbox.pop_front();
  }
  shard.partition->tick();
  SealedTurn turn = shard.partition->seal();
  if (!turn.entry.empty()) {
    FLORIN_ASSERT(log_.append({id, turn.index, turn.entry}).has_value());
    FLORIN_ASSERT(log_.sync().has_value());
  }
  FLORIN_ASSERT(turn.effects.alarms.empty());
  for (const OutsideCall& call : turn.effects.calls) call_outside(call);
  for (Reply& reply : turn.effects.replies) deliver(std::move(reply));
  for (Outgoing& out : turn.effects.outgoing)
    for (Message& message : out.messages) shards_.at(out.to).inbox.push_back(std::move(message));
  return true;
}

void MemoryNode::call_outside(const OutsideCall& call) {
  FLORIN_ASSERT(outside_ != nullptr, "nobody is outside of this node");
  const auto answer = outside_(call);
  if (!answer) return;
  auto message = answer_message(*answer);
  FLORIN_ASSERT(message.has_value(), "a call of nobody");
  shards_.at(answer->to.partition).inbox.push_back(std::move(*message));
}

void MemoryNode::deliver(Reply reply) {
  const auto found = asks_.find(reply.request >> item_bits);
  if (found == asks_.end()) return;  // its patience was over
  auto& place = found->second.replies.at(reply.request & ((1U << item_bits) - 1));
  if (place) return;
  place = std::move(reply);
  if (--found->second.remaining > 0) return;
  answered_.push_back(std::move(found->second));
  asks_.erase(found);
}

AccountId MemoryNode::account_in(PartitionId partition, std::string_view name,
                                 unsigned number) const {
  for (unsigned i = 0, seen = 0;; ++i) {
    const auto id =
        AccountId::from_trusted(std::string(name).append("-").append(std::to_string(i)));
    if (map_.partition_of(id) == partition && seen++ == number) return id;
  }
}

}  // namespace florin
