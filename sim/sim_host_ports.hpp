// SimHostPorts: what a partition of a simulated node does to the world, whether its node is alone or one of a cluster:
// the effects that do not depend on where its log is.
#pragma once

#include "actors/hosting/host_ports.hpp"
#include "sim/sim_node.hpp"

namespace florin::sim {

class SimHostPorts : public HostPorts {
 protected:
  explicit SimHostPorts(SimNode& node) : node_(node) {}

  void call(std::vector<OutsideCall> calls) override {
    for (OutsideCall& call : calls) node_.call_outside(std::move(call));
  }
  void alarm(const Alarm& alarm) override { node_.outside_.alarm(alarm); }
  void ended(const EndedTransfers&) override {}

 private:
  SimNode& node_;
};

}  // namespace florin::sim
