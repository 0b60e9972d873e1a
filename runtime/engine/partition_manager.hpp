// PartitionManager: the CAF actor that hosts one partition. A thin shell: it is woken, releases the effects
// of turns that have become durable, runs the next turn over what has queued up, and hands its entry to the
// journal. All decisions are in actors/partition/.
//
// Crash anywhere here: what was not durable was not released; clients and coordinators send again.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "actors/partition/partition.hpp"
#include "base/clock.hpp"
#include "runtime/engine/checkpoint_thread.hpp"
#include "runtime/engine/inbox.hpp"
#include "runtime/engine/journal_thread.hpp"

namespace florin {

using WakeAtom = caf::atom_constant<caf::atom("wake")>;
using TickAtom = caf::atom_constant<caf::atom("tick")>;
using StopAtom = caf::atom_constant<caf::atom("stop")>;

class Metrics;

// Everything a manager touches of the world. Outlives the actor.
struct PartitionPorts {
  const Clock* clock = nullptr;
  Inbox* inbox = nullptr;
  DurableMark* durable = nullptr;
  StateStore* store = nullptr;
  Metrics* metrics = nullptr;                                       // may be null
  std::function<void(LogEntry)> append;                             // to the journal
  std::function<void(std::vector<Reply>)> deliver;                  // to those who asked
  std::function<void(PartitionId, std::vector<Message>)> tell;      // to other partitions
  std::function<void(CheckpointThread::Job)> write_checkpoint;
  std::function<void()> stopped;                                    // after StopAtom: all is in the store
};

struct ManagerOptions {
  std::size_t turn_messages_max = limits::turn_messages_max;
  std::size_t turns_in_flight_max = limits::turns_in_flight_max;
  std::int64_t checkpoint_interval_us = 2'000'000;
  std::size_t checkpoint_dirty_max = 200'000;
  std::chrono::milliseconds tick{100};
};

class PartitionManager : public caf::event_based_actor {
 public:
  PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                   PartitionPorts ports, ManagerOptions options);

  caf::behavior make_behavior() override;

 private:
  void on_wake();
  void on_tick();
  void on_stop();
  void run_turn(bool tick);
  void release_durable();
  void release(Effects effects);
  void maybe_checkpoint();
  void submit_checkpoint_if_durable();
  void maybe_stopped();
  void publish_gauges();

  std::shared_ptr<Partition> partition_;
  PartitionPorts ports_;
  ManagerOptions options_;
  EffectQueue effects_;
  std::vector<std::vector<Message>> messages_;  // of the running turn
  std::vector<LogIndex> in_flight_;  // indexes handed to the journal, not yet durable

  std::optional<Checkpoint> collected_;  // waits for its entry to be durable
  LogIndex collected_index_ = 0;
  bool checkpoint_running_ = false;
  std::shared_ptr<std::atomic<LogIndex>> checkpoint_written_;
  Timestamp next_checkpoint_;
  bool stopping_ = false;
  bool reported_stopped_ = false;
  PartitionCounters reported_;
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<florin::Partition>)
