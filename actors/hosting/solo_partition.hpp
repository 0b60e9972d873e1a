// SoloPartition: a partition of a node that is alone: takes turns from its start to its stop, and is made again from the
// log when its store is damaged. The CAF actor of the node and the simulator's node are shells around it.
//
// Promises
//  - Nothing that was read from a damaged store is heard: the turn that met it is thrown away, and so is the state. What
//    it and those before it would have said is dropped as in a crash; whoever asked is told `lost`: ask again with the
//    same id.
//  - Meanwhile the other partitions of the node serve; what comes here from clients is refused with `rebuilding`, what
//    comes from partitions is dropped: they send it again.
//  - It is made again a step at a time, so that a long log does not keep others from their turns, and from an empty
//    store; checkpoints are written on the way, so that a crash there does not begin at the first entry again.
// Crash anywhere: as a start.
#pragma once

#include <memory>

#include "actors/hosting/partition_host.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

class SoloPartition {
 public:
  // All outlive it. `partition` has recovered, or its store is damaged. `log` may be null where no store is checked.
  SoloPartition(std::shared_ptr<Partition> partition, const PartitionMap& map, StateStore& store,
                EventLogReader* log, Inbox& inbox, HostPorts& ports, TurnLog& turn_log,
                HostOptions options);

  // Of the host, after a look at the store. An error: the log or the place of the store cannot be used: the node stops.
  Status<Error> wake();
  Status<Error> tick();
  Status<Error> stop();

  // Its state says nothing yet that may be told.
  [[nodiscard]] bool is_rebuilding() const { return is_rebuilding_ || host_->is_damaged(); }
  Partition& partition() { return *partition_; }
  PartitionHost& host() { return *host_; }

 private:
  Status<Error> after(bool woken);
  void begin_rebuild();
  Status<Error> rebuild_step();
  Status<Error> begin_again();
  void finish_rebuild();
  void make_host();
  void tell_stopped();

  PartitionId id_;
  const PartitionMap& map_;
  StateStore& store_;
  EventLogReader* log_;
  Inbox& inbox_;
  HostPorts& ports_;
  TurnLog& turn_log_;
  PartitionOptions partition_options_;
  HostOptions options_;
  std::shared_ptr<Partition> partition_;
  std::unique_ptr<PartitionHost> host_;
  bool is_rebuilding_ = false;
  bool has_begun_again_ = false;  // the store is the new one
  LogIndex last_ = 0;  // entry that it must reach: all that was decided here is in the log by then
  bool stopping_ = false;
  bool told_that_stopped_ = false;
};

}  // namespace florin
