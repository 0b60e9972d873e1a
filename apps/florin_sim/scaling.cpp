// A table row for each size, as it comes: the large ones take minutes.
#include "apps/florin_sim/scaling.hpp"

#include <cstdio>
#include <vector>

#include "sim/scaling/scaling.hpp"

namespace florin::sim {
namespace {

double frames_per_transfer(const ScalingResult& r) {
  return r.transfers == 0 ? 0 : double(r.frames) / double(r.transfers);
}

void print_json(const ScalingResult& r) {
  std::printf(
      "{\"nodes\":%u,\"replication\":%u,\"partitions\":%u,\"transfers_per_second\":%.0f,"
      "\"cpu_us_per_transfer\":%.2f,\"cpu_busiest\":%.3f,\"cpu_mean\":%.3f,\"frames_per_transfer\":"
      "%.3f,"
      "\"batch_p50_ms\":%.2f,\"batch_p99_ms\":%.2f}\n",
      r.nodes, r.replication, r.partitions, double(r.transfers_per_second),
      double(r.cpu_ns_per_transfer) / 1'000, double(r.busiest_permille) / 1'000,
      double(r.mean_permille) / 1'000, frames_per_transfer(r), double(r.batch_p50) / millisecond,
      double(r.batch_p99) / millisecond);
}

void print_row(const ScalingResult& r, double per_node) {
  char of_linear[16] = "-";
  if (per_node > 0)
    std::snprintf(of_linear, sizeof of_linear, "%.2f",
                  double(r.transfers_per_second) / (per_node * r.nodes));
  std::printf("%5u  %8u  %10u  %11.0f  %9s  %15.2f  %7.0f %%  %7.0f %%  %15.3f  %7.1f  %7.1f\n",
              r.nodes, r.replication, r.partitions, double(r.transfers_per_second), of_linear,
              double(r.cpu_ns_per_transfer) / 1'000, double(r.busiest_permille) / 10,
              double(r.mean_permille) / 10, frames_per_transfer(r),
              double(r.batch_p50) / millisecond, double(r.batch_p99) / millisecond);
}

}  // namespace

void add_scaling_options(CLI::App& app, ScalingOptions& options) {
  app.add_option("--scaling", options.nodes_max,
                 "throughput in virtual time of clusters of 1, 2, 4 ... up to so many nodes")
      ->check(CLI::Range(1U, 64U));
  app.add_option("--batch", options.batch, "with --scaling: transfers in a request")
      ->check(CLI::Range(1U, 10'000U))
      ->capture_default_str();
  app.add_option("--connections", options.connections,
                 "with --scaling: clients of each node, one request in flight each")
      ->check(CLI::Range(1U, 10'000U))
      ->capture_default_str();
}

int run_scaling_table(const ScalingOptions& options) {
  if (!options.json)
    std::printf(
        "nodes  replicas  partitions  transfers/s  of linear  CPU us/transfer   busiest      mean  "
        "frames/transfer   p50 ms   p99 ms\n");
  double per_node = 0;  // of the smallest size with all replicas
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t nodes = 1; nodes < options.nodes_max; nodes *= 2) sizes.push_back(nodes);
  sizes.push_back(options.nodes_max);
  for (const std::uint32_t nodes : sizes) {
    ScalingCase what;
    what.nodes = nodes;
    what.batch = options.batch;
    what.connections = options.connections;
    what.costs = measured_costs();
    const ScalingResult result = run_scaling(what);
    if (!result.failure.empty() || result.others != 0) {
      std::fprintf(
          stderr, "florin-sim: %u nodes: %s\n", nodes,
          result.failure.empty() ? "transfers were not completed" : result.failure.c_str());
      return 1;
    }
    if (per_node == 0 && result.replication > 1)
      per_node = double(result.transfers_per_second) / nodes;
    if (options.json)
      print_json(result);
    else
      print_row(result, per_node);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace florin::sim
