// One checkpoint after the other; the first that a whole store cannot take is the end, unless only room was missing.
#include "runtime/engine/checkpoint_thread.hpp"

#include "actors/hosting/checkpoint_marks.hpp"

namespace florin {

CheckpointThread::CheckpointThread(Observer observer) : observer_(std::move(observer)) {
  thread_ = end_.begin([this] { write_jobs(); });
}

void CheckpointThread::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  condition_.notify_one();
}

void CheckpointThread::pass(std::function<void()> passed) {
  Job job;
  job.written = [passed = std::move(passed)](LogIndex) { passed(); };
  submit(std::move(job));
}

void CheckpointThread::begin_to_end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_one();
}

void CheckpointThread::end(std::function<void()> ended) {
  begin_to_end();
  end_.then(std::move(ended));
}

void CheckpointThread::stop() {
  begin_to_end();
  if (thread_.joinable()) thread_.join();
}

void CheckpointThread::write_jobs() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      condition_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    if (job.store == nullptr) {
      job.written(job.checkpoint.index);
      continue;
    }
    if (job.scrub_rows != 0) {
      const auto step = job.store->scrub(job.scrub_rows);
      step ? job.scrubbed(*step) : job.damaged();
      continue;
    }
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t rows = job.checkpoint.writes.size();
    const auto [outcome, status] = write_checkpoint(*job.store, job.checkpoint);
    if (outcome == StoreWrite::no_room && job.refused) {
      observer_.refused(status.error());
      job.refused(std::move(job.checkpoint));
      continue;
    }
    if (outcome == StoreWrite::damaged && job.damaged) {
      job.damaged();
      continue;
    }
    if (outcome != StoreWrite::written) return observer_.failed(status.error());
    observer_.finished(rows, std::chrono::steady_clock::now() - begin);
    job.written(job.checkpoint.index);
  }
}

}  // namespace florin
