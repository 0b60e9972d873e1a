// Placement by example. What it promises over all clusters is in tests/property/placement_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "cluster/placement/placement.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Nodes = std::vector<NodeNumber>;

// Nodes of different releases must agree where a partition is: these values are a format.
TEST(Placement, IsTheSameInEveryRelease) {
  const Nodes nodes{1, 2, 3, 4, 5};
  EXPECT_THAT(replicas_for(0, nodes, 3), ElementsAre(4, 3, 2));
  EXPECT_THAT(replicas_for(1, nodes, 3), ElementsAre(5, 1, 2));
  EXPECT_THAT(replicas_for(1023, nodes, 3), ElementsAre(4, 5, 2));
}

TEST(Placement, WithAsManyNodesAsReplicasEveryNodeHoldsEverything) {
  for (const auto& replicas : place(16, Nodes{1, 2, 3}, 3))
    EXPECT_THAT(replicas, UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(replicas_for(0, Nodes{7}, 3), ElementsAre(7));
  EXPECT_THAT(replicas_for(0, Nodes{}, 3), IsEmpty());
}

TEST(Placement, SixteenPartitionsOnThreeNodesAreLedByFiveOrSixEach) {
  std::map<NodeNumber, int> loads;
  for (const auto node : preferred_leaders(place(16, Nodes{1, 2, 3}, 3))) ++loads[node];
  EXPECT_EQ(loads.size(), 3U);
  for (const auto& [node, count] : loads) EXPECT_TRUE(count == 5 || count == 6) << node;
}

// 1 leads two, 2 one, 3 none; 1 has nothing that 3 could take, but 2 can take from 1 and 3 from 2.
TEST(PreferredLeaders, AreHandedOnAlongAChain) {
  EXPECT_THAT(preferred_leaders({{2, 3}, {1, 2}, {1}}), ElementsAre(3, 2, 1));
}

TEST(PreferredLeaders, AreNobodyWhereThereIsNoReplica) {
  EXPECT_THAT(preferred_leaders({{}, {4}}), ElementsAre(0, 4));
}

TEST(PlanChanges, ReplacesALostNodeByTheNextBestOne) {
  const Nodes all{1, 2, 3, 4};
  const auto best = replicas_for(0, all, 4);
  const Placement current{{best[0], best[1], best[2]}};
  const Nodes left{best[0], best[2], best[3]};
  EXPECT_THAT(plan_changes(current, left, 3), ElementsAre(Move{0, best[3], best[1]}));
}

TEST(PlanChanges, RepairsPartitionsWithTooFewOrTooManyReplicas) {
  const Nodes all{1, 2, 3};
  EXPECT_THAT(plan_changes({{1, 3}}, all, 3), ElementsAre(Move{0, 2, 0}));
  EXPECT_THAT(plan_changes({{1, 2, 3, 9}}, all, 3), ElementsAre(Move{0, 0, 9}));
  EXPECT_THAT(plan_changes({{3, 1, 2}}, all, 3), IsEmpty());
}

}  // namespace
}  // namespace florin
