// CheckpointThread: writes checkpoints to the state stores, off the hot path. A checkpoint is submitted only
// when the entry that it reflects is durable, so a store is never ahead of the log. One that has no room goes back to who
// submitted it (actors/hosting/partition_host.hpp tries it again); any other failure is the end. What becomes of a write is
// judged by write_checkpoint (actors/hosting/checkpoint_marks.hpp), here as in the simulator.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "actors/partition/partition_state.hpp"
#include "persistence/state_store.hpp"
#include "runtime/engine/control/thread_end.hpp"

namespace florin {

class CheckpointThread {
 public:
  struct Job {
    StateStore* store = nullptr;  // null: nothing to write, only somebody to be told in its turn
    Checkpoint checkpoint;
    std::function<void(LogIndex)> written;  // on the checkpoint thread, after the write is durable
    std::size_t scrub_rows = 0;             // not 0: a step of the scrub, and no checkpoint
    std::function<void(const ScrubStep&)> scrubbed;
    // Instead of `written`, on the same thread: the store is damaged and has not taken it; or it had no room, and is as it was.
    std::function<void()> damaged;
    std::function<void(Checkpoint)> refused;
  };
  struct Observer {
    std::function<void(std::size_t, std::chrono::nanoseconds)> finished;  // rows, time
    std::function<void(const Error&)> refused;  // no room: the log has it, and it comes again
    std::function<void(const Error&)>
        failed;  // of a store that is whole; final: the node must stop
  };

  explicit CheckpointThread(Observer observer);
  ~CheckpointThread() { stop(); }

  void submit(Job job);
  // Never blocks. `passed` is called by the thread behind all that was submitted before; never when a store has failed.
  void pass(std::function<void()> passed);
  // Never blocks. The thread writes what is queued and ends; `ended` is the last that it calls.
  void end(std::function<void()> ended);
  // The same, and waits for it.
  void stop();

 private:
  void begin_to_end();
  void write_jobs();

  Observer observer_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  ThreadEnd end_;
  std::thread thread_;
};

}  // namespace florin
