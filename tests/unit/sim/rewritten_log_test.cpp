// A replica whose log was changed at rest, its checksums and chain made to fit, is noticed by the others' heads: in a whole
// simulated cluster, without a checker that compares logs.
#include <gtest/gtest.h>

#include "sim/sim_run.hpp"

namespace florin::sim {
namespace {

// A cluster without other faults, in which node `node` loses power in the middle of the work.
RunPlan plan_with_a_changed_log(std::uint64_t seed, std::uint32_t node) {
  RunPlan plan = draw_plan(seed, RunKind::cluster);
  plan.options.meta_group = 1;
  plan.faults.faults.clear();
  Fault fault;
  fault.kind = FaultKind::rewritten;
  fault.at = plan.options.safety_time / 2;
  fault.length = 10 * millisecond;
  fault.node = node;
  plan.faults.faults.push_back(fault);
  return plan;
}

TEST(RewrittenLog, IsNoticedByTheHeadsOfTheOthers) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const RunReport report = run_plan(plan_with_a_changed_log(seed, 0));
    EXPECT_EQ(report.outcome, Outcome::correctness) << "seed " << seed;
    EXPECT_EQ(report.checker, "chains") << "seed " << seed << ": " << report.what;
  }
}

}  // namespace
}  // namespace florin::sim
