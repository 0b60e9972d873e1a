// ThreadEnd: who is told that a thread has ended. For those who may not wait for it as a join does: a handler of a CAF actor.
//
// Promise: whoever asks is told once, by the thread as the last that it does, or at once when it does not run. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace florin {

class ThreadEnd {
 public:
  using Told = std::function<void()>;

  // A thread that runs this, and says at its end that it has come.
  template <class Run>
  std::thread begin(Run run) {
    begins();
    return std::thread([this, run = std::move(run)] {
      run();
      has_come();
    });
  }
  // Before the thread begins.
  void begins() {
    const std::lock_guard lock(mutex_);
    runs_ = true;
  }
  void then(Told told) {
    {
      const std::lock_guard lock(mutex_);
      if (runs_) return waiting_.push_back(std::move(told));
    }
    told();
  }
  // By the thread.
  void has_come() {
    std::vector<Told> waiting;
    {
      const std::lock_guard lock(mutex_);
      runs_ = false;
      waiting.swap(waiting_);
    }
    for (const Told& told : waiting) told();
  }

 private:
  std::mutex mutex_;
  bool runs_ = false;
  std::vector<Told> waiting_;
};

}  // namespace florin
