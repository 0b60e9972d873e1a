// From CAF messages to the partition host; gauges.
#include "runtime/engine/partition_manager.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

PartitionManager::PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                                   PartitionPorts ports, ManagerOptions options)
    : ManagerActor::base(config),
      ports_(std::move(ports)),
      outside_(partition->state().id(), ports_),
      solo_(partition, partition->state().map(), *ports_.store, ports_.log, *ports_.inbox, outside_,
            *this, options) {}

PartitionManager::behavior_type PartitionManager::make_behavior() {
  delayed_send(this, solo_.host().options().tick, TickAtom::value);
  return {
      [this](WakeAtom) { look_at(solo_.wake()); },
      [this](TickAtom) { on_tick(); },
      [this](StopAtom) { look_at(solo_.stop()); },
      [](HealthAtom) { return DoneAtom::value; },
  };
}

void PartitionManager::look_at(const Status<Error>& status) {
  if (!status) ports_.failed(status.error());
}

void PartitionManager::on_tick() {
  delayed_send(this, solo_.host().options().tick, TickAtom::value);
  look_at(solo_.tick());
  publish_gauges();
}

void PartitionManager::publish_gauges() {
  if (ports_.metrics == nullptr) return;
  PartitionState& state = solo_.partition().state();
  report_gauges(state, ports_.inbox->size(), reported_, *ports_.metrics);
  report_time(solo_.host(), state.id(), time_is_ahead_, *ports_.metrics);
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
  metrics.transfers_in_flight(state.id(), state.open_transfer_count(), state.open_posting_count());
  metrics.entities_resident(state.id(), state.resident());
  const WideMinor difference = state.ledger_sums().difference();
  constexpr WideMinor shown_max = std::numeric_limits<std::int64_t>::max();
  metrics.books_difference(state.id(), static_cast<std::uint64_t>(std::min(difference, shown_max)));
  const PartitionCounters& now = state.counters();
  if (now.account_hits < reported.account_hits) reported = {};  // the partition was made again
  metrics.entity_cache_used(now.account_hits - reported.account_hits,
                            now.account_activations - reported.account_activations,
                            now.account_passivations - reported.account_passivations);
  reported = now;
}

}  // namespace florin
