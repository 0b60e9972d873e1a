// CheckpointMarks: how far the store of one partition is, between whoever hosts the partition and whoever writes its
// checkpoints; and what a write leaves behind. The node's checkpoint thread and the simulator's store shell tell the same
// marks, so what a host believes of its store is one piece of code.
//
// Promise: `written` moves after a write and never before it; a checkpoint that had no room comes back whole, once; whoever
// has ended a checkpoint, written or not, wakes the partition. Crash anywhere: nothing of this is kept; the store says where
// it is at the next start.
//
// The partition's thread on one side, the writer's on the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "actors/hosting/inbox.hpp"
#include "actors/partition/partition_state.hpp"
#include "persistence/store_write.hpp"

namespace florin {

class CheckpointMarks {
 public:
  // Outlives it.
  explicit CheckpointMarks(Inbox& inbox) : inbox_(inbox) {}

  // --- of the partition ------------------------------------------------------------------------------------
  void handed_out() { ++begun_; }
  [[nodiscard]] LogIndex written() const { return written_.load(std::memory_order_acquire); }
  // One that was handed out has not come to its end.
  [[nodiscard]] bool is_writing() const { return ended_.load(std::memory_order_acquire) != begun_; }
  // The checkpoint that the store had no room for, once.
  std::optional<Checkpoint> take_refused() {
    const std::lock_guard lock(mutex_);
    return std::exchange(refused_, std::nullopt);
  }
  // The store is empty now: no checkpoint is in it, and nothing of it has been looked at.
  void store_begins_again() {
    written_.store(0, std::memory_order_release);
    scrubbed_at_us_.store(0, std::memory_order_release);
    take_refused();
  }
  // A step of the scrub. False: the last one is not over; a slow disk must not pile them up.
  bool begin_scrub() { return !scrubs_.exchange(true, std::memory_order_acq_rel); }
  [[nodiscard]] Timestamp scrubbed_at() const {
    return {scrubbed_at_us_.load(std::memory_order_acquire)};
  }

  // --- of whoever writes -----------------------------------------------------------------------------------
  void is_in_the_store(LogIndex index) {
    written_.store(index, std::memory_order_release);
    end();
  }
  void had_no_room(Checkpoint checkpoint) {
    {
      const std::lock_guard lock(mutex_);
      refused_ = std::move(checkpoint);
    }
    end();
  }
  // The store is damaged: the partition sees that when it wakes.
  void was_not_taken() { end(); }
  void has_scrubbed(const ScrubStep& step, Timestamp now) {
    if (step.is_round_over) scrubbed_at_us_.store(now.us, std::memory_order_release);
    scrubs_.store(false, std::memory_order_release);
  }
  void scrub_found_damage() {
    scrubs_.store(false, std::memory_order_release);
    inbox_.wake();
  }

 private:
  void end() {
    ended_.fetch_add(1, std::memory_order_release);
    inbox_.wake();
  }

  Inbox& inbox_;
  std::uint64_t begun_ = 0;  // checkpoints; the partition's
  std::atomic<std::uint64_t> ended_{0};
  std::atomic<LogIndex> written_{0};
  std::atomic<std::int64_t> scrubbed_at_us_{0};
  std::atomic<bool> scrubs_{false};
  std::mutex mutex_;
  std::optional<Checkpoint> refused_;
};

struct CheckpointWritten {
  StoreWrite outcome;
  Status<Error> status;
};

// Into the store. What had no room is whole again and may be written once more; of all else only the index is left, so that
// its memory can serve the next checkpoint.
inline CheckpointWritten write_checkpoint(StateStore& store, Checkpoint& checkpoint) {
  auto status = store.write(std::move(checkpoint.writes));
  const StoreWrite outcome = outcome_of(status, store);
  if (outcome == StoreWrite::no_room)
    checkpoint.list_writes();
  else
    checkpoint.rows.clear();
  return {outcome, std::move(status)};
}

}  // namespace florin
