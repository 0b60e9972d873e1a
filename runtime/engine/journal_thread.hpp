// JournalThread: the only thread that writes and syncs the log. Takes whatever entries have queued up from
// all partitions, makes them durable in one group commit, and tells each partition how far it is.
//
// A failed append or sync is final: `failed` is told and nothing is written or released any more.
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
#include "runtime/engine/control/thread_end.hpp"

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
  // Never blocks. `passed` is called by the thread once all is durable that was submitted before; never when the log has failed.
  void pass(std::function<void()> passed);
  // Never blocks. The thread writes what is queued and ends; `ended` is the last that it calls.
  void end(std::function<void()> ended);
  // The same, and waits for it.
  void stop();

 private:
  void begin_to_end();
  void commit_groups();
  bool commit(const GroupCommit& group, std::size_t queued);

  EventLogWriter& log_;
  std::vector<DurableMark>& marks_;
  Observer observer_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::vector<LogEntry> queue_;
  std::vector<std::function<void()>> passing_;
  bool stopping_ = false;
  bool sleeping_ = false;
  ThreadEnd end_;
  std::thread thread_;
};

}  // namespace florin
