// GroupCommit: entries of several partitions that one sync makes durable, step by step: take, append, sync (the caller's),
// tell. The node's journal thread runs the steps one after the other, the simulator lets power fail between any two.
//
// Promise: nobody is told of an entry before all of its group is durable. Crash before the sync: the group never was. Crash
// behind it: it is in the log, and nobody has been told.
#pragma once

#include <utility>
#include <vector>

#include "persistence/event_log.hpp"

namespace florin {

class GroupCommit {
 public:
  // All that has queued up; the queue is empty then.
  void take(std::vector<LogEntry>& queue) {
    group_.clear();
    group_.swap(queue);
  }
  [[nodiscard]] std::size_t size() const { return group_.size(); }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const LogEntry& entry : group_) bytes += entry.bytes.size();
    return bytes;
  }
  // Into the log's buffer, in order. An error is final.
  Status<Error> append(EventLogWriter& log) const {
    for (const LogEntry& entry : group_) FLORIN_TRY_VOID(log.append(entry));
    return Unit{};
  }
  // After the sync: mark(entry) of each, in order, so that of each partition the last one counts; then wake(partition): who
  // wakes up finds the marks of all.
  template <typename Mark, typename Wake>
  void tell(Mark mark, Wake wake) const {
    for (const LogEntry& entry : group_) mark(entry);
    for (const LogEntry& entry : group_) wake(entry.partition);
  }

 private:
  std::vector<LogEntry> group_;
};

}  // namespace florin
