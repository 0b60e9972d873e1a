// PartitionManager: the CAF actor that hosts one partition. A thin shell: it brings wake-ups, ticks and the
// stop to the PartitionHost (actors/hosting/partition_host.hpp), which decides everything, and carries
// what that one does to the journal, the request desk, the router, logs and metrics.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "actors/hosting/inbox.hpp"
#include "actors/hosting/solo_partition.hpp"
#include "base/clock.hpp"
#include "runtime/engine/checkpoint_thread.hpp"
#include "runtime/engine/journal_thread.hpp"
#include "runtime/engine/stored_state.hpp"

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
  EventLogReader* log = nullptr;                                // to make a damaged state again
  Metrics* metrics = nullptr;                                   // may be null
  std::function<void(LogEntry)> append;                         // to the journal
  std::function<void(std::vector<Reply>)> deliver;              // to those who asked
  std::function<void(PartitionId, std::vector<Message>)> tell;  // to other partitions
  std::function<void(CheckpointThread::Job)> write_checkpoint;
  std::function<void()> stopped;             // after StopAtom: all is in the store
  std::function<void(const Error&)> failed;  // the node must stop
};

using ManagerOptions = HostOptions;

// What every shell of a partition tells logs and metrics (which may be null).
void report_effects(const Effects& effects, Metrics* metrics);
// `reported`: the counters of the last call.
void report_gauges(PartitionState& state, std::size_t inbox_size, PartitionCounters& reported,
                   Metrics& metrics);

// How far its time is ahead of the clock; logs when that begins and ends to be more than clocks may differ.
void report_time(PartitionHost& host, PartitionId partition, bool& is_ahead, Metrics& metrics);

class PartitionManager : public caf::event_based_actor, private HostPorts {
 public:
  PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                   PartitionPorts ports, ManagerOptions options);

  caf::behavior make_behavior() override;

 private:
  // HostPorts
  [[nodiscard]] Timestamp now() const override { return ports_.clock->now(); }
  [[nodiscard]] std::int64_t monotonic_us() const override { return ports_.clock->monotonic_us(); }
  [[nodiscard]] LogIndex durable_index() const override { return ports_.durable->durable(); }
  [[nodiscard]] LogIndex checkpoint_index() const override { return store_work_.written(); }
  [[nodiscard]] bool is_writing_checkpoint() const override { return store_work_.is_writing(); }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return store_work_.take_refused();
  }
  void store_begins_again() override { store_work_.store_begins_again(); }
  void rebuilding(const RebuildNews& news) override { rebuild_report_.tell(news); }
  void scrub(std::size_t rows_max) override {
    if (auto job = store_work_.scrub(rows_max)) ports_.write_checkpoint(std::move(*job));
  }
  [[nodiscard]] Timestamp scrubbed_at() const override { return store_work_.scrubbed_at(); }
  void append(LogEntry entry) override { ports_.append(std::move(entry)); }
  void deliver(std::vector<Reply> replies) override { ports_.deliver(std::move(replies)); }
  void tell(PartitionId to, std::vector<Message> messages) override {
    ports_.tell(to, std::move(messages));
  }
  void write_checkpoint(Checkpoint checkpoint) override {
    ports_.write_checkpoint(store_work_.checkpoint(std::move(checkpoint)));
  }
  void stopped() override { ports_.stopped(); }
  void released(const Effects& effects) override { report_effects(effects, ports_.metrics); }
  void turn_begins() override { turn_began_ = std::chrono::steady_clock::now(); }
  void turn_ended(std::size_t messages) override;

  void on_tick();
  void publish_gauges();
  void look_at(const Status<Error>& status);

  PartitionPorts ports_;
  RebuildReport rebuild_report_;
  StoreWork store_work_;
  SoloPartition solo_;
  std::chrono::steady_clock::time_point turn_began_;
  PartitionCounters reported_;
  bool time_is_ahead_ = false;
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<florin::Partition>)
