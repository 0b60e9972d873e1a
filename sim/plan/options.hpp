// SimOptions: the shape of one run, drawn from its seed: how many nodes and partitions, small limits
// everywhere (what is rare in production must be common here), and how bad the network is all the time.
#pragma once

#include <cstdint>
#include <string>

#include "actors/hosting/partition_host.hpp"
#include "base/limits.hpp"
#include "sim/plan/random.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/ports/sim_clock.hpp"
#include "sim/ports/sim_network.hpp"
#include "sim/ports/work.hpp"

namespace florin::sim {

// A seed is drawn as one kind of run or the other; the two have nothing to do with each other.
enum class RunKind : std::uint8_t {
  solo,     // each partition is on one node
  cluster,  // partitions have replicas; takes some fifteen times as long
};

struct SimOptions {
  std::uint64_t seed = 0;
  std::uint32_t nodes = 1;
  std::uint32_t partitions = 2;
  std::uint32_t accounts_per_partition = 3;
  std::uint32_t currencies = 1;

  HostOptions host;
  PartitionOptions partition;
  std::size_t inbox_messages_max = 1'000;
  std::size_t waiting_reads_max = WaitingReads::reads_max;
  std::uint64_t segment_bytes = 16'384;
  std::size_t block_bytes_max = std::size_t{256} << 20;  // of the journal
  SimTime wake_delay_max = 50;                           // until a woken partition runs
  SimTime fsync_min = 50;
  SimTime fsync_max = 2'000;
  SimTime checkpoint_write_max = 20'000;
  NetworkOptions network;
  std::int64_t begins_us = epoch_us;  // what the true clock shows at the beginning
  SimTime clock_skew_max = 0;         // each node's clock begins this much early or late, at most

  // 0: each partition is on one node. Otherwise a cluster: so many replicas of each, on nodes chosen by placement.
  std::uint32_t replication = 0;
  SimTime consensus_tick = 50 * millisecond;
  std::int64_t tick_skew_permille = 0;  // nodes tick faster or slower by this
  std::uint64_t log_kept = 1'000;       // entries that raft can still send
  std::size_t tail_bytes = 1 << 20;
  std::size_t piece_bytes = 1 << 16;  // of a log that is fetched
  std::size_t round_bytes_soft = limits::round_bytes_soft;
  std::size_t frame_bytes_full = 1 << 20;
  std::uint32_t entries_uncommitted_max = 4'096;
  std::uint32_t hand_overs_permille = 0;  // of ticks, in which a node gives leadership away
  // of rounds that write: power fails between two parts of it
  std::uint32_t round_crash_permille = 0;
  std::uint32_t election_ticks = 10;  // at least, until a follower asks for votes
  // of votes that leave: power fails behind them, for a moment
  std::uint32_t vote_crash_permille = 0;
  SimTime vote_delay_max = 0;  // how much longer requests for votes are on their way
  SimTime handover_max = 0;    // from a replica's thread to that of the consensus
  // 1: replicas are where the map of a meta group says, and move. 0: they stay where the nodes began with them.
  std::uint32_t meta_group = 0;
  std::uint32_t spares = 0;  // of the nodes, the last ones: they wait to be added

  // Of processes that start again: with other options of those that a configuration may change (restarted_options).
  std::uint32_t reconfigured_permille = 0;

  // 0: all nodes are of this version. Otherwise they begin as the version before it (format level - 1), and so many of
  // their starts bring the new one.
  std::uint32_t upgraded_permille = 0;

  // So many times clients move amounts near the limits of 64 bits, many at once, from or to one account.
  std::uint32_t limit_bursts = 0;

  // Payments that shops ask for (plan/shop_plan.hpp); 0: nobody pays.
  std::uint32_t checkouts = 0;

  // Of an entry: the option's soft limit, and what one message, the timers and the fences of a run add at most.
  [[nodiscard]] std::size_t entry_bytes_max() const { return partition.turn_bytes_soft + 8'000; }

  WorkCosts costs;  // never drawn: see sim/scaling/

  std::uint32_t actions = 100;
  std::uint32_t faults = 6;
  SimTime safety_time = 10 * second;  // actions and faults happen in here
  SimTime liveness_time_max = 3 * hour;
  std::uint64_t events_max = 2'000'000;  // more is a run that never ends
};

SimOptions draw_options(std::uint64_t seed, RunKind kind);
// Those of a process that starts again on what an earlier one has left: what is the directory's or the cluster's for ever
// is as drawn, and what checkers take for a bound is at most, or at least, what was drawn.
SimOptions restarted_options(const SimOptions& drawn, SimRandom& random);
// One `name value` pair after the other, in a few lines.
std::string to_string(const SimOptions& options);

}  // namespace florin::sim
