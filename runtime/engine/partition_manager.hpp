// PartitionManager: the CAF actor that hosts one partition. A thin shell: it brings wake-ups, ticks and the
// stop to the PartitionHost (actors/hosting/partition_host.hpp), which decides everything, and entries to the journal.
// All else that the partition does is PartitionOutside's.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <functional>
#include <memory>

#include "actors/hosting/solo_partition.hpp"
#include "runtime/engine/control/actor_interfaces.hpp"
#include "runtime/engine/journal_thread.hpp"
#include "runtime/engine/partition_outside.hpp"

namespace florin {

// What is around the partition of a lone node: its own log beside what every one has.
struct PartitionPorts : NodePorts {
  DurableMark* durable = nullptr;
  std::function<void(LogEntry)> append;  // to the journal
};

using ManagerOptions = HostOptions;

// What every shell of a partition tells metrics. `reported`: the counters of the last call.
void report_gauges(PartitionState& state, std::size_t inbox_size, PartitionCounters& reported,
                   Metrics& metrics);

// How far its time is ahead of the clock; logs when that begins and ends to be more than clocks may differ.
void report_time(PartitionHost& host, PartitionId partition, bool& is_ahead, Metrics& metrics);

class PartitionManager : public ManagerActor::base, private TurnLog {
 public:
  PartitionManager(caf::actor_config& config, std::shared_ptr<Partition> partition,
                   PartitionPorts ports, ManagerOptions options);

  behavior_type make_behavior() override;

 private:
  // TurnLog
  [[nodiscard]] LogIndex durable_index() const override { return ports_.durable->durable(); }
  void append(LogEntry entry) override { ports_.append(std::move(entry)); }

  void on_tick();
  void publish_gauges();
  void look_at(const Status<Error>& status);

  PartitionPorts ports_;
  PartitionOutside outside_;
  SoloPartition solo_;
  PartitionCounters reported_;
  bool time_is_ahead_ = false;
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<florin::Partition>)
