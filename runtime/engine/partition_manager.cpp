// From CAF messages to the partition host, and from what it does to the node around it.
#include "runtime/engine/partition_manager.hpp"

#include <chrono>
#include <utility>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

PartitionManager::PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                                   PartitionPorts ports, ManagerOptions options)
    : caf::event_based_actor(config),
      partition_(std::move(partition)),
      ports_(std::move(ports)),
      host_(*partition_, *ports_.inbox, *this, options),
      checkpoint_news_(std::make_shared<CheckpointNews>()) {}

caf::behavior PartitionManager::make_behavior() {
  delayed_send(this, host_.options().tick, TickAtom::value);
  return {
      [this](WakeAtom) { host_.wake(); },
      [this](TickAtom) { on_tick(); },
      [this](StopAtom) { host_.stop(); },
  };
}

void PartitionManager::on_tick() {
  delayed_send(this, host_.options().tick, TickAtom::value);
  host_.tick();
  publish_gauges();
}

void PartitionManager::write_checkpoint(Checkpoint checkpoint) {
  ports_.write_checkpoint(
      checkpoint_job(*ports_.store, std::move(checkpoint), checkpoint_news_, *ports_.inbox));
}

CheckpointThread::Job checkpoint_job(StateStore& store, Checkpoint checkpoint,
                                     const std::shared_ptr<CheckpointNews>& news, Inbox& inbox) {
  CheckpointThread::Job job;
  job.store = &store;
  job.checkpoint = std::move(checkpoint);
  job.written = [news, &inbox](LogIndex index) {
    news->written(index);
    inbox.wake();
  };
  job.refused = [news, &inbox](Checkpoint refused) {
    news->refuse(std::move(refused));
    inbox.wake();
  };
  return job;
}

void report_refused_checkpoint(const Error& error, Metrics& metrics) {
  metrics.checkpoint_refused();
  log_error("a checkpoint has no room: it is tried again, and the log keeps what it says",
            {{"reason", error.context},
             {"to_do", "free or add space; until then the next start takes longer"}});
}

void report_effects(const Effects& effects, Metrics* metrics) {
  for (const Alarm& alarm : effects.alarms)
    log_error("invariant alarm", {{"what", alarm.what},
                                  {"transfer", alarm.leg.transfer.to_string()},
                                  {"leg", std::int64_t{alarm.leg.leg}}});
  if (metrics == nullptr) return;
  for (const Protocol protocol : {Protocol::local, Protocol::tcc, Protocol::saga}) {
    const auto at = static_cast<std::size_t>(protocol);
    if (effects.ended_completed[at] != 0)
      metrics->transfers_finished(protocol, TransferEnd::completed, effects.ended_completed[at]);
    if (effects.ended_refused[at] != 0)
      metrics->transfers_finished(protocol, TransferEnd::refused, effects.ended_refused[at]);
  }
}

void PartitionManager::turn_ended(std::size_t messages) {
  if (ports_.metrics != nullptr)
    ports_.metrics->turn_finished(messages, std::chrono::steady_clock::now() - turn_began_);
}

void PartitionManager::publish_gauges() {
  if (ports_.metrics == nullptr) return;
  report_gauges(partition_->state(), ports_.inbox->size(), reported_, *ports_.metrics);
  report_time(host_, partition_->state().id(), time_is_ahead_, *ports_.metrics);
}

void report_time(PartitionHost& host, PartitionId partition, bool& is_ahead, Metrics& metrics) {
  const std::int64_t ahead_us = host.time_ahead_us();
  metrics.time_ahead(partition, std::chrono::microseconds(ahead_us));
  const bool is_now = ahead_us > host.options().clock_offset_max_us;
  if (std::exchange(is_ahead, is_now) == is_now) return;
  if (is_now)
    log_warning("a partition's time is ahead of the clock: one was wrong once, or is now",
                {{"partition", std::int64_t{partition}},
                 {"ahead_ms", ahead_us / 1000},
                 {"effect",
                  "clients' deadlines are compared with the clock; the time goes at "
                  "half pace until the clock has caught up"}});
  else
    log_info("the clock has caught up with a partition's time",
             {{"partition", std::int64_t{partition}}});
}

void report_gauges(PartitionState& state, std::size_t inbox_size, PartitionCounters& reported,
                   Metrics& metrics) {
  metrics.inbox_depth(state.id(), inbox_size);
  metrics.transfers_in_flight(state.id(), state.open_transfer_count());
  metrics.entities_resident(state.id(), state.resident_accounts());
  const PartitionCounters& now = state.counters();
  if (now.account_hits < reported.account_hits) reported = {};  // the partition was made again
  metrics.entity_cache_used(now.account_hits - reported.account_hits,
                            now.account_activations - reported.account_activations,
                            now.account_passivations - reported.account_passivations);
  reported = now;
}

}  // namespace florin
