// Whole runs: clean on fixed seeds, the same when run again, and able to fail.
#include "sim/sim_run.hpp"

#include <gtest/gtest.h>

#include "sim/checkers/same_trace.hpp"

namespace florin::sim {
namespace {

void expect_clean(std::uint64_t seed, RunKind kind) {
  const RunReport report = run_seed(seed, kind);
  EXPECT_EQ(report.outcome, Outcome::ok)
      << "seed " << seed << " " << report.checker << ": " << report.what;
  EXPECT_EQ(report.kind, kind);
  EXPECT_GT(report.completed, 0U) << "a run in which no money moves shows nothing, seed " << seed;
}

TEST(SimRun, FixedSeedsRunClean) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) expect_clean(seed, RunKind::solo);
}

TEST(SimRun, FixedSeedsOfClustersRunClean) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) expect_clean(seed, RunKind::cluster);
}

TEST(SimRun, OnlyClustersHaveReplicas) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    EXPECT_EQ(draw_plan(seed, RunKind::solo).options.replication, 0U);
    EXPECT_GE(draw_plan(seed, RunKind::cluster).options.replication, 3U);
  }
}

TEST(SimRun, TheSameSeedGivesTheSameTraceHash) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    EXPECT_EQ(check_same_trace(run_seed(seed, RunKind::solo)), std::nullopt);
  EXPECT_EQ(check_same_trace(run_seed(1, RunKind::cluster)), std::nullopt);
  EXPECT_NE(run_seed(1, RunKind::solo).trace_hash, run_seed(2, RunKind::solo).trace_hash);
}

TEST(SimRun, APlanStaysRunnableWhenItemsAreTakenAway) {
  RunPlan plan = draw_plan(3, RunKind::solo);
  plan.faults.faults.clear();
  plan.workload.actions.resize(plan.workload.actions.size() / 2);
  const RunReport report = run_plan(plan);
  EXPECT_EQ(report.outcome, Outcome::ok) << report.checker << ": " << report.what;
}

TEST(SimRun, NoticesThatAClusterDoesNotComeToRest) {
  RunPlan plan = draw_plan(3, RunKind::solo);
  plan.options.events_max = 500;
  EXPECT_EQ(run_plan(plan).outcome, Outcome::liveness);
}

}  // namespace
}  // namespace florin::sim
