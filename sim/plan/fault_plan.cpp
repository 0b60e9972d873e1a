// What a seed makes of the fault plan.
#include "sim/plan/fault_plan.hpp"

#include <algorithm>
#include <array>

#include "sim/plan/member_plan.hpp"

namespace florin::sim {
namespace {

struct Kind {
  FaultKind kind;
  std::string_view name;
};
constexpr std::array<Kind, fault_kinds> kinds{{
    {FaultKind::crash, "crash"},
    {FaultKind::power_loss, "power_loss"},
    {FaultKind::power_loss_at, "power_loss_at"},
    {FaultKind::older_state, "older_state"},
    {FaultKind::no_state, "no_state"},
    {FaultKind::damage, "damage"},
    {FaultKind::pause, "pause"},
    {FaultKind::disk_full, "disk_full"},
    {FaultKind::fsync_fails, "fsync_fails"},
    {FaultKind::fsync_slow, "fsync_slow"},
    {FaultKind::clock_jump, "clock_jump"},
    {FaultKind::clock_back, "clock_back"},
    {FaultKind::clock_stop, "clock_stop"},
    {FaultKind::split_one_way, "split_one_way"},
    {FaultKind::split, "split"},
    {FaultKind::slow_link, "slow_link"},
    {FaultKind::hour_late, "hour_late"},
    {FaultKind::packet_burst, "packet_burst"},
    {FaultKind::lost, "lost"},
    {FaultKind::lie, "lie"},
    {FaultKind::empty_disk, "empty_disk"},
    {FaultKind::rewritten, "rewritten"},
    {FaultKind::flip_row, "flip_row"},
    {FaultKind::lose_row, "lose_row"},
    {FaultKind::disk_fills, "disk_fills"},
    {FaultKind::old_disk, "old_disk"},
}};
constexpr std::size_t kinds_at_any_time =
    18;  // those behind them are not drawn, or have plans of their own

std::int64_t draw_amount(FaultKind kind, SimRandom& random) {
  switch (kind) {
    case FaultKind::power_loss_at: return random.log_between(1, 40);
    case FaultKind::older_state: return random.log_between(1, 8);
    case FaultKind::fsync_slow: return random.log_between(millisecond, second);
    case FaultKind::clock_jump: return random.log_between(millisecond, 26 * hour);
    case FaultKind::clock_back: return random.log_between(millisecond, 26 * hour);
    case FaultKind::slow_link: return random.log_between(millisecond, 5 * second);
    case FaultKind::hour_late: return random.log_between(1, 8);
    case FaultKind::packet_burst: return random.between(100, 600);
    case FaultKind::crash:
    case FaultKind::power_loss:
    case FaultKind::no_state:
    case FaultKind::damage:
    case FaultKind::pause:
    case FaultKind::disk_full:
    case FaultKind::fsync_fails:
    case FaultKind::clock_stop:
    case FaultKind::split_one_way:
    case FaultKind::split:
    case FaultKind::lost:
    case FaultKind::lie:
    case FaultKind::empty_disk:
    case FaultKind::rewritten:
    case FaultKind::flip_row:
    case FaultKind::lose_row:
    case FaultKind::disk_fills:
    case FaultKind::old_disk: return 0;
  }
  return 0;
}

// What makes leaders old without their knowing: they stand still, or are cut off from the other nodes but not from
// the clients, about as long as an election takes.
void add_cluster_faults(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "cluster faults");
  const SimTime election = options.election_ticks * options.consensus_tick;
  for (std::int64_t i = random.between(0, 8); i > 0; --i) {
    Fault fault;
    fault.at = random.between(3 * election, 3 * election + options.safety_time);
    fault.length = random.log_between(election, 5 * election);
    fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes));
    fault.kind = random.permille(400) ? FaultKind::pause : FaultKind::split;
    for (std::uint32_t other = 0; other < options.nodes; ++other) {
      fault.other = other;
      if (other != fault.node) plan.faults.push_back(fault);
      if (fault.kind == FaultKind::pause && other != fault.node) break;
    }
  }
}

