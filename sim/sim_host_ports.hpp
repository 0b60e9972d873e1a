// SimHostPorts: what a partition of a simulated node does to the world, whether its node is alone or one of a cluster: its
// inbox, its store, and the effects that do not depend on where its log is. What PartitionOutside is in the real node.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "actors/hosting/host_ports.hpp"
#include "actors/hosting/inbox.hpp"
#include "sim/sim_node.hpp"
#include "sim/store_shell.hpp"

namespace florin::sim {

class SimHostPorts : public HostPorts {
 protected:
  // `failed`: see StoreShell.
  SimHostPorts(SimNode& node, PartitionId id, std::unique_ptr<CheckedStateStore> store,
               std::function<void(const Error&)> failed)
      : id_(id),
        inbox_(node.options_.inbox_messages_max, node.options_.waiting_reads_max),
        store_(node, id, std::move(store), inbox_, std::move(failed)),
        node_(node) {
    inbox_.set_gate(node.intake_);
  }

  // Outside
  void call(std::vector<OutsideCall> calls) override {
    for (OutsideCall& call : calls) node_.call_outside(std::move(call));
  }
  void alarm(const Alarm& alarm) override { node_.outside_.alarm(alarm); }
  void ended(const EndedTransfers&) override {}

  // HostPorts
  [[nodiscard]] std::int64_t monotonic_us() const override { return node_.clock_.monotonic_us(); }
  [[nodiscard]] LogIndex checkpoint_index() const override { return store_.marks().written(); }
  void write_checkpoint(Checkpoint checkpoint) override { store_.write(std::move(checkpoint)); }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return store_.marks().take_refused();
  }
  [[nodiscard]] bool is_writing_checkpoint() const override { return store_.marks().is_writing(); }
  void store_begins_again() override { store_.marks().store_begins_again(); }
  void scrub(std::size_t) override { store_.scrub(); }
  void stopped() override {}
  void turn_cost(const TurnCost& cost) override { node_.outside_.turn_cost(id_, cost); }

  PartitionId id_;
  Inbox inbox_;
  StoreShell store_;

 private:
  SimNode& node_;
};

}  // namespace florin::sim
