// The replicas of a cluster's node, by partition. They come and go while the node runs (on the consensus thread);
// others look them up. Who has looked one up may use it for as long as the node lives: one that went is empty, not
// freed.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "actors/hosting/replica_start.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/checked_state_store.hpp"
#include "runtime/cluster/replica_manager.hpp"

namespace florin {

struct HostedReplica {
  explicit HostedReplica(std::size_t inbox_max) : inbox(inbox_max) {}
  ReplicaHere group;
  std::optional<ReplicaStart> start;
  std::unique_ptr<CheckedStateStore> store;
  Inbox inbox;
  ReplicaNewsQueue news;
  std::atomic<LogIndex> committed{0};
  std::shared_ptr<ReplicaShell> shell;
  ManagerActor manager;
  [[nodiscard]] PartitionId id() const { return static_cast<PartitionId>(group.group); }
  // Any thread.
  void tell(ReplicaNews what) {
    news.push(std::move(what));
    inbox.wake();
  }
};

class HostedReplicas {
 public:
  explicit HostedReplicas(std::size_t partitions) : slots_(partitions) {}

  // Any thread. Null: no replica here.
  [[nodiscard]] HostedReplica* find(PartitionId partition) const {
    return slots_.at(partition).load(std::memory_order_acquire);
  }
  [[nodiscard]] std::size_t partitions() const { return slots_.size(); }

  // One thread at a time, as all().
  HostedReplica& add(std::unique_ptr<HostedReplica> hosted) {
    HostedReplica& added = *all_.emplace_back(std::move(hosted));
    slots_.at(added.id()).store(&added, std::memory_order_release);
    return added;
  }
  void remove(PartitionId partition) {
    slots_.at(partition).store(nullptr, std::memory_order_release);
  }
  // Those that went, too.
  [[nodiscard]] const std::vector<std::unique_ptr<HostedReplica>>& all() const { return all_; }

 private:
  std::vector<std::atomic<HostedReplica*>> slots_;
  std::vector<std::unique_ptr<HostedReplica>> all_;
};

}  // namespace florin
