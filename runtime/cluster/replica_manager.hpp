// ReplicaManager: the CAF actor that hosts one replica. A thin shell, as PartitionManager is for the partition
// of a single node: wake-ups, ticks and the stop go to the Replica, what it does goes to the node.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <functional>
#include <memory>

#include "actors/partition/replica.hpp"
#include "base/clock.hpp"
#include "runtime/engine/checkpoint_thread.hpp"
#include "runtime/engine/partition_manager.hpp"

namespace florin {

// Everything a replica touches of the world. Outlives the actor.
struct ReplicaManagerPorts {
  PartitionId partition = 0;
  const PartitionMap* map = nullptr;
  const Clock* clock = nullptr;
  std::function<ClockReading()> read_clock;  // the time to go by, any thread
  StateStore* store = nullptr;
  EventLogReader* log = nullptr;
  Inbox* inbox = nullptr;
  ReplicaNewsQueue* news = nullptr;
  Metrics* metrics = nullptr;  // may be null
  PartitionOptions partition_options;
  HostOptions host_options;
  std::function<void(std::uint64_t, LogEntry)> propose;       // epoch, entry
  std::function<void(std::uint64_t, std::uint64_t)> confirm;  // epoch, ticket
  std::function<void(std::vector<Reply>)> deliver;
  std::function<void(PartitionId, std::vector<Message>)> tell;
  std::function<void(CheckpointThread::Job)> write_checkpoint;
  std::function<void()> stopped;
  std::function<void(const Error&)> failed;
};

// The replica and its ports; made and recovered before the actor, which then runs it alone.
class ReplicaShell final : private ReplicaPorts {
 public:
  explicit ReplicaShell(ReplicaManagerPorts ports);
  Replica& replica() { return replica_; }
  void publish_gauges();

 private:
  [[nodiscard]] Timestamp now() const override { return ports_.read_clock().time; }
  [[nodiscard]] ClockReading clock() const override { return ports_.read_clock(); }
  [[nodiscard]] std::int64_t monotonic_us() const override { return ports_.clock->monotonic_us(); }
  [[nodiscard]] LogIndex checkpoint_index() const override { return checkpoint_news_->written(); }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return checkpoint_news_->take_refused();
  }
  void propose(std::uint64_t epoch, LogEntry entry) override {
    ports_.propose(epoch, std::move(entry));
  }
  void confirm(std::uint64_t epoch, std::uint64_t ticket) override {
    ports_.confirm(epoch, ticket);
  }
  void deliver(std::vector<Reply> replies) override { ports_.deliver(std::move(replies)); }
  void tell(PartitionId to, std::vector<Message> messages) override {
    ports_.tell(to, std::move(messages));
  }
  void write_checkpoint(Checkpoint checkpoint) override;
  void stopped() override { ports_.stopped(); }
  void released(const Effects& effects) override { report_effects(effects, ports_.metrics); }
  void turn_begins() override { turn_began_ = std::chrono::steady_clock::now(); }
  void turn_ended(std::size_t messages) override;
  void failed(const Error& error) override { ports_.failed(error); }

  ReplicaManagerPorts ports_;
  std::shared_ptr<CheckpointNews> checkpoint_news_;
  std::chrono::steady_clock::time_point turn_began_;
  PartitionCounters reported_;
  bool time_is_ahead_ = false;
  Replica replica_;
};

class ReplicaManager : public caf::event_based_actor {
 public:
  ReplicaManager(caf::actor_config& config, std::shared_ptr<ReplicaShell> shell,
                 std::chrono::milliseconds tick)
      : caf::event_based_actor(config), shell_(std::move(shell)), tick_(tick) {}
  caf::behavior make_behavior() override;

 private:
  std::shared_ptr<ReplicaShell> shell_;
  std::chrono::milliseconds tick_;
};

// Puts the actor into `manager`, which stays where it is for as long as `inbox` is woken. It runs from its first
// message on: by then `inbox` wakes it and `supervisor` watches it (one that ends unseen leaves its partition silent).
void start_replica_manager(caf::actor_system& actors, std::shared_ptr<ReplicaShell> shell,
                           std::chrono::milliseconds tick, Inbox& inbox,
                           const caf::actor& supervisor, caf::actor& manager);

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<florin::ReplicaShell>)
