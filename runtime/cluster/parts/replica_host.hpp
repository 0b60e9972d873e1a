// ReplicaHost: the replicas of this node: out of store and log at the start, made and let go while it runs, and told what
// the replicated log has for them.
//
// Replicas come and go on the consensus thread, and not once the node stops. Crash anywhere: which replicas there are is in
// the records of their groups and in the map; a half-made one begins again, a half-deleted store is made again from the log.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "actors/asks/cluster_router.hpp"
#include "base/clock.hpp"
#include "base/format_level.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/cluster/consensus_thread.hpp"
#include "runtime/cluster/hosted_replicas.hpp"
#include "runtime/engine/node_engine.hpp"

namespace florin {

class ReplicaHost {
 public:
  // Ports that are the same for all replicas here: clock, options, deliver, failed, metrics; the host adds what is one
  // replica's own.
  struct Ports {
    std::function<ReplicaManagerPorts(PartitionId)> common;
    std::function<void(PartitionId, const ChainHeads::Difference&)> chain_differs;
    std::function<void(PartitionId)> give_up_leadership;
  };

  // All outlive it.
  ReplicaHost(const NodeConfig& config, const DataDirectory& directory, Journal& journal,
              ClusterRouter& router, NodeEngine& engine, Ports ports)
      : config_(config),
        directory_(directory),
        journal_(journal),
        router_(router),
        engine_(engine),
        ports_(std::move(ports)),
        streams_{config.node.partitions},
        replicas_(config.node.partitions) {}

  // --- start -----------------------------------------------------------------------------------------------
  // Out of its store and the log, as far as both are known to be committed.
  Status<Error> recover(const ReplicaHere& group);
  // Then all of them are in the log that runs, and, when there are actors, have managers.
  Status<Error> open_in(ReplicatedLog& log);
  void start_managers();
  [[nodiscard]] std::uint64_t entries_replayed() const { return entries_replayed_; }

  // --- on the consensus thread ---------------------------------------------------------------------------
  // While replicas may come and go; not once stop_hosting() has returned.
  template <typename Change>
  void while_hosting(Change change) {
    const std::lock_guard lock(mutex_);
    if (!stops_) change();
  }
  Status<Error> host(const ReplicaHere& group, ReplicatedLog& log);
  void drop(PartitionId partition);
  void committed(PartitionId partition, EntriesCommitted news);
  void tell(PartitionId partition, ReplicaNews news) {
    replicas_.find(partition)->tell(std::move(news));
  }

  // --- any thread ------------------------------------------------------------------------------------------
  void tell_if_here(PartitionId partition, ReplicaNews news) {
    if (HostedReplica* const hosted = replicas_.find(partition)) hosted->tell(std::move(news));
  }
  [[nodiscard]] std::optional<LogIndex> committed_of(PartitionId partition) const;
  [[nodiscard]] const HostedReplicas& replicas() const { return replicas_; }

  // --- stop ------------------------------------------------------------------------------------------------
  void stop_hosting();
  // Their last turns; how many managers were asked.
  std::size_t ask_to_stop();
  [[nodiscard]] std::vector<ManagerActor*> managers();

 private:
  // `later`: it recovers on its own thread.
  Result<HostedReplica*, Error> open(const ReplicaHere& group, bool later);
  Status<Error> open_in(ReplicatedLog& log, HostedReplica& hosted);
  void start_manager(HostedReplica& hosted);
  ReplicaManagerPorts ports_for(HostedReplica& hosted);

  const NodeConfig& config_;
  const DataDirectory& directory_;
  Journal& journal_;
  ClusterRouter& router_;
  NodeEngine& engine_;
  Ports ports_;
  LogStreams streams_;
  HostedReplicas replicas_;
  std::uint64_t entries_replayed_ = 0;
  std::mutex mutex_;
  bool stops_ = false;
};

}  // namespace florin
