// FaultPlan: all timed faults of one run, as data: drawn from the seed before anything runs, printable, and
// still meaningful when any of its items is taken away (that is what a minimiser does).
//
// Fault model: each port's header says what its faults are and why the system must survive them. Here only:
// every fault ends by itself or by the healing at the end of the safety phase.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/plan/options.hpp"
#include "sim/plan/random.hpp"

namespace florin::sim {

enum class FaultKind : std::uint8_t {
  crash,          // process ends; page cache stays. Starts again after `length`
  power_loss,     // machine ends: unsynced writes are lost or torn
  power_loss_at,  // as soon as the disk has done `amount` more operations, in the middle of one
  older_state,    // power loss; starts with the store `amount` writes older
  no_state,       // power loss; starts with an empty store
  damage,  // power loss; bits flip in what was synced; a start that refuses is followed by a restore
  pause,   // stands still for `length`, packets queue up
  disk_full,      // for `length`
  fsync_fails,    // the next one
  fsync_slow,     // each takes `amount` us longer, for `length`
  clock_jump,     // forward by `amount` us
  clock_back,     // backward by `amount` us
  clock_stop,     // for `length`
  split_one_way,  // node -> other, for `length`
  split,          // both ways
  slow_link,      // `amount` us more, for `length`
  hour_late,      // the next `amount` packets of node -> other
  packet_burst,   // loss and duplication of `amount` permille everywhere, for `length`
  lost,           // the machine is gone for good, with its disk
  lie,            // node says to other what no honest node says; `amount`: what (lies/lie.hpp)
  empty_disk,     // the machine is there after `length`, and everything on its disk is gone
  // power loss; starts with a log of partition `amount` that somebody has changed (rewritten_log.hpp): never drawn, it has
  // to be noticed
  rewritten,
  flip_row,    // one bit of a stored value, whoever has the store open; `amount`: which
  lose_row,    // one stored row is gone, or has another key; the same
  disk_fills,  // `amount` bytes are left for its log, for `length`
  // power loss; starts with its whole disk as it was `amount` us earlier, as soon as the others know better
  old_disk,
};
inline constexpr std::size_t fault_kinds = 26;

struct Fault {
  SimTime at = 0;
  SimTime length = 0;
  FaultKind kind = FaultKind::crash;
  std::uint32_t node = 0;
  std::uint32_t other = 0;  // another endpoint; `nodes` = the clients
  std::int64_t amount = 0;
};

struct FaultPlan {
  std::vector<Fault> faults;  // by time
};

FaultPlan draw_fault_plan(const SimOptions& options);
std::string_view to_string(FaultKind kind);
std::string to_string(const Fault& fault);

}  // namespace florin::sim
