// Log, state and links come first; clients get what is left.
#include "runtime/config/open_files.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

NodeConfig one_node() {
  NodeConfig config;
  config.http.threads = 2;
  return config;
}

TEST(OpenFiles, ConnectionsAreAsConfiguredWhereThereIsRoom) {
  const auto plan = plan_open_files(1'048'576, one_node());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->connections_max, 4'096U);
  EXPECT_EQ(plan_open_files(open_files_unknown, one_node())->connections_max, 4'096U);
}

TEST(OpenFiles, ClientsNeverGetWhatTheLogNeeds) {
  for (const std::uint64_t limit : {220U, 256U, 1'024U, 4'096U}) {
    const auto plan = plan_open_files(limit, one_node());
    ASSERT_TRUE(plan) << limit;
    EXPECT_LT(plan->connections_max, 4'096U);
    EXPECT_EQ(plan->connections_max + plan->reserved, limit);
    EXPECT_GE(plan->reserved, 64U + 3 * 16) << "files of the log that are read, and stores";
  }
}

TEST(OpenFiles, EachPartitionAndEachPeerNeedsSome) {
  NodeConfig config = one_node();
  const std::uint64_t alone = plan_open_files(10'000, config)->reserved;
  config.node.partitions += 100;
  EXPECT_EQ(plan_open_files(10'000, config)->reserved, alone + 300);
  config.cluster.id = "c";
  config.cluster.nodes.resize(3);
  EXPECT_GE(plan_open_files(10'000, config)->reserved, alone + 300 + 128);
}

TEST(OpenFiles, EachPaymentProviderNeedsAsManyAsAreCalledAtOnce) {
  NodeConfig config = one_node();
  const std::uint64_t without = plan_open_files(10'000, config)->reserved;
  config.psps.resize(2);
  config.psps[1].concurrency_max = 100;
  EXPECT_GE(plan_open_files(10'000, config)->reserved, without + 16 + 100);
}

TEST(OpenFiles, TooFewToRunAtAllAreRefusedWithWhatToDo) {
  const auto plan = plan_open_files(100, one_node());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, Errc::invalid);
  EXPECT_NE(plan.error().context.find("ulimit -n"), std::string::npos);
}

}  // namespace
}  // namespace florin
