// A node whose disk was put back as it had been is noticed before it takes part, and comes back: in whole simulated clusters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "sim/sim_run.hpp"

namespace florin::sim {
namespace {

// A cluster without other faults, in which node `node` gets the disk that it had `age` earlier.
RunPlan plan_with_an_old_disk(std::uint64_t seed, std::uint32_t node, SimTime age) {
  RunPlan plan = draw_plan(seed, RunKind::cluster);
  plan.options.meta_group = 1;
  plan.members.commands.clear();
  plan.faults.faults.clear();
  Fault fault;
  fault.kind = FaultKind::old_disk;
  fault.at = plan.options.safety_time / 2;
  fault.length = 10 * millisecond;
  fault.node = node;
  fault.amount = std::min(age, fault.at);
  plan.faults.faults.push_back(fault);
  return plan;
}

std::string trace_of(const RunPlan& plan, RunReport& report) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
  report = run_plan(plan, file.get());
  std::string text(static_cast<std::size_t>(std::ftell(file.get())), '\0');
  std::rewind(file.get());
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

TEST(OldDisk, IsNoticedAndItsNodeComesBack) {
  int noticed = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RunReport report;
    const std::string text =
        trace_of(plan_with_an_old_disk(seed, 0, seed % 2 == 0 ? second : hour), report);
    EXPECT_EQ(report.outcome, Outcome::ok) << "seed " << seed << " " << report.what;
    if (text.find("node 0 has an older disk") == std::string::npos) continue;
    ++noticed;
    EXPECT_THAT(text, testing::HasSubstr("fatal: the disk of node 1 is not the one that node"));
  }
  EXPECT_GE(noticed, 2);
}

}  // namespace
}  // namespace florin::sim
