// A replica whose log was changed at rest, its checksums and chain made to fit, is noticed by the others' heads: in a whole
// simulated cluster, without a checker that compares logs.
#include <gmock/gmock.h>
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

// By their heads, or by the next entry, if that comes first: its node ends then.
TEST(RewrittenLog, IsNoticed) {
  int by_heads = 0;
  for (const std::uint64_t seed : {2U, 4U, 7U}) {  // whose log is long enough by then
    const RunReport report = run_plan(plan_with_a_changed_log(seed, 0));
    EXPECT_EQ(report.outcome, Outcome::correctness) << "seed " << seed;
    if (report.checker == "chains") {
      ++by_heads;
      continue;
    }
    EXPECT_THAT(report.what, testing::HasSubstr("does not continue the hash chain")) << seed;
  }
  EXPECT_GE(by_heads, 1);
}

}  // namespace
}  // namespace florin::sim
