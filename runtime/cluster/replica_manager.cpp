// From CAF messages to the replica, and from what it does to the node around it.
#include "runtime/cluster/replica_manager.hpp"

#include "runtime/engine/control/node_controls.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

ReplicaShell::ReplicaShell(ReplicaManagerPorts ports)
    : ports_(std::move(ports)),
      outside_(ports_.partition, ports_),
      replica_(ports_.partition, *ports_.map, *ports_.store, *ports_.log, *ports_.inbox,
               *ports_.news, outside_, *this, ports_.partition_options, ports_.host_options) {}

void ReplicaShell::publish_gauges() {
  if (ports_.metrics == nullptr || replica_.is_dropped()) return;
  report_gauges(replica_.partition().state(), ports_.inbox->size(), reported_, *ports_.metrics);
  report_time(replica_.host(), ports_.partition, time_is_ahead_, *ports_.metrics);
}

void ReplicaShell::publish_chain() {
  if (replica_.is_dropped()) return;
  const ChainHeads& heads = replica_.chain();
  const LogIndex committed = replica_.committed();
  ChainShown shown{committed, heads.to_tell(committed), heads.all(committed), heads.who_differ(),
                   heads.stands_apart()};
  const std::lock_guard lock(chain_mutex_);
  chain_ = std::move(shown);
}

ReplicaManager::behavior_type ReplicaManager::make_behavior() {
  delayed_send(this, tick_, TickAtom::value);
  return {
      [this](WakeAtom) { shell_->replica().wake(); },
      [this](TickAtom) {
        delayed_send(this, tick_, TickAtom::value);
        shell_->replica().tick();
        shell_->publish_gauges();
        shell_->publish_chain();
      },
      [this](StopAtom) { shell_->replica().stop(); },
      [](HealthAtom) { return DoneAtom::value; },
  };
}

void start_replica_manager(caf::actor_system& actors, std::shared_ptr<ReplicaShell> shell,
                           std::chrono::milliseconds tick, Inbox& inbox,
                           const SupervisorActor& supervisor, ManagerActor& manager) {
  const PartitionId partition = shell->partition();
  manager = actors.spawn<ReplicaManager, caf::lazy_init>(std::move(shell), tick);
  inbox.set_wake([&manager] { caf::anon_send(manager, WakeAtom::value); });
  caf::anon_send(supervisor, WatchAtom::value,
                 Watched{NodePart::partition, manager_name(partition), manager});
  caf::anon_send(manager, WakeAtom::value);
}

}  // namespace florin
