// The state store of a partition as a node opens it, and what logs and metrics say while it is made again.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "actors/partition/partition_host.hpp"
#include "base/clock.hpp"
#include "persistence/checked_state_store.hpp"
#include "runtime/engine/checkpoint_thread.hpp"

namespace florin {

class Metrics;

// `directory`: state/pNNNN. A damaged store opens, and is made again by whoever hosts the partition.
Result<std::unique_ptr<CheckedStateStore>, Error> open_stored_state(const std::string& directory,
                                                                    PartitionId partition);

// Of the checkpoint thread, for one partition. Shared: it may come back after the actor has ended.
struct CheckpointMarks {
  std::atomic<LogIndex> written{0};
  std::atomic<std::uint64_t> ended{0};  // checkpoints, written or not
  std::atomic<std::int64_t> scrubbed_at_us{0};
};

// A step of the scrub, for the checkpoint thread.
CheckpointThread::Job scrub_job(StateStore& store, std::size_t rows, PartitionId partition,
                                const Clock& clock, Inbox& inbox,
                                std::shared_ptr<CheckpointMarks> marks, Metrics* metrics);

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
