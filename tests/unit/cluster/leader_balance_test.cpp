// Who should lead gets what is led here, but not what it has just given up.
#include "cluster/membership/leader_balance.hpp"

#include <gtest/gtest.h>

#include "cluster/membership/cluster_progress.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

using membership_kit::Cluster;

constexpr NodeNumber self = 1;

class LeaderBalanceTest : public testing::Test {
 protected:
  // To whom partition 0 is handed over within so many ticks, while that node leads it; 0: to nobody.
  NodeNumber handed_over(int ticks, NodeNumber leader = self) {
    for (int i = 0; i < ticks; ++i) {
      ReplicatedLog::Status group;
      group.group = 0;
      group.leader = leader;
      group.conf.voters = cluster_.map.partitions[0].wanted;
      for (const auto& one : balance_.tick(cluster_.map, cluster_.facts, {group},
                                           [this](NodeNumber node) { return node != down_; }))
        return one.to;
    }
    return 0;
  }
  NodeNumber preferred() {
    return leaders_wanted(cluster_.map, cluster_.facts, [](NodeNumber) { return true; })[0];
  }
  void SetUp() override {
    if (preferred() == self) cluster_ = Cluster(5, 3, 1);
    ASSERT_NE(preferred(), self) << "the placement decides who: another cluster is needed";
  }

  Cluster cluster_{4, 3, 1};
  LeaderBalance balance_{self, 1};
  NodeNumber down_ = 0;
};

TEST_F(LeaderBalanceTest, HandsOverToWhoShouldLead) { EXPECT_EQ(handed_over(60), preferred()); }

// A node of which the disk is low would refuse every client until it is full, if it got back what it gave up.
TEST_F(LeaderBalanceTest, DoesNotGiveBackForAMinuteWhatANodeHasGivenUp) {
  EXPECT_EQ(handed_over(5, preferred()), 0);
  EXPECT_EQ(handed_over(590), 0) << "it was up and active, and gave it up";
  EXPECT_EQ(handed_over(60), preferred()) << "and after a minute it gets it";
}

// Otherwise leaders would rest where they happen to be, after each round of balancing.
TEST_F(LeaderBalanceTest, GivesToWhoHasOnlyHandedOnWhatAnotherShouldLead) {
  const auto& wanted = cluster_.map.partitions[0].wanted;
  NodeNumber third = 0;
  for (const ReplicaId replica : wanted)
    if (node_of(replica) != self && node_of(replica) != preferred()) third = node_of(replica);
  ASSERT_NE(third, 0);
  EXPECT_EQ(handed_over(5, third), 0);
  EXPECT_EQ(handed_over(60), preferred());
}

TEST_F(LeaderBalanceTest, GivesBackWhatWasLostWithADeath) {
  EXPECT_EQ(handed_over(5, preferred()), 0);
  down_ = preferred();
  EXPECT_NE(handed_over(5), preferred());
  down_ = 0;
  EXPECT_EQ(handed_over(60), preferred());
}

TEST_F(LeaderBalanceTest, GivesBackWhatADrainedNodeHasHandedOver) {
  const NodeNumber drained = preferred();
  EXPECT_EQ(handed_over(5, drained), 0);
  cluster_.run(DrainNode{drained});
  EXPECT_NE(handed_over(20), drained);
  cluster_.run(ResumeNode{drained});
  EXPECT_EQ(handed_over(60), drained);
}

}  // namespace
}  // namespace florin
