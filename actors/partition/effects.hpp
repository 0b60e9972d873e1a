// Effects: what a turn wants done to the world, in order, once its entry is durable and not before.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "actors/messages/messages.hpp"
#include "actors/messages/outside_call.hpp"
#include "actors/partition/partition_state.hpp"

namespace florin {

struct Outgoing {
  PartitionId to = 0;
  std::vector<Message> messages;
};

struct Alarm {
  std::string what;
  LegKey leg;
};

// Transfers that a turn has ended, by Protocol.
struct EndedTransfers {
  std::uint32_t completed[3] = {};
  std::uint32_t refused[3] = {};
};

struct Effects {
  std::vector<Reply> replies;
  std::size_t reply_bytes = 0;     // about, of all replies
  std::vector<Outgoing> outgoing;  // messages for other partitions, grouped
  std::vector<OutsideCall> calls;
  std::size_t call_bytes = 0;  // of all calls
  std::vector<Alarm> alarms;
  EndedTransfers ended;

  // What nobody may say, or do, who has been deposed and does not know it: answers, and calls that others would make no
  // more. Messages between partitions are harmless from him, too.
  [[nodiscard]] bool are_a_leaders() const { return !replies.empty() || !calls.empty(); }
};

// One turn, decided. `entry` is empty when nothing changed: its effects then wait for `index`, the last
// entry before, because what they say was decided on it.
struct SealedTurn {
  LogIndex index = 0;
  std::string entry;
  Effects effects;
};

// EffectQueue: holds the effects of turns until their entries are durable, and gives them out in order.
// A turn that wrote no entry may carry a ticket: its effects also wait until that is confirmed, because a
// leader that was deposed without knowing it would answer reads with what is no longer true.
// Losing the partition drops it: clients and coordinators send again, and deduplication makes that safe.
class EffectQueue {
 public:
  void push(LogIndex index, std::uint64_t ticket, Effects effects) {
    bytes_ += effects.reply_bytes + effects.call_bytes;
    waiting_.push_back({index, ticket, std::move(effects)});
  }

  // Calls `release` with each turn's effects whose entry is durable and whose ticket is confirmed now.
  template <class Release>
  void release_up_to(LogIndex index, std::uint64_t ticket, Release&& release) {
    while (!waiting_.empty() && waiting_.front().index <= index &&
           waiting_.front().ticket <= ticket) {
      Effects effects = std::move(waiting_.front().effects);
      waiting_.pop_front();
      bytes_ -= effects.reply_bytes + effects.call_bytes;
      release(std::move(effects));
    }
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // about, of replies and calls
  // Everything that waits, for whoever tells those who asked that no answer will come.
  std::vector<Effects> drop_all() {
    std::vector<Effects> dropped;
    for (Waiting& waiting : waiting_) dropped.push_back(std::move(waiting.effects));
    waiting_.clear();
    bytes_ = 0;
    return dropped;
  }

 private:
  struct Waiting {
    LogIndex index;
    std::uint64_t ticket;  // 0: none
    Effects effects;
  };
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;  // of all that waits
};

}  // namespace florin
