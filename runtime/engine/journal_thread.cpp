// Takes all that has queued up, commits it as a group, wakes the partitions it belongs to.
#include "runtime/engine/journal_thread.hpp"

#include <chrono>

namespace florin {

JournalThread::JournalThread(EventLogWriter& log, std::vector<DurableMark>& marks,
                             Observer observer)
    : log_(log), marks_(marks), observer_(std::move(observer)) {
  thread_ = end_.begin([this] { commit_groups(); });
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

void JournalThread::pass(std::function<void()> passed) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    passing_.push_back(std::move(passed));
    wake = sleeping_;
  }
  if (wake) condition_.notify_one();
}

void JournalThread::begin_to_end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_one();
}

void JournalThread::end(std::function<void()> ended) {
  begin_to_end();
  end_.then(std::move(ended));
}

void JournalThread::stop() {
  begin_to_end();
  if (thread_.joinable()) thread_.join();
}

void JournalThread::commit_groups() {
  GroupCommit group;
  std::vector<std::function<void()>> passing;
  for (;;) {
    std::size_t queued = 0;
    passing.clear();
    {
      std::unique_lock lock(mutex_);
      sleeping_ = true;
      condition_.wait(lock, [this] { return stopping_ || !queue_.empty() || !passing_.empty(); });
      sleeping_ = false;
      if (queue_.empty() && passing_.empty()) return;  // stopping, and nothing is left
      group.take(queue_);
      passing.swap(passing_);
    }
    {
      const std::lock_guard lock(mutex_);
      queued = queue_.size();
    }
    if (group.size() != 0 && !commit(group, queued)) return;
    for (const auto& passed : passing) passed();
  }
}

// transfer path 7/13: the turn's entry becomes durable; only now may its effects leave.
bool JournalThread::commit(const GroupCommit& group, std::size_t queued) {
  const auto begin = std::chrono::steady_clock::now();
  if (auto status = group.append(log_); !status) {
    observer_.failed(status.error());
    return false;
  }
  if (auto status = log_.sync(); !status) {
    observer_.failed(status.error());
    return false;
  }
  observer_.committed(group.size(), group.bytes(), std::chrono::steady_clock::now() - begin,
                      queued);
  tell_durable(group, marks_);
  return true;
}

}  // namespace florin
