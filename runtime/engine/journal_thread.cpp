// Takes all that has queued up, commits it as a group, wakes the partitions it belongs to.
#include "runtime/engine/journal_thread.hpp"

#include <chrono>

namespace florin {

JournalThread::JournalThread(EventLogWriter& log, std::vector<DurableMark>& marks,
                             Observer observer)
    : log_(log), marks_(marks), observer_(std::move(observer)) {
  thread_ = std::thread([this] { run(); });
}

void JournalThread::submit(LogEntry entry) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(entry));
    wake = sleeping_;
  }
  if (wake) condition_.notify_one();
}

void JournalThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void JournalThread::run() {
  std::vector<LogEntry> batch;
  for (;;) {
    batch.clear();
    std::size_t queued = 0;
    {
      std::unique_lock lock(mutex_);
      sleeping_ = true;
      condition_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      sleeping_ = false;
      if (queue_.empty()) return;  // stopping, and nothing is left
      batch.swap(queue_);
    }
    {
      const std::lock_guard lock(mutex_);
      queued = queue_.size();
    }
    if (!commit(batch, queued)) return;
  }
}

// transfer path 7/13: the turn's entry becomes durable; only now may its effects leave.
bool JournalThread::commit(const std::vector<LogEntry>& batch, std::size_t queued) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  for (const LogEntry& entry : batch) {
    bytes += entry.bytes.size();
    if (auto status = log_.append(entry); !status) {
      observer_.failed(status.error());
      return false;
    }
  }
  if (auto status = log_.sync(); !status) {
    observer_.failed(status.error());
    return false;
  }
  observer_.committed(batch.size(), bytes, std::chrono::steady_clock::now() - begin, queued);
  // Entries of a partition are in order: the last one counts. Then wake each partition once.
  for (const LogEntry& entry : batch)
    marks_[entry.partition].index.store(entry.index, std::memory_order_release);
  for (const LogEntry& entry : batch) marks_[entry.partition].inbox->wake();
  return true;
}

}  // namespace florin
