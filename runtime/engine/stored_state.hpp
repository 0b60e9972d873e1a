// The state store of a partition as a node opens it, and what logs and metrics say while it is made again.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/hosting/checkpoint_marks.hpp"
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
// back on theirs, also after the actor has ended.
class StoreWork {
 public:
  // All outlive the jobs; `metrics` may be null.
  StoreWork(PartitionId partition, StateStore& store, Inbox& inbox, const Clock& clock,
            Metrics* metrics)
      : partition_(partition),
        store_(store),
        clock_(clock),
        metrics_(metrics),
        marks_(std::make_shared<CheckpointMarks>(inbox)) {}

  CheckpointThread::Job checkpoint(Checkpoint checkpoint);
  // None: the last step is not over.
  std::optional<CheckpointThread::Job> scrub(std::size_t rows);

  CheckpointMarks& marks() { return *marks_; }
  [[nodiscard]] const CheckpointMarks& marks() const { return *marks_; }

 private:
  PartitionId partition_;
  StateStore& store_;
  const Clock& clock_;
  Metrics* metrics_;
  std::shared_ptr<CheckpointMarks> marks_;
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
