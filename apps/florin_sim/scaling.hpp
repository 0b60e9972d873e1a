// florin-sim --scaling: throughput in virtual time for clusters of 1 to N nodes (sim/scaling/README.md).
#pragma once

#include <CLI/App.hpp>
#include <cstdint>

namespace florin::sim {

struct ScalingOptions {
  std::uint32_t nodes_max = 0;  // 0: not asked for
  std::uint32_t batch = 500;
  std::uint32_t connections = 4;
  bool json = false;
};
void add_scaling_options(CLI::App& app, ScalingOptions& options);
// 1, 2, 4 ... nodes; a table on stdout. Exit code: 0, or 1 when something could not be measured.
int run_scaling_table(const ScalingOptions& options);

}  // namespace florin::sim
