// JournalThread: the only thread that writes and syncs the log. Takes whatever entries have queued up from
// all partitions, makes them durable in one group commit, and tells each partition how far it is.
//
// A failed append or sync is final: `on_failure` is told and nothing is written or released any more.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "actors/hosting/durable_mark.hpp"
#include "persistence/event_log.hpp"
#include "persistence/group_commit.hpp"

namespace florin {

class JournalThread {
 public:
  struct Observer {
    // After each group commit: entries, bytes, nanoseconds; and the queue's length behind it.
    std::function<void(std::size_t, std::size_t, std::chrono::nanoseconds, std::size_t)> committed;
    std::function<void(const Error&)> failed;
  };

  JournalThread(EventLogWriter& log, std::vector<DurableMark>& marks, Observer observer);
  ~JournalThread() { stop(); }

  void submit(LogEntry entry);
  // Writes what is queued, then ends the thread.
  void stop();

 private:
  void run();
  bool commit(const GroupCommit& group, std::size_t queued);

  EventLogWriter& log_;
  std::vector<DurableMark>& marks_;
  Observer observer_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::vector<LogEntry> queue_;
  bool stopping_ = false;
  bool sleeping_ = false;
  std::thread thread_;
};

}  // namespace florin
