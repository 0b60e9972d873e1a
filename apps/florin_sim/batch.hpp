// Runs many seeds in worker processes, each with seeds of its own, and collects their reports. A worker that
// dies (an assert is a found bug too) costs one seed: it is reported as a crash and another worker goes on.
//
// A worker is this program, started anew (`--worker`), never a bare fork: the threads of Go would not be in it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/sim_run.hpp"

namespace florin::sim {

struct BatchOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t count = 1;
  std::uint32_t jobs = 1;
  std::uint64_t stride = 1;
  RunKind kind = RunKind::solo;
  bool twice = false;  // each seed runs twice and must give the same trace hash
};

// `on_report` is called for each seed as it ends; false from it stops the batch early.
void run_batch(const BatchOptions& options, const std::function<bool(const RunReport&)>& on_report);

// What a worker does: runs its seeds, or the plan of a file, and writes the reports to its standard output.
int run_worker_seeds(const BatchOptions& options);
int run_worker_plan(const RunPlan& plan);

// One run in a process of its own: a crash of it is a report too.
RunReport run_in_process(const RunPlan& plan);

}  // namespace florin::sim
