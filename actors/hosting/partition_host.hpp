// PartitionHost: when a turn of one partition runs, when its effects leave, when a checkpoint is due, when
// accounts are put away and when the partition has stopped. The node's CAF actor and the simulator's node
// are shells around this object: they say when it is woken, and give it a clock, a log and a store.
//
// Promises
//  - Effects of a turn are released when every entry they were decided on is durable, in order of turns. In
//    a cluster durable means committed, and a turn that wrote nothing waits until it is confirmed that this
//    replica still leads.
//  - Reads that any replica may answer take no turn, and need no confirmation: they are answered from the state
//    as it is when it has the entry they want to see, and released when that state is durable; refused when
//    they have waited too long.
//  - While it follows, it takes no turns: it only writes checkpoints of what the partition has replayed, and
//    those more rarely.
//  - A checkpoint is handed out only when the entry that it reflects is durable: a store is never ahead of
//    its log. One at a time. One that the store has no room for is tried again, more and more rarely: the log has
//    everything, so nothing is lost, and a stop or a new beginning does without it. When more rows wait behind it than
//    memory is for, the inbox takes nothing more from clients that changes anything.
//  - Turns run ahead of the disk by at most `turns_in_flight_max` entries.
//  - Turns, and the replies that wait to leave, are bounded in bytes: what a full turn has not handled comes first in
//    the next one, and while too many replies wait nothing more is taken.
//  - Of a turn, or reads, during which the store was found damaged, nothing leaves and nothing is logged.
//  - Its time never goes back and never stands still, and follows only a clock that is trusted: PartitionTime.
// Crash anywhere here: what was not durable was not released; clients and coordinators send again.
//
// One thread at a time. The inbox and the two marks may move on others; whoever moves them wakes the host.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "actors/hosting/host_ports.hpp"
#include "actors/hosting/inbox.hpp"
#include "actors/partition/partition.hpp"
#include "actors/partition/partition_time.hpp"
#include "base/limits.hpp"

namespace florin {

struct HostOptions {
  std::size_t turn_messages_max = limits::turn_messages_max;
  std::size_t turns_in_flight_max = limits::turns_in_flight_max;
  std::size_t waiting_reply_bytes_max = limits::waiting_reply_bytes_max;
  std::int64_t checkpoint_interval_us = 2'000'000;
  // As many intervals lie between two checkpoints while it follows: others serve meanwhile if it has to recover.
  std::int64_t following_intervals = 5;
  // A checkpoint without room is tried again after this; each pause is twice as long as the one before.
  std::int64_t checkpoint_pause_us_min = 200'000;
  std::int64_t checkpoint_pause_us_max = 10'000'000;
  std::size_t checkpoint_dirty_max = 200'000;
  std::chrono::milliseconds tick{100};                        // how often the shell calls tick()
  std::int64_t scrub_interval_us = 1'000'000;                 // one step of the scrub in each
  std::size_t scrub_rows = 4'096;                             // in a step: some milliseconds
  std::int64_t read_wait_us = limits::follower_read_wait_us;  // of a FollowerRead, for its entry
  std::size_t round_reads_max = limits::round_reads_max;      // FollowerReads answered in a row
  // Two clocks further apart than this do not agree (docs/adr/0013-one-clock-judges-a-deadline.md).
  std::int64_t clock_offset_max_us = limits::clock_offset_max_us;
};

class PartitionHost {
 public:
  // All of them outlive the host. The partition has recovered.
  PartitionHost(Partition& partition, Inbox& inbox, HostPorts& ports, TurnLog& log,
                HostOptions options);

  // Takes turns (the default) or only follows. Who stops taking turns throws the partition away.
  void take_turns(bool yes) { takes_turns_ = yes; }
  // While it takes turns: one of its own for this event, which says who has replicas of the partition.
  void log_change(const ReplicaChanged& change);
  // Ends all turns that nobody has heard of.
  std::vector<Effects> drop_effects();
  [[nodiscard]] bool is_checkpoint_running() const { return checkpoint_running_; }
  [[nodiscard]] LogIndex checkpoint_under_way() const { return collected_index_; }
  // The newest entry handed to the log that is not known to be durable; 0: none.
  [[nodiscard]] LogIndex last_in_flight() const {
    return in_flight_.empty() ? 0 : in_flight_.back();
  }
  [[nodiscard]] bool has_stopped() const { return has_stopped_; }
  // What its state says cannot be believed: it does nothing more, and is to be made again.
  [[nodiscard]] bool is_damaged() const { return partition_.state().is_damaged(); }
  // A checkpoint, if one is due: for a partition that is being made again, and does nothing else.
  void checkpoint_if_due();
  // Whoever waits for an answer here is told why there is none.
  void refuse_waiting(NotAccepted::Why why);
  // The last checkpoint found no room and waits for its next try.
  [[nodiscard]] bool is_store_full() const { return collected_ && retry_at_; }

  // Something was pushed, or a mark has moved.
  void wake();
  // Every `tick`: time-outs, resends, fences and checkpoints that are due.
  void tick();
  // From now on a checkpoint is always due; ends when has_stopped(): all is in the store.
  void stop();

  // This partition's time: entries get it, and due times are compared with it.
  Timestamp now();
  // How far it is ahead of the clock.
  std::int64_t time_ahead_us();
  // Refuses the reads that have waited too long. Part of tick(); for a replica that makes its state again.
  void expire_reads();
  // When tick() has something to do next; none = nothing is open and nothing waits for a checkpoint. Reads that
  // wait are not counted: whoever leaves out ticks looks at Inbox::reads() too.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  [[nodiscard]] const HostOptions& options() const { return options_; }
  [[nodiscard]] std::size_t entries_in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t effects_waiting() const {
    return effects_.size() + read_effects_.size();
  }

 private:
  [[nodiscard]] bool may_take_turn() const {
    return in_flight_.size() < options_.turns_in_flight_max &&
           effects_.bytes() < options_.waiting_reply_bytes_max;
  }
  Timestamp time_by(const ClockReading& clock);
  void begin_turn();
  void run_turn(bool tick);
  void end_turn(std::size_t messages);
  void answer_reads();
  void refuse_reads(const std::vector<RequestId>& requests, NotAccepted::Why why);
  void release_durable();
  void maybe_checkpoint();
  void maybe_scrub();
  void take_back_checkpoint();
  [[nodiscard]] bool has_many_dirty_rows() const;
  void submit_checkpoint_if_durable();
  void maybe_stopped();

  Partition& partition_;
  Inbox& inbox_;
  HostPorts& ports_;
  TurnLog& log_;
  HostOptions options_;
  EffectQueue effects_;
  EffectQueue read_effects_;  // answers to FollowerReads: never behind what waits to be confirmed
  std::vector<std::vector<Message>> messages_;  // of the running turn
  std::vector<LogIndex> in_flight_;             // indexes handed to the log, not yet durable

  std::optional<Checkpoint> collected_;  // waits for its entry to be durable
  LogIndex collected_index_ = 0;
  bool checkpoint_running_ = false;
  Timestamp next_checkpoint_;
  std::int64_t next_scrub_us_ = 0;
  std::optional<Timestamp> retry_at_;  // of one that found no room
  std::int64_t retry_pause_us_ = 0;
  PartitionTime time_;
  bool takes_turns_ = true;
  bool stopping_ = false;
  bool has_stopped_ = false;
};

}  // namespace florin
