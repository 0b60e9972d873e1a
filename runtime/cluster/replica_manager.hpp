// ReplicaManager: the CAF actor that hosts one replica. A thin shell, as PartitionManager is for the partition
// of a single node: wake-ups, ticks and the stop go to the Replica, what it does goes to the node.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/hosting/replica.hpp"
#include "runtime/engine/control/supervisor.hpp"
#include "runtime/engine/partition_manager.hpp"

namespace florin {

// What is around a replica: its group beside what every partition has.
struct ReplicaManagerPorts : NodePorts {
  PartitionId partition = 0;
  const PartitionMap* map = nullptr;
  ReplicaNewsQueue* news = nullptr;
  PartitionOptions partition_options;
  HostOptions host_options;
  std::function<void(std::uint64_t, LogEntry)> propose;       // reign, entry
  std::function<void(std::uint64_t, std::uint64_t)> confirm;  // reign, ticket
  std::function<void(const ChainHeads::Difference&)> chain_differs;
  std::function<void()> give_up_leadership;
  std::function<void()> emptied;
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
  [[nodiscard]] PartitionId partition() const { return ports_.partition; }
  void publish_gauges();
  void publish_chain();
  // Any thread: as it was at the last tick.
  [[nodiscard]] ChainShown chain() const {
    const std::lock_guard lock(chain_mutex_);
    return chain_;
  }

 private:
  // ReplicaPorts
  void propose(std::uint64_t reign, LogEntry entry) override {
    ports_.propose(reign, std::move(entry));
  }
  void confirm(std::uint64_t reign, std::uint64_t ticket) override {
    ports_.confirm(reign, ticket);
  }
  void chain_differs(const ChainHeads::Difference& difference) override {
    ports_.chain_differs(difference);
  }
  void emptied() override {
    if (ports_.emptied) ports_.emptied();
  }
  void give_up_leadership() override { ports_.give_up_leadership(); }
  void failed(const Error& error) override { ports_.failed(error); }

  ReplicaManagerPorts ports_;
  PartitionOutside outside_;
  PartitionCounters reported_;
  bool time_is_ahead_ = false;
  mutable std::mutex chain_mutex_;
  ChainShown chain_;
  Replica replica_;
};

class ReplicaManager : public ManagerActor::base {
 public:
  ReplicaManager(caf::actor_config& config, std::shared_ptr<ReplicaShell> shell,
                 std::chrono::milliseconds tick)
      : ManagerActor::base(config), shell_(std::move(shell)), tick_(tick) {}
  behavior_type make_behavior() override;

 private:
  std::shared_ptr<ReplicaShell> shell_;
  std::chrono::milliseconds tick_;
};

// Puts the actor into `manager`, which stays where it is for as long as `inbox` is woken. It runs from its first
// message on: by then `inbox` wakes it and `supervisor` watches it (one that ends unseen leaves its partition silent).
void start_replica_manager(caf::actor_system& actors, std::shared_ptr<ReplicaShell> shell,
                           std::chrono::milliseconds tick, Inbox& inbox,
                           const SupervisorActor& supervisor, ManagerActor& manager);

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<florin::ReplicaShell>)
