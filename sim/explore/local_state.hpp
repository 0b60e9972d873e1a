// What LocalMachine keeps of a state, and a partition brought back to life from it. For its own files only.
#pragma once

#include <array>

#include "sim/explore/local_machine.hpp"

namespace florin::sim {

// Longer than any backoff: at each tick everything that waits for a resend is due.
inline constexpr std::int64_t explore_tick_us = 40 * explore_second;
// The deadline is the client's alone: the partition's own is later.
inline const PartitionOptions explore_options{.resident_accounts_max = 100,
                                              .try_timeout_us = 24 * 3'600 * explore_second,
                                              .resend_after_us = 1,
                                              .fence_interval_us = 0};

// What one turn was given. None = a tick.
struct ExploreTurn {
  Timestamp now;
  MessageId message = no_message;
};

// What a sealed turn holds back until its entry is durable.
struct ExploreWaiting {
  std::size_t log_size = 0;
  std::vector<MessageId> messages;
  std::vector<ExploreReply> replies;
};

struct LocalMachine::State {
  std::vector<LogBytes> log;
  std::size_t durable = 0;         // entries
  std::size_t recovered_at = 0;    // entries, when it last recovered
  std::vector<ExploreTurn> turns;  // since then
  std::vector<ExploreWaiting> waiting;
  // what a crash leaves: numbers of texts, by entries kept, from `durable`
  std::vector<std::uint32_t> recovered;
  std::array<LogIndex, 4> told{};  // by participant: the highest fence that left since it recovered
  Timestamp clock = explore_start;
  std::string live;  // text of the live state
  std::string text;
  LocalFacts facts;
  std::uint8_t other_ways = 0;  // kept to be compared
};

struct LocalMachine::Live {
  Live(PartitionId id, const PartitionMap& map) : partition(id, map, store, explore_options) {}
  MemoryStateStore store;
  Partition partition;

  SealedTurn turn(const ExploreTurn& what, const MessageBook& book) {
    partition.begin(what.now);
    if (what.message == no_message)
      partition.tick();
    else
      partition.handle(book.at(what.message).message);
    return partition.seal();
  }
};

// First complaint wins.
inline void complain(LocalStep& step, const std::string& what) {
  if (step.violation.empty()) step.violation = what;
}

}  // namespace florin::sim
