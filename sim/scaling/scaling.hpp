// Throughput of a cluster in virtual time: the real partitions, replicated log and consensus on simulated nodes whose
// work takes as long as it was measured to take (WorkCosts). One machine can so say what 32 would do, and what bends
// the line. No faults, no checkers: those are what the other runs of the simulator are for.
//
// Load: at every node `connections` clients, each with one batch of transfers under way, between accounts that are
// spread evenly over all partitions. A transfer counts when its client is told that it is completed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/ports/work.hpp"

namespace florin::sim {

struct ScalingCase {
  std::uint32_t nodes = 3;
  std::uint32_t replication = 3;  // less on fewer nodes: 1
  std::uint32_t partitions_per_node = 8;
  std::uint32_t accounts_per_partition = 200;
  std::uint32_t connections = 4;  // of each node
  std::uint32_t batch = 500;      // transfers in a request
  WorkCosts costs;
  SimTime sync = 400;     // of a journal, us
  SimTime network = 100;  // one way, us
  SimTime warm_up = 300 * millisecond;
  SimTime measured = 500 * millisecond;
  std::uint64_t seed = 1;
};

struct ScalingResult {
  std::uint32_t nodes = 0, replication = 0, partitions = 0;
  std::uint64_t transfers = 0;  // completed while it was measured
  std::uint64_t others = 0;     // refused or not accepted: none, or the figures mean nothing
  std::uint64_t transfers_per_second = 0;
  std::uint64_t cpu_ns_per_transfer = 0;                  // of all nodes
  std::uint64_t busiest_permille = 0, mean_permille = 0;  // of a node's cores, busy
  std::uint64_t frames = 0;                               // between nodes, meanwhile
  SimTime batch_p50 = 0, batch_p99 = 0;
  std::string failure;  // why there is nothing
};

// As measured on one machine (README.md).
WorkCosts measured_costs();
ScalingResult run_scaling(const ScalingCase& what);

}  // namespace florin::sim
