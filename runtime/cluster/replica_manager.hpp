// ReplicaManager: the CAF actor that hosts one replica. A thin shell, as PartitionManager is for the partition
// of a single node: wake-ups, ticks and the stop go to the Replica, what it does goes to the node.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/hosting/replica.hpp"
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
  std::function<void(std::uint64_t, LogEntry)> propose;       // reign, entry
  std::function<void(std::uint64_t, std::uint64_t)> confirm;  // reign, ticket
  std::function<void(std::vector<Reply>)> deliver;
  std::function<void(PartitionId, std::vector<Message>)> tell;
  std::function<void(CheckpointThread::Job)> write_checkpoint;
  std::function<void()> stopped;
  std::function<void(const ChainHeads::Difference&)> chain_differs;
  std::function<void()> give_up_leadership;
  std::function<void()> emptied;
  std::function<void(const Error&)> failed;
};

// Of a replica's hash chain, for other nodes and for people.
struct ChainShown {
  LogIndex committed = 0;
  std::vector<ChainHead> to_tell, all;
  std::vector<NodeNumber> who_differ;
  bool stands_apart = false;
};

// The replica and its ports; made and recovered before the actor, which then runs it alone.
class ReplicaShell final : private ReplicaPorts {
 public:
  explicit ReplicaShell(ReplicaManagerPorts ports);
  Replica& replica() { return replica_; }
  void publish_gauges();
  void publish_chain();
  // Any thread: as it was at the last tick.
  [[nodiscard]] ChainShown chain() const {
    const std::lock_guard lock(chain_mutex_);
    return chain_;
  }

 private:
  [[nodiscard]] Timestamp now() const override { return ports_.read_clock().time; }
  [[nodiscard]] ClockReading clock() const override { return ports_.read_clock(); }
  [[nodiscard]] std::int64_t monotonic_us() const override { return ports_.clock->monotonic_us(); }
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
  void propose(std::uint64_t reign, LogEntry entry) override {
    ports_.propose(reign, std::move(entry));
  }
  void confirm(std::uint64_t reign, std::uint64_t ticket) override {
    ports_.confirm(reign, ticket);
  }
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
  void chain_differs(const ChainHeads::Difference& difference) override {
    ports_.chain_differs(difference);
  }
  void emptied() override {
    if (ports_.emptied) ports_.emptied();
  }
  void give_up_leadership() override { ports_.give_up_leadership(); }
  void failed(const Error& error) override { ports_.failed(error); }

  ReplicaManagerPorts ports_;
  RebuildReport rebuild_report_;
  StoreWork store_work_;
  std::chrono::steady_clock::time_point turn_began_;
  PartitionCounters reported_;
  bool time_is_ahead_ = false;
  mutable std::mutex chain_mutex_;
  ChainShown chain_;
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
