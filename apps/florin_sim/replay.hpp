// --minimise: shrinks a failing seed to a plan that can be read. --replay: runs such a plan. --regressions: runs
// every seed and plan of a folder.
#pragma once

#include <cstdint>
#include <string>

#include "sim/sim_run.hpp"

namespace CLI {
class App;
}

namespace florin::sim {

struct ReplayOptions {
  std::string replay;  // a plan's file
  bool minimise = false;
  std::string out;          // where the smallest plan goes; empty = sim-<seed>.plan
  std::string regressions;  // a folder
};

void add_replay_options(CLI::App& app, ReplayOptions& options);

// Everything drawn, with `trace` every step, and the verdict. The exit code of florin-sim.
int run_and_show(const RunPlan& plan, bool trace);
int run_plan_as_worker(const ReplayOptions& options);
int run_replay(const ReplayOptions& options, bool trace);
int run_minimise(const ReplayOptions& options, std::uint64_t seed, RunKind kind);
int run_regressions(const ReplayOptions& options);

}  // namespace florin::sim
