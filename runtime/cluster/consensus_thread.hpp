// ConsensusThread: the thread that runs the replicated log of a cluster's node: the only one that calls the
// consensus engine, and that writes and syncs the journal. What comes in while a round is under way waits for
// the next, so that one sync serves everything that has queued up; full rounds leave a pause, so that more does.
//
// An error of the log is final: `failed` is told and nothing is sent or told any more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "cluster/replication/log_round.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "runtime/cluster/counting_writer.hpp"
#include "runtime/engine/control/thread_end.hpp"

namespace florin {

class ConsensusThread {
 public:
  struct Observer {
    // One sync of the journal: entries of all groups that it made durable, and their bytes with what else was
    // written (votes, commit indexes).
    std::function<void(std::size_t entries, std::size_t bytes, std::chrono::nanoseconds)> synced;
    std::function<void(const Error&)> failed;
    // After rounds, at most once per tick: for metrics and status pages.
    std::function<void(std::vector<ReplicatedLog::Status>)> looked;
  };

  // `journal` is what `log` writes to.
  ConsensusThread(ReplicatedLog& log, CountingWriter& journal, std::chrono::milliseconds tick,
                  Observer observer);
  ~ConsensusThread() { stop(); }

  void start();
  // Thread-safe, never block.
  void propose(GroupNumber group, Reign reign, LogIndex index, std::string entry);
  void confirm(GroupNumber group, Reign reign, std::uint64_t ticket);
  void receive(NodeNumber from, std::string frame);
  void unreachable(NodeNumber node);
  void hand_over(GroupNumber group, NodeNumber to);
  // On the thread, between two rounds; never when the log has failed.
  void run(std::function<void()> task);
  // Ends behind the round that is under way; what has queued up is dropped. `ended` is the last that the thread calls.
  void end(std::function<void()> ended);
  // The same, and waits for it.
  void stop();

 private:
  struct Propose {
    GroupNumber group;
    Reign reign;
    LogIndex index;
    std::string entry;
  };
  struct Confirm {
    GroupNumber group;
    Reign reign;
    std::uint64_t ticket;
  };
  struct Receive {
    NodeNumber from;
    std::string frame;
  };
  struct Unreachable {
    NodeNumber node;
  };
  struct HandOver {
    GroupNumber group;
    NodeNumber to;
  };
  using Input =
      std::variant<Propose, Confirm, Receive, Unreachable, HandOver, std::function<void()>>;

  void push(Input input);
  void begin_to_end();
  void run_rounds();
  bool take_inputs(bool wait);
  void release_commits();
  Status<Error> run_round();
  void note_sync(std::chrono::nanoseconds time);

  ReplicatedLog& log_;
  CountingWriter& journal_;
  LogRound round_;
  std::chrono::milliseconds tick_;
  Observer observer_;
  std::chrono::steady_clock::time_point next_tick_;
  std::chrono::steady_clock::time_point next_round_;    // not before
  std::chrono::steady_clock::time_point next_release_;  // of held commits

  std::mutex mutex_;
  std::condition_variable condition_;
  std::vector<Input> inputs_;
  bool sleeping_ = false;
  bool stopping_ = false;
  ThreadEnd end_;
  std::thread thread_;
};

}  // namespace florin
