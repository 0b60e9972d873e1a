// From CAF messages to the replica, and from what it does to the node around it.
#include "runtime/cluster/replica_manager.hpp"

#include "runtime/metrics/metrics.hpp"

namespace florin {

ReplicaShell::ReplicaShell(ReplicaManagerPorts ports)
    : ports_(std::move(ports)),
      checkpoint_news_(std::make_shared<CheckpointNews>()),
      replica_(ports_.partition, *ports_.map, *ports_.store, *ports_.log, *ports_.inbox,
               *ports_.news, static_cast<ReplicaPorts&>(*this), ports_.partition_options,
               ports_.host_options) {}

void ReplicaShell::write_checkpoint(Checkpoint checkpoint) {
  ports_.write_checkpoint(
      checkpoint_job(*ports_.store, std::move(checkpoint), checkpoint_news_, *ports_.inbox));
}

void ReplicaShell::turn_ended(std::size_t messages) {
  if (ports_.metrics != nullptr)
    ports_.metrics->turn_finished(messages, std::chrono::steady_clock::now() - turn_began_);
}

void ReplicaShell::publish_gauges() {
  if (ports_.metrics == nullptr || replica_.is_dropped()) return;
  report_gauges(replica_.partition().state(), ports_.inbox->size(), reported_, *ports_.metrics);
  report_time(replica_.host(), ports_.partition, time_is_ahead_, *ports_.metrics);
}

caf::behavior ReplicaManager::make_behavior() {
  delayed_send(this, tick_, TickAtom::value);
  return {
      [this](WakeAtom) { shell_->replica().wake(); },
      [this](TickAtom) {
        delayed_send(this, tick_, TickAtom::value);
        shell_->replica().tick();
        shell_->publish_gauges();
      },
      [this](StopAtom) { shell_->replica().stop(); },
  };
}

void start_replica_manager(caf::actor_system& actors, std::shared_ptr<ReplicaShell> shell,
                           std::chrono::milliseconds tick, Inbox& inbox,
                           const caf::actor& supervisor, caf::actor& manager) {
  manager = actors.spawn<ReplicaManager, caf::lazy_init>(std::move(shell), tick);
  inbox.set_wake([&manager] { caf::anon_send(manager, WakeAtom::value); });
  caf::anon_send(supervisor, manager);
  caf::anon_send(manager, WakeAtom::value);
}

}  // namespace florin
