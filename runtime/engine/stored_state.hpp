// The state store of a partition as a node opens it, and what logs and metrics say while it is made again.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "actors/hosting/partition_host.hpp"
#include "base/clock.hpp"
#include "persistence/checked_state_store.hpp"
#include "runtime/engine/checkpoint_thread.hpp"

namespace florin {

class Metrics;

// `directory`: state/pNNNN. A damaged store opens, and is made again by whoever hosts the partition.
Result<std::unique_ptr<CheckedStateStore>, Error> open_stored_state(const std::string& directory,
                                                                    PartitionId partition);

// What the checkpoint thread does for the store of one partition, and how far it is. On the partition's thread; the jobs come
// back on theirs, also after the actor has ended. At most one step of the scrub waits: a slow disk must not pile them up.
class StoreWork {
 public:
  // All outlive the jobs; `metrics` may be null.
  StoreWork(PartitionId partition, StateStore& store, Inbox& inbox, const Clock& clock,
            Metrics* metrics)
      : partition_(partition), store_(store), inbox_(inbox), clock_(clock), metrics_(metrics) {}

  CheckpointThread::Job checkpoint(Checkpoint checkpoint);
  // None: the last step is not over.
  std::optional<CheckpointThread::Job> scrub(std::size_t rows);
  void store_begins_again();

  [[nodiscard]] LogIndex written() const { return marks_->written.load(std::memory_order_acquire); }
  [[nodiscard]] bool is_writing() const {
    return marks_->ended.load(std::memory_order_acquire) != begun_;
  }
  // The checkpoint that the store had no room for, once.
  std::optional<Checkpoint> take_refused() {
    const std::lock_guard lock(marks_->mutex);
    return std::exchange(marks_->refused, std::nullopt);
  }
  [[nodiscard]] Timestamp scrubbed_at() const {
    return {marks_->scrubbed_at_us.load(std::memory_order_acquire)};
  }

 private:
  struct Marks {
    std::atomic<LogIndex> written{0};
    std::atomic<std::uint64_t> ended{0};  // checkpoints, written or not
    std::atomic<std::int64_t> scrubbed_at_us{0};
    std::atomic<bool> scrubs{false};
    std::mutex mutex;
    std::optional<Checkpoint> refused;
  };

  PartitionId partition_;
  StateStore& store_;
  Inbox& inbox_;
  const Clock& clock_;
  Metrics* metrics_;
  std::uint64_t begun_ = 0;  // checkpoints
  std::shared_ptr<Marks> marks_ = std::make_shared<Marks>();
};

// The store of a partition had no room for a checkpoint, which is tried again.
void report_refused_checkpoint(const Error& error, Metrics& metrics);

// Says in log and metrics how far a partition is that is made again; one for each partition, on its thread.
class RebuildReport {
 public:
  RebuildReport(PartitionId partition, const StateStore& store, Metrics* metrics)
      : partition_(partition), store_(store), metrics_(metrics) {}
  void tell(const RebuildNews& news);

 private:
  PartitionId partition_;
  const StateStore& store_;
  Metrics* metrics_;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_line_;
};

}  // namespace florin
