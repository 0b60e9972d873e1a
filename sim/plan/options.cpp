// What a seed makes of the options.
#include "sim/plan/options.hpp"

#include <algorithm>
#include <type_traits>

#include "cluster/replication/log_streams.hpp"
#include "persistence/journal/segment/segment_format.hpp"
#include "sim/plan/random.hpp"

namespace florin::sim {
namespace {

constexpr std::int64_t first_midnight_us = epoch_us + 22 * hour;

void draw_limits(SimOptions& o, SimRandom& random) {
  o.host.turn_messages_max = static_cast<std::size_t>(random.log_between(1, 64));
  o.host.turns_in_flight_max = static_cast<std::size_t>(random.between(1, 4));
  o.host.checkpoint_interval_us = random.log_between(10 * millisecond, 5 * second);
  o.host.checkpoint_dirty_max = static_cast<std::size_t>(random.log_between(1, 200));
  o.host.tick = std::chrono::milliseconds(random.log_between(5, 100));
  o.partition.resident_accounts_max = static_cast<std::size_t>(random.log_between(1, 16));
  o.partition.try_timeout_us = random.log_between(200 * millisecond, 10 * second);
  o.partition.resend_after_us = random.log_between(20 * millisecond, second);
  o.partition.fence_interval_us = random.log_between(5 * millisecond, 500 * millisecond);
  o.inbox_messages_max = static_cast<std::size_t>(random.log_between(2, 1'000));
  o.segment_bytes = journal::data_begin(o.partitions) + 4'096 +
                    static_cast<std::uint64_t>(random.log_between(8, 32'768));
}

void draw_times(SimOptions& o, SimRandom& random) {
  o.wake_delay_max = random.log_between(1, 5 * millisecond);
  o.fsync_min = random.log_between(10, 5 * millisecond);
  o.fsync_max = o.fsync_min + random.log_between(10, 20 * millisecond);
  o.checkpoint_write_max = random.log_between(100, 500 * millisecond);
  o.network.delay_min = random.log_between(10, millisecond);
  o.network.delay_max = o.network.delay_min + random.log_between(10, 50 * millisecond);
}

// A stream of its own: what is drawn before means the same in both kinds of run.
void draw_cluster(SimOptions& o) {
  SimRandom random(o.seed, "cluster");
  random.next();  // once said which seeds are clusters
  o.nodes = random.permille(700) ? 3 : 5;
  o.replication = o.nodes == 5 && random.permille(500) ? 5 : 3;
  const std::uint64_t solo_begin = journal::data_begin(o.partitions);
  o.partitions = static_cast<std::uint32_t>(random.between(1, 4)) + 1;
  o.segment_bytes += journal::data_begin(LogStreams{o.partitions}.count()) - solo_begin;
  // A majority must be able to hear of each other within an election timeout.
  const SimTime there_and_back = 2 * (o.network.delay_max + o.fsync_max) + o.wake_delay_max;
  o.consensus_tick =
      std::max<SimTime>(10 * millisecond, there_and_back / 3) + random.between(0, 20 * millisecond);
  o.tick_skew_permille = random.permille(500) ? random.between(0, 250) : 0;
  o.log_kept = static_cast<std::uint64_t>(random.permille(600) ? random.log_between(1, 30) : 1'000);
  o.tail_bytes = static_cast<std::size_t>(random.log_between(200, 1 << 20));
  o.piece_bytes = static_cast<std::size_t>(random.log_between(200, 1 << 16));
  // At least what a leader has on its way by itself (the real limit is far above that): otherwise all that has queued
  // up for it is refused again and again, and it never gets on.
  const std::int64_t room = random.permille(300) ? random.between(1, 4) : 4'096;
  o.entries_uncommitted_max = static_cast<std::uint32_t>(
      std::max(room, static_cast<std::int64_t>(o.host.turns_in_flight_max)));
  o.network.late_by = 20 * second;  // idle nodes tick: an hour of that is long
  o.liveness_time_max = 15 * 60 * second;
  o.hand_overs_permille =
      random.permille(300) ? static_cast<std::uint32_t>(random.between(1, 20)) : 0;
  o.round_crash_permille =
      random.permille(400) ? static_cast<std::uint32_t>(random.between(1, 20)) : 0;
  // Few ticks: elections by chance, with several candidates.
  o.election_ticks = random.permille(300) ? static_cast<std::uint32_t>(random.between(4, 6)) : 10;
}

// Several candidates in one term, and voters that lose power when their vote is on its way: who forgets a vote then
// gives it twice. Begins with nodes that all lose power together (fault_plan.cpp).
void draw_votes(SimOptions& o) {
  SimRandom random(o.seed, "lost votes");
  if (!random.permille(250)) return;
  o.vote_crash_permille = static_cast<std::uint32_t>(random.between(100, 700));
  o.vote_delay_max = random.between(0, 6 * o.consensus_tick);
  o.election_ticks = static_cast<std::uint32_t>(random.between(4, 6));
}

// Threads that hear late of each other: replicas go on deciding under a reign that has ended.
void draw_handover(SimOptions& o) {
  SimRandom random(o.seed, "hand over");
  if (random.permille(300)) o.handover_max = random.log_between(10, 20 * millisecond);
}

// What tells ids apart is made so small that it is wrong now and then: filters that say yes to strangers, indexes in which
// several have one tag.
void draw_dedup(SimOptions& o) {
  SimRandom random(o.seed, "dedup");
  if (random.permille(500)) {
    o.partition.dedup.records.filter_log2_max = static_cast<unsigned>(random.between(6, 9));
    o.partition.dedup.records_per_epoch = static_cast<std::uint64_t>(random.log_between(2, 40));
  }
  if (random.permille(500))
    o.partition.dedup.index.tag_bits = static_cast<unsigned>(random.between(1, 8));
}

// The index of records is written from a few on, in rows that split at once and rounds that are over soon.
void draw_record_index(SimOptions& o) {
  SimRandom random(o.seed, "record index");
  if (!random.permille(700)) return;
  o.partition.dedup.records.waiting_max = static_cast<std::size_t>(random.log_between(1, 60));
  o.partition.dedup.records.row_entries_max = static_cast<std::size_t>(random.log_between(1, 20));
}

// More of everything, now and then: more currencies, many accounts of which few stay awake, and logs of clusters that are
// compacted where they would not have been.
void draw_sizes(SimOptions& o) {
  SimRandom random(o.seed, "sizes");
  if (random.permille(120)) o.currencies = static_cast<std::uint32_t>(random.between(3, 5));
  if (random.permille(8))
    o.accounts_per_partition = static_cast<std::uint32_t>(random.between(30, 120));
  // A round of the log is then written as several blocks, of which a crash may leave the first ones only.
  if (random.permille(400))
    o.block_bytes_max = static_cast<std::size_t>(random.log_between(100, 20'000));
  if (random.permille(400))
    o.frame_bytes_full = static_cast<std::size_t>(random.log_between(100, 20'000));
  if (random.permille(400))
    o.waiting_reads_max = static_cast<std::size_t>(random.log_between(1, 20));
  if (random.permille(500))
    o.log_kept = std::min(o.log_kept, static_cast<std::uint64_t>(random.log_between(1, 300)));
}

// Moves cost time of the machine: half of the clusters have the members that they began with.
void draw_membership(SimOptions& o) {
  SimRandom random(o.seed, "membership");
  if (!random.permille(500)) return;
  o.meta_group = 1;
  o.spares = random.permille(200) ? 0 : 1;
  if (o.nodes == 3 && random.permille(300)) o.spares = 2;
  o.nodes += o.spares;
}

// A stream of its own: other runs keep their meaning.
void draw_amounts(SimOptions& o) {
  SimRandom random(o.seed, "amounts near the limits");
  if (random.permille(200)) o.limit_bursts = static_cast<std::uint32_t>(random.between(1, 4));
}

// Partitions that have more under way than they may, while those that should answer are dead.
void draw_open_transfers(SimOptions& o) {
  SimRandom random(o.seed, "open transfers");
  if (random.permille(200))
    o.partition.open_transfers_max = static_cast<std::size_t>(random.log_between(1, 20));
}

// Turns that are full of bytes before they are full of messages.
void draw_turn_bytes(SimOptions& o) {
  SimRandom random(o.seed, "turn bytes");
  if (random.permille(300))
    o.partition.turn_bytes_soft = static_cast<std::size_t>(random.log_between(100, 10'000));
  if (random.permille(300))
    o.round_bytes_soft = static_cast<std::size_t>(random.log_between(2'000, 50'000));
}

// Reads that take their turn behind others; few rows, so that they meet those bounds.
void draw_reads(SimOptions& o) {
  SimRandom random(o.seed, "reads");
  if (random.permille(300)) return;
  o.partition.turn_read_rows_max = static_cast<std::uint64_t>(random.log_between(1, 64));
  o.partition.same_id_rows_max = static_cast<std::size_t>(random.log_between(1, 64));
  o.partition.long_reads_max = static_cast<std::size_t>(random.log_between(1, 64));
  o.host.round_reads_max = static_cast<std::size_t>(random.log_between(1, 16));
}

// A stream of its own: what is drawn before keeps its meaning.
void draw_reconfigured(SimOptions& o) {
  SimRandom random(o.seed, "reconfigured");
  if (random.permille(333))
    o.reconfigured_permille = static_cast<std::uint32_t>(random.between(300, 1'000));
}

// Clusters whose nodes get the new version one after the other, while everything else goes wrong.
void draw_upgraded(SimOptions& o) {
  SimRandom random(o.seed, "upgraded");
  if (o.meta_group != 0 && random.permille(400))
    o.upgraded_permille = static_cast<std::uint32_t>(random.between(200, 1'000));
}

std::uint64_t least_segment(const SimOptions& o) {
  const std::uint32_t streams = o.replication > 0 ? LogStreams{o.partitions}.count() : o.partitions;
  return journal::data_begin(streams) + 4'096;
}

// Above what an answer of another node may take: half the way there and back is its error.
void draw_clock_bound(SimOptions& o) {
  SimRandom random(o.seed, "clock bound");
  o.host.clock_offset_max_us = random.log_between(250 * millisecond, 3 * second);
}

}  // namespace

SimOptions draw_options(std::uint64_t seed, RunKind kind) {
  SimRandom random(seed, "options");
  SimOptions o;
  o.seed = seed;
  o.nodes = static_cast<std::uint32_t>(random.between(1, 5));
  o.partitions = static_cast<std::uint32_t>(random.between(2, 8));
  o.accounts_per_partition = static_cast<std::uint32_t>(random.between(2, 6));
  o.currencies = random.permille(250) ? 2 : 1;
  draw_limits(o, random);
  draw_times(o, random);
  // A third of all runs have a perfect network, so that other faults are seen alone.
  if (!random.permille(333)) {
    o.network.loss_permille = static_cast<std::uint32_t>(random.bounded(120));
    o.network.duplicate_permille = static_cast<std::uint32_t>(random.bounded(120));
    o.network.hour_late_permille =
        random.permille(300) ? static_cast<std::uint32_t>(random.bounded(15)) : 0;
  }
  if (random.permille(500)) o.clock_skew_max = random.log_between(10 * millisecond, 30 * second);
  o.actions = static_cast<std::uint32_t>(random.between(60, 150));
  o.faults = random.permille(150) ? 0 : static_cast<std::uint32_t>(random.between(1, 14));
  o.safety_time = random.log_between(second, 20 * second);
  // A fifth of all runs see midnight (UTC): the daily limits begin anew.
  if (random.permille(200)) o.begins_us = first_midnight_us - random.between(0, o.safety_time);
  if (random.permille(400))
    o.partition.dedup.records_per_epoch = static_cast<std::uint64_t>(random.log_between(2, 40));
  draw_dedup(o);
  draw_record_index(o);
  draw_amounts(o);
  draw_open_transfers(o);
  draw_turn_bytes(o);
  draw_reads(o);
  if (kind == RunKind::cluster) {
    draw_cluster(o);
    draw_votes(o);
    draw_handover(o);
    draw_membership(o);
  }
  draw_sizes(o);
  draw_clock_bound(o);
  draw_reconfigured(o);
  draw_upgraded(o);
  return o;
}

SimOptions restarted_options(const SimOptions& drawn, SimRandom& random) {
  SimOptions o = drawn;
  draw_limits(o, random);
  o.segment_bytes = least_segment(o) + static_cast<std::uint64_t>(random.log_between(8, 32'768));
  // Who judges when a Try may count as too late knows the shortest time only.
  o.partition.try_timeout_us =
      random.between(drawn.partition.try_timeout_us, 2 * drawn.partition.try_timeout_us);
  // At most what was drawn: checkers know that as the bound.
  const auto lower = [&](auto& bound) {
    bound = static_cast<std::remove_reference_t<decltype(bound)>>(
        random.log_between(1, static_cast<std::int64_t>(bound)));
  };
  lower(o.partition.turn_read_rows_max);
  lower(o.partition.same_id_rows_max);
  o.partition.long_reads_max = static_cast<std::size_t>(random.log_between(1, 64));
  o.partition.open_transfers_max = static_cast<std::size_t>(
      random.permille(300) ? random.log_between(1, 20)
                           : static_cast<std::int64_t>(limits::open_transfers_max));
  o.waiting_reads_max = static_cast<std::size_t>(random.log_between(1, 1'000));
  if (o.replication == 0) return o;
  o.log_kept = static_cast<std::uint64_t>(random.log_between(1, 1'000));
  o.tail_bytes = static_cast<std::size_t>(random.log_between(200, 1 << 20));
  o.election_ticks = static_cast<std::uint32_t>(random.between(4, 12));
  o.consensus_tick = random.between(drawn.consensus_tick, 3 * drawn.consensus_tick / 2);
  o.entries_uncommitted_max =
      std::max(o.entries_uncommitted_max, static_cast<std::uint32_t>(o.host.turns_in_flight_max));
  return o;
}

std::string to_string(const SimOptions& o) {
  std::string text = "seed " + std::to_string(o.seed);
  const auto add = [&](const char* name, std::int64_t value) {
    text.append(" ").append(name).append(" ").append(std::to_string(value));
  };
  add("nodes", o.nodes);
  add("partitions", o.partitions);
  add("accounts_per_partition", o.accounts_per_partition);
  add("currencies", o.currencies);
  add("actions", o.actions);
  add("faults", o.faults);
  add("limit_bursts", o.limit_bursts);
  add("checkouts", o.checkouts);
  text += "\n limits:";
  add("turn_messages", static_cast<std::int64_t>(o.host.turn_messages_max));
  add("turns_in_flight", static_cast<std::int64_t>(o.host.turns_in_flight_max));
  add("inbox", static_cast<std::int64_t>(o.inbox_messages_max));
  add("resident_accounts", static_cast<std::int64_t>(o.partition.resident_accounts_max));
  add("open_transfers", static_cast<std::int64_t>(o.partition.open_transfers_max));
  add("turn_bytes", static_cast<std::int64_t>(o.partition.turn_bytes_soft));
  add("checkpoint_dirty", static_cast<std::int64_t>(o.host.checkpoint_dirty_max));
  add("records_per_epoch", static_cast<std::int64_t>(o.partition.dedup.records_per_epoch));
  add("reconfigured_permille", o.reconfigured_permille);
  add("filter_log2", o.partition.dedup.records.filter_log2_max);
  add("records_waiting", static_cast<std::int64_t>(o.partition.dedup.records.waiting_max));
  add("index_row", static_cast<std::int64_t>(o.partition.dedup.records.row_entries_max));
  add("tag_bits", o.partition.dedup.index.tag_bits);
  add("block_bytes_max", static_cast<std::int64_t>(o.block_bytes_max));
  add("turn_read_rows", static_cast<std::int64_t>(o.partition.turn_read_rows_max));
  add("same_id_rows", static_cast<std::int64_t>(o.partition.same_id_rows_max));
  add("long_reads", static_cast<std::int64_t>(o.partition.long_reads_max));
  add("round_reads", static_cast<std::int64_t>(o.host.round_reads_max));
  add("segment_bytes", static_cast<std::int64_t>(o.segment_bytes));
  text += "\n times (us):";
  add("safety", o.safety_time);
  add("tick", static_cast<std::int64_t>(o.host.tick.count()) * 1'000);
  add("checkpoint_every", o.host.checkpoint_interval_us);
  add("try_timeout", o.partition.try_timeout_us);
  add("resend_after", o.partition.resend_after_us);
  add("fence_every", o.partition.fence_interval_us);
  add("fsync_max", o.fsync_max);
  add("clock_skew_max", o.clock_skew_max);
  add("clock_offset_max", o.host.clock_offset_max_us);
  add("begins", o.begins_us);
  text += "\n network:";
  add("delay_max_us", o.network.delay_max);
  add("loss_permille", o.network.loss_permille);
  add("duplicate_permille", o.network.duplicate_permille);
  add("hour_late_permille", o.network.hour_late_permille);
  if (o.replication == 0) return text;
  text += "\n cluster:";
  add("replication", o.replication);
  add("consensus_tick", o.consensus_tick);
  add("tick_skew_permille", o.tick_skew_permille);
  add("log_kept", static_cast<std::int64_t>(o.log_kept));
  add("tail_bytes", static_cast<std::int64_t>(o.tail_bytes));
  add("piece_bytes", static_cast<std::int64_t>(o.piece_bytes));
  add("round_bytes", static_cast<std::int64_t>(o.round_bytes_soft));
  add("frame_bytes_full", static_cast<std::int64_t>(o.frame_bytes_full));
  add("waiting_reads", static_cast<std::int64_t>(o.waiting_reads_max));
  add("uncommitted_max", o.entries_uncommitted_max);
  add("transfers_permille", o.hand_overs_permille);
  add("round_crash_permille", o.round_crash_permille);
  add("election_ticks", o.election_ticks);
  add("vote_crash_permille", o.vote_crash_permille);
  add("vote_delay_max", o.vote_delay_max);
  add("handover_max", o.handover_max);
  add("meta_group", o.meta_group);
  add("spares", o.spares);
  add("upgraded_permille", o.upgraded_permille);
  return text;
}

}  // namespace florin::sim
