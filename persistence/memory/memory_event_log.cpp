// The event log in memory.
#include "persistence/memory/memory_event_log.hpp"

#include <limits>
#include <utility>

namespace florin {

Status<Error> MemoryEventLog::append(const LogEntry& entry) {
  std::lock_guard lock(mutex_);
  if (failed_) return Err{*failed_};
  LogIndex& last = last_appended_[entry.partition];
  FLORIN_ASSERT(entry.index == last + 1, "entries of a partition must be contiguous");
  last = entry.index;
  pending_.push_back(entry);
  return Unit{};
}

Status<Error> MemoryEventLog::sync() {
  std::lock_guard lock(mutex_);
  if (failed_) return Err{*failed_};
  if (next_failure_) {
    failed_ = next_failure_;
    return Err{*failed_};
  }
  ++syncs_;
  for (LogEntry& entry : pending_) {
    durable_.push_back(std::move(entry));
    by_partition_[durable_.back().partition].push_back(&durable_.back());
  }
  pending_.clear();
  return Unit{};
}

Result<std::string, Error> MemoryEventLog::read(PartitionId partition, LogIndex index) {
  std::lock_guard lock(mutex_);
  const auto found = by_partition_.find(partition);
  if (found == by_partition_.end() || index == 0 || index > found->second.size())
    return Err{Error{Errc::missing, "the log has no entry " + std::to_string(index) +
                                        " of partition " + std::to_string(partition)}};
  return found->second[index - 1]->bytes;
}

LogIndex MemoryEventLog::last_index(PartitionId partition) const {
  std::lock_guard lock(mutex_);
  const auto found = by_partition_.find(partition);
  return found == by_partition_.end() ? 0 : found->second.size();
}

Status<Error> MemoryEventLog::scan(
    const std::vector<LogIndex>& after,
    const std::function<Status<Error>(const LogEntryView&)>& visit,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  for (std::size_t p = 0; p < after.size(); ++p)
    if (after[p] != std::numeric_limits<LogIndex>::max() &&
        after[p] > last_index(static_cast<PartitionId>(p)))
      return Err{Error{Errc::missing, "the log of partition " + std::to_string(p) +
                                          " ends before index " + std::to_string(after[p])}};
  for (std::size_t i = 0;; ++i) {
    const LogEntry* entry = nullptr;
    std::size_t total = 0;
    {
      std::lock_guard lock(mutex_);  // not held in `visit`, which may call us
      total = durable_.size();
      if (i < total) entry = &durable_[i];
    }
    if (progress) progress(i, total);
    if (entry == nullptr) return Unit{};
    const LogIndex skip = entry->partition < after.size() ? after[entry->partition] : 0;
    if (entry->index > skip)
      FLORIN_TRY_VOID(visit({entry->partition, entry->index, entry->bytes, i, "memory"}));
  }
}

void MemoryEventLog::fail_syncs(Error error) {
  std::lock_guard lock(mutex_);
  next_failure_ = std::move(error);
}

void MemoryEventLog::restart() {
  std::lock_guard lock(mutex_);
  pending_.clear();
  failed_.reset();
  next_failure_.reset();
  last_appended_.clear();
  for (const auto& [partition, entries] : by_partition_) last_appended_[partition] = entries.size();
}

std::uint64_t MemoryEventLog::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

}  // namespace florin
