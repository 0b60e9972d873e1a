// Effects: what a turn wants done to the world, in order, once its entry is durable and not before.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "actors/messages.hpp"
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

struct Effects {
  std::vector<Reply> replies;
  std::vector<Outgoing> outgoing;  // messages for other partitions, grouped
  std::vector<Alarm> alarms;
  std::uint32_t ended_completed[3] = {};  // by Protocol
  std::uint32_t ended_refused[3] = {};    // by Protocol
};

// One turn, decided. `entry` is empty when nothing changed: its effects then wait for `index`, the last
// entry before, because what they say was decided on it.
struct SealedTurn {
  LogIndex index = 0;
  std::string entry;
  Effects effects;
};

// EffectQueue: holds the effects of turns until their entries are durable, and gives them out in order.
// Losing the partition drops it: clients and coordinators send again, and deduplication makes that safe.
class EffectQueue {
 public:
  void push(LogIndex index, Effects effects) { waiting_.push_back({index, std::move(effects)}); }

  // Calls `release` with each turn's effects whose entry is durable now.
  template <class Release>
  void durable_up_to(LogIndex index, Release&& release) {
    while (!waiting_.empty() && waiting_.front().index <= index) {
      Effects effects = std::move(waiting_.front().effects);
      waiting_.pop_front();
      release(std::move(effects));
    }
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    LogIndex index;
    Effects effects;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace florin