// All nodes lose power and come back together: nobody leads, and several ask for votes at about the same time.
void add_blackouts(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "blackouts");
  const SimTime election = options.election_ticks * options.consensus_tick;
  for (std::int64_t i = random.between(2, 12); i > 0; --i) {
    Fault fault;
    fault.kind = FaultKind::power_loss;
    fault.at = random.between(3 * election, 3 * election + options.safety_time);
    fault.length = random.log_between(millisecond, election);
    for (fault.node = 0; fault.node < options.nodes; ++fault.node) plan.faults.push_back(fault);
  }
}

// In a third of the clusters one node's key is in wrong hands.
void add_lies(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "lies");
  if (!random.permille(333)) return;
  Fault fault;
  fault.kind = FaultKind::lie;
  fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes));
  for (std::int64_t i = random.log_between(10, 300); i > 0; --i) {
    fault.at = random.between(0, options.safety_time);
    fault.other = static_cast<std::uint32_t>(random.bounded(options.nodes - 1));
    if (fault.other >= fault.node) ++fault.other;
    fault.amount = static_cast<std::int64_t>(random.next() >> 1);
    plan.faults.push_back(fault);
  }
}

// In a third of the runs somebody else fills disks, and makes room again.
void add_filling_disks(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "disks that fill");
  if (!random.permille(333)) return;
  const auto segment = static_cast<std::int64_t>(options.segment_bytes);
  for (std::int64_t i = random.between(1, 6); i > 0; --i) {
    Fault fault;
    fault.kind = FaultKind::disk_fills;
    fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes));
    fault.at = random.between(0, options.safety_time);
    fault.length = random.log_between(10 * millisecond, options.safety_time);
    fault.amount = random.between(0, 10 * segment);
    plan.faults.push_back(fault);
  }
}

// Seconds, hours, a month, a year.
std::int64_t draw_clock_error(SimRandom& random) {
  constexpr SimTime day = 24 * hour;
  switch (random.bounded(4)) {
    case 0: return random.log_between(second, 60 * second);
    case 1: return random.log_between(hour, day);
    case 2: return 30 * day + random.between(0, hour);
    default: return 365 * day + random.between(0, hour);
  }
}

// Clocks that run far ahead, some from the start on, and most of which are set right again. Of a cluster's nodes only
// so few that most clocks stay right (checkers/deadlines_are_true.cpp): what is decided is held against the true time.
void add_clock_faults(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "clocks ahead");
  if (!random.permille(350)) return;
  const bool is_cluster = options.replication > 0;
  const std::uint32_t members = options.nodes - options.spares;
  const std::uint32_t many =
      is_cluster ? (options.meta_group != 0 ? 1 : (members - 1) / 2) : members;
  const SimTime begin =
      is_cluster ? 3 * options.election_ticks * options.consensus_tick : SimTime{0};
  const auto first = static_cast<std::uint32_t>(random.bounded(members));
  for (std::int64_t i = random.between(1, many); i > 0; --i) {
    Fault fault;
    fault.node = (first + static_cast<std::uint32_t>(i)) % members;
    fault.kind = FaultKind::clock_jump;
    fault.at = random.permille(250) ? 0 : begin + random.between(0, options.safety_time / 2);
    fault.amount = draw_clock_error(random);
    plan.faults.push_back(fault);
    if (!random.permille(700)) continue;
    fault.kind = FaultKind::clock_back;
    fault.at += random.log_between(100 * millisecond, options.safety_time);
    plan.faults.push_back(fault);
  }
}

// Disks that lie: bits of stored rows flip and rows get lost at any moment, on any node, in half of the runs.
void add_flipped_rows(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "flipped rows");
  if (!random.permille(500)) return;
  Fault fault;
  for (std::int64_t i = random.log_between(1, 40); i > 0; --i) {
    fault.kind = random.permille(600) ? FaultKind::flip_row : FaultKind::lose_row;
    fault.at = random.between(0, options.safety_time);
    fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes));
    fault.amount = static_cast<std::int64_t>(random.next() >> 1);
    plan.faults.push_back(fault);
  }
}

