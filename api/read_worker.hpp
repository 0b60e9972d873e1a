// ReadWorker: one thread for what must read the log (statements, histories of ended transfers), because
// neither the server's threads nor the partitions' may wait for a disk. Its queue is bounded.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace florin {

class ReadWorker {
 public:
  static constexpr std::size_t jobs_max = 1'024;

  ReadWorker();
  ~ReadWorker() { stop(); }
  ReadWorker(const ReadWorker&) = delete;
  ReadWorker& operator=(const ReadWorker&) = delete;

  // False: the queue is full or stopped, and `job` will not run.
  [[nodiscard]] bool post(std::function<void()> job);
  // Runs what is queued, takes nothing more, and ends the thread. Not from a job. Safe to call twice.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace florin
