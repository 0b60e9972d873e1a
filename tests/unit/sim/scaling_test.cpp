// Throughput in virtual time: work takes time, and all that is asked for is done.
#include "sim/scaling/scaling.hpp"

#include <gtest/gtest.h>

namespace florin::sim {
namespace {

ScalingCase small_case(std::uint32_t nodes) {
  ScalingCase small;
  small.nodes = nodes;
  small.partitions_per_node = 2;
  small.accounts_per_partition = 20;
  small.connections = 2;
  small.batch = 20;
  small.costs = measured_costs();
  small.warm_up = 20 * millisecond;
  small.measured = 50 * millisecond;
  return small;
}

TEST(Cores, WorkWaitsForAFreeCore) {
  Cores two(2);
  EXPECT_EQ(two.take(100, 5'000), 5);
  EXPECT_EQ(two.take(100, 7'000), 7) << "beside it";
  EXPECT_EQ(two.wait(100), 5);
  EXPECT_EQ(two.take(100, 1'500), 7) << "behind the first, rounded up";
  EXPECT_EQ(two.busy_ns(), 13'500U);
  EXPECT_EQ(two.wait(200), 0);
  Cores none(0);
  EXPECT_EQ(none.take(100, 5'000), 0) << "work takes no time";
  EXPECT_EQ(none.busy_ns(), 0U);
}

class Scaling : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Scaling, TransfersAreCompletedAndRepeatExactly) {
  const ScalingResult once = run_scaling(small_case(GetParam()));
  if (once.failure.starts_with("built without")) GTEST_SKIP() << once.failure;
  EXPECT_EQ(once.failure, "");
  EXPECT_GT(once.transfers, 100U);
  EXPECT_EQ(once.others, 0U);
  EXPECT_EQ(once.replication, GetParam() < 3 ? 1U : 3U);
  EXPECT_LE(once.busiest_permille, 1'050U);
  EXPECT_EQ(once.frames > 0, GetParam() > 1);
  const ScalingResult again = run_scaling(small_case(GetParam()));
  EXPECT_EQ(again.transfers, once.transfers);
  EXPECT_EQ(again.cpu_ns_per_transfer, once.cpu_ns_per_transfer);
}
INSTANTIATE_TEST_SUITE_P(Nodes, Scaling, testing::Values(1U, 2U, 3U));

TEST(ScalingCosts, CostlierWorkMeansFewerTransfers) {
  const ScalingResult cheap = run_scaling(small_case(3));
  if (cheap.failure.starts_with("built without")) GTEST_SKIP() << cheap.failure;
  ScalingCase costly = small_case(3);
  costly.costs.message *= 200;
  EXPECT_LT(run_scaling(costly).transfers, cheap.transfers);
}

}  // namespace
}  // namespace florin::sim