// At most one, or a majority would be gone with it. The operators remove it some time later (member_plan.cpp).
void add_lost_node(const SimOptions& options, FaultPlan& plan) {
  const auto loss = lost_node_of(options);
  if (!loss) return;
  Fault fault;
  fault.kind = FaultKind::lost;
  fault.at = loss->at;
  fault.node = loss->node;
  plan.faults.push_back(fault);
}

// One node loses its disk, in a third of the clusters that can do without it: as soon as it starts it is found out, and the
// operators let it come back (SimCluster::disk_is_lost). Two at a time would be a majority.
void add_empty_disk(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "empty disks");
  if (options.meta_group == 0 || options.replication < 3 || lost_node_of(options)) return;
  if (!random.permille(333)) return;
  Fault fault;
  fault.kind = FaultKind::empty_disk;
  fault.at = random.between(0, options.safety_time);
  fault.length = random.log_between(millisecond, 2 * second);
  fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes - options.spares));
  plan.faults.push_back(fault);
}

// One node's disk is put back as it was, in a third of the clusters that can do without it and lose no other. Some of it is old
// by a moment, some by nearly the whole run.
void add_old_disk(const SimOptions& options, FaultPlan& plan) {
  SimRandom random(options.seed, "old disks");
  if (options.meta_group == 0 || options.replication < 3 || lost_node_of(options)) return;
  const auto is_loss = [](const Fault& fault) { return fault.kind == FaultKind::empty_disk; };
  if (std::ranges::any_of(plan.faults, is_loss) || !random.permille(333)) return;
  const SimTime begin = 3 * options.election_ticks * options.consensus_tick;
  Fault fault;
  fault.kind = FaultKind::old_disk;
  fault.at = begin + random.between(0, options.safety_time);
  fault.length = random.log_between(millisecond, 2 * second);
  fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes - options.spares));
  fault.amount = random.log_between(10 * millisecond, fault.at);
  plan.faults.push_back(fault);
}

}  // namespace

FaultPlan draw_fault_plan(const SimOptions& options) {
  SimRandom random(options.seed, "faults");
  FaultPlan plan;
  for (std::uint32_t i = 0; i < options.faults; ++i) {
    Fault fault;
    fault.at = random.between(0, options.safety_time);
    fault.length = random.log_between(millisecond,
                                      std::max<SimTime>(2 * millisecond, options.safety_time / 2));
    fault.kind = kinds[random.bounded(kinds_at_any_time)].kind;
    fault.node = static_cast<std::uint32_t>(random.bounded(options.nodes));
    // Another endpoint than the node itself; the last one is the clients'.
    fault.other = static_cast<std::uint32_t>(random.bounded(options.nodes));
    if (fault.other >= fault.node) ++fault.other;
    fault.amount = draw_amount(fault.kind, random);
    plan.faults.push_back(fault);
  }
  if (options.replication > 0) add_cluster_faults(options, plan);
  if (options.replication > 0) add_lies(options, plan);
  if (options.vote_crash_permille > 0) add_blackouts(options, plan);
  add_lost_node(options, plan);
  add_flipped_rows(options, plan);
  add_clock_faults(options, plan);
  add_empty_disk(options, plan);
  add_filling_disks(options, plan);
  add_old_disk(options, plan);
  std::ranges::stable_sort(plan.faults, {}, &Fault::at);
  return plan;
}

std::string_view to_string(FaultKind kind) {
  for (const Kind& known : kinds)
    if (known.kind == kind) return known.name;
  return "?";
}

std::string to_string(const Fault& fault) {
  std::string text(to_string(fault.kind));
  text += " at " + std::to_string(fault.at) + " node " + std::to_string(fault.node) + " other " +
          std::to_string(fault.other) + " length " + std::to_string(fault.length) + " amount " +
          std::to_string(fault.amount);
  return text;
}

}  // namespace florin::sim
