// minimise: takes items away from a plan that fails, as long as the run still fails in the same way (same
// outcome, same checker): delta debugging, first over the faults, then over the actions, then over the network's
// constant faults, again and again until nothing more can go.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/sim_run.hpp"

namespace florin::sim {

struct Minimised {
  RunPlan plan;
  RunReport report;  // of the smallest plan
  std::uint64_t runs = 0;
};

// `run` runs a plan (in a process of its own when the failure is a crash). `progress` is called after each run
// with the smallest plan so far. `runs_max` bounds the work: the smallest one found until then is given.
Minimised minimise(const RunPlan& failing, const RunReport& failure,
                   const std::function<RunReport(const RunPlan&)>& run,
                   const std::function<void(const Minimised&)>& progress = {},
                   std::uint64_t runs_max = 3'000);

}  // namespace florin::sim
