// CheckpointThread: writes checkpoints to the state stores, off the hot path. A checkpoint is submitted only
// when the entry that it reflects is durable, so a store is never ahead of the log. One that has no room goes back to who
// submitted it (actors/partition/partition_host.hpp tries it again); any other failure is the end.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "actors/partition/partition_state.hpp"
#include "persistence/state_store.hpp"

namespace florin {

// How the checkpoints of one partition have ended. Shared: the thread may come back after the partition's actor has gone.
class CheckpointNews {
 public:
  void written(LogIndex index) { written_.store(index, std::memory_order_release); }
  [[nodiscard]] LogIndex written() const { return written_.load(std::memory_order_acquire); }
  void refuse(Checkpoint checkpoint) {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(checkpoint);
  }
  std::optional<Checkpoint> take_refused() {
    const std::lock_guard lock(mutex_);
    return std::exchange(refused_, std::nullopt);
  }

 private:
  std::atomic<LogIndex> written_{0};
  std::mutex mutex_;
  std::optional<Checkpoint> refused_;
};

class CheckpointThread {
 public:
  struct Job {
    StateStore* store = nullptr;
    Checkpoint checkpoint;
    // On the checkpoint thread: the write is durable; or there was no room, and the store is as it was.
    std::function<void(LogIndex)> written;
    std::function<void(Checkpoint)> refused;
  };
  struct Observer {
    std::function<void(std::size_t, std::chrono::nanoseconds)> finished;  // rows, time
    std::function<void(const Error&)> refused;  // no room: the log has it, and it comes again
    std::function<void(const Error&)> failed;   // final: the node must stop
  };

  explicit CheckpointThread(Observer observer);
  ~CheckpointThread() { stop(); }

  void submit(Job job);
  // Writes what is queued, then ends the thread.
  void stop();

 private:
  void run();

  Observer observer_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace florin
