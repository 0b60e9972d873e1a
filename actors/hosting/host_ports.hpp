// What a hosted partition needs of the world around it, beside Outside: clock, store and whoever measures (HostPorts), and
// its log (TurnLog), which is the one thing that differs between a lone node and a replica. Called a few times per turn,
// never per message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "actors/partition/outside.hpp"
#include "actors/partition/partition.hpp"
#include "actors/partition/partition_time.hpp"
#include "persistence/event_log.hpp"

namespace florin {

// A partition whose store is damaged is made again from the log (SoloPartition, Replica).
struct RebuildNews {
  enum class Kind : std::uint8_t { begins, goes_on, is_done } kind = Kind::begins;
  LogIndex replayed = 0;
  LogIndex last = 0;  // entry that it must reach
};

class HostPorts : public Outside {
 public:
  [[nodiscard]] virtual Timestamp now() const = 0;
  [[nodiscard]] virtual ClockReading clock() const { return {now(), ClockTrust::own}; }
  [[nodiscard]] virtual std::int64_t monotonic_us() const = 0;  // see Clock

  // Up to which entry its store is.
  [[nodiscard]] virtual LogIndex checkpoint_index() const = 0;
  virtual void write_checkpoint(Checkpoint checkpoint) = 0;  // its entry is durable
  // The one that was handed out last, once, when the store had no room for it and is as it was before.
  virtual std::optional<Checkpoint> take_refused_checkpoint() = 0;
  // A checkpoint that was handed out is still being written, or waits for that.
  [[nodiscard]] virtual bool is_writing_checkpoint() const { return false; }
  // The store is empty now: no checkpoint is in it. Then news of how the partition is made again.
  virtual void store_begins_again() {}
  virtual void rebuilding(const RebuildNews& news) { static_cast<void>(news); }
  // A step of StateStore::scrub, where checkpoints are written; and when the last round of it was over, none: not yet.
  virtual void scrub(std::size_t rows_max) { static_cast<void>(rows_max); }
  [[nodiscard]] virtual Timestamp scrubbed_at() const { return {}; }
  // After the stop, once: all is in the store, or in the log.
  virtual void stopped() = 0;

  // For logs and metrics.
  virtual void turn_begins() {}
  virtual void turn_ended(std::size_t messages) { static_cast<void>(messages); }
  // Of each turn and of each round of reads.
  virtual void turn_cost(const TurnCost& cost) { static_cast<void>(cost); }
};

// The log that turns are written to: the journal of a lone node, or the group of a replica.
class TurnLog {
 public:
  virtual ~TurnLog() = default;

  [[nodiscard]] virtual LogIndex durable_index() const = 0;  // in a cluster: committed
  virtual void append(LogEntry entry) = 0;                   // in order

  // Is this partition still ours to decide? Tickets grow; 0 where nobody else can ever decide.
  virtual std::uint64_t ask_confirmation() { return 0; }
  [[nodiscard]] virtual std::uint64_t confirmed_ticket() const { return 0; }
};

}  // namespace florin
