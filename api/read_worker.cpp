// One thread, one bounded queue.
#include "api/read_worker.hpp"

namespace florin {

ReadWorker::ReadWorker() : thread_([this] { run(); }) {}

void ReadWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool ReadWorker::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || jobs_.size() >= jobs_max) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void ReadWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace florin
