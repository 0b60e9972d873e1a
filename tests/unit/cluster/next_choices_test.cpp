// What the meta leader logs by itself, by example. Whatever may happen on the way: tests/property/membership_test.cpp.
#include "cluster/membership/next_choices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/membership/cluster_progress.hpp"
#include "cluster/membership/next_change.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

using membership_kit::Cluster;
using membership_kit::member;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Replicas = std::vector<ReplicaId>;

// Partition 0 of 1..4 with replication 3 is on 2, 3 and 4 (placement_test.cpp pins the scores).
constexpr ReplicaId moved_to_1 = replica_id(1, 1);

std::size_t count_choices(const std::vector<Event>& events) {
  return static_cast<std::size_t>(std::ranges::count_if(
      events, [](const Event& e) { return holds_alternative<ReplicasChosen>(e); }));
}

// Node 4 leaves, and partition 0 goes to node 1.
Cluster leaving_4() {
  Cluster cluster(4, 3, 1);
  cluster.run(RemoveNode{4});
  return cluster;
}

TEST(NextChoices, AreNoneWhenNothingWasAskedFor) {
  Cluster cluster(4);
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.run(AddNode{member(5)});  // gets nothing before a rebalance
  cluster.run(DrainNode{1});
  EXPECT_THAT(cluster.steps(), IsEmpty());
}

TEST(NextChoices, RaiseTheLevelWhenEveryNodeHasSaidThatItReadsIt) {
  Cluster cluster(3);
  cluster.facts.reads = {{1, 2}, {2, 1}};
  EXPECT_THAT(cluster.steps(), IsEmpty()) << "node 3 has said nothing: it may be down, and old";
  cluster.facts.reads[3] = 0;
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.facts.reads[3] = 2;
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(FormatLevelRaised{1})));
  EXPECT_EQ(cluster.map.format_level, 1);
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.facts.reads[2] = 0;  // one that was downgraded lowers nothing
  EXPECT_THAT(cluster.steps(), IsEmpty());
  EXPECT_EQ(cluster.map.format_level, 1);
}

TEST(NextChoices, CountNodesThatAreDrainedOrLeavingForTheLevelAndNotThoseThatAreGone) {
  Cluster cluster(4, 3, 1);
  cluster.run(DrainNode{1});
  cluster.run(RemoveNode{4});
  cluster.facts.reads = {{2, 1}, {3, 1}};
  cluster.steps();
  EXPECT_EQ(cluster.map.format_level, 0) << "nodes 1 and 4 read the map as well";
  cluster.facts.reads[1] = 1;
  cluster.finish();
  ASSERT_TRUE(cluster.map.is(4, NodeState::removed));
  EXPECT_EQ(cluster.map.format_level, 1);
}

TEST(NextChoices, ReplaceTheReplicaOfALeavingNodeUnderANewIdAndKeepTheOthers) {
  Cluster cluster = leaving_4();
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, moved_to_1}})));
  EXPECT_FALSE(cluster.map.partitions[0].settled);
  EXPECT_THAT(cluster.map.partitions[0].former, ElementsAre(4));
  EXPECT_THAT(cluster.steps(), IsEmpty());
}

TEST(NextChoices, MakeWhatWasGivenUpWithADiskAnewOnTheSameNode) {
  Cluster cluster(3, 3, 1);
  cluster.run(RejoinNode{2});
  EXPECT_EQ(cluster.map.life_of(2), 1U);
  cluster.hear(0, {1, 2, 3});
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {1, 3, replica_id(2, 1)}})));
  cluster.hear(0, {1, 2, 3});  // not yet removed: it does not come back into favour
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear(0, {1, 3}, {replica_id(2, 1)});
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear(0, {1, 3, replica_id(2, 1)});
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasSettled{0})));
}

TEST(NextChoices, WhatIsGivenUpAgainIsMadeAnewAgain) {
  Cluster cluster(3, 3, 2);
  cluster.run(RejoinNode{2});
  cluster.finish();
  cluster.run(RejoinNode{2});
  cluster.finish();
  for (const MapPartition& partition : cluster.map.partitions)
    EXPECT_THAT(partition.wanted, ElementsAre(1, 3, replica_id(2, 2)));
  EXPECT_THAT(goal_of_meta(cluster.map).wanted, ElementsAre(1, 3, replica_id(2, 2)));
}

// Cluster seed 1100198: the meta group took its goal for an older one, and kept who had left.
TEST(NextChoices, WhoHasComeBackAfterALossLeavesLikeAnyOther) {
  Cluster cluster(4, 3, 1);
  cluster.run(RejoinNode{2});
  cluster.finish();
  cluster.run(RemoveNode{2});
  const std::vector<ReplicaId> voters = {1, 3, 4, replica_id(2, 1)};
  cluster.steps();
  cluster.hear_all();
  cluster.steps();  // its partitions are elsewhere
  const GroupGoal goal = goal_of_meta(cluster.map);
  EXPECT_THAT(goal.wanted, ElementsAre(1, 3, 4));
  const NextChange next = next_change({1, voters, {}, {}, {1, 3, 4}}, goal);
  EXPECT_EQ(next.step, ChangeStep::remove);
  EXPECT_EQ(next.replica, replica_id(2, 1));
}

TEST(NextChoices, SettleWhenTheGroupHasExactlyWhatIsWanted) {
  Cluster cluster = leaving_4();
  cluster.steps();
  cluster.hear(0, {2, 3, 4}, {moved_to_1});
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear(0, {2, 3, 4, moved_to_1});
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear(0, {2, 3, moved_to_1}, {replica_id(5, 9)});
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear(0, {2, 3, moved_to_1});
  EXPECT_THAT(cluster.steps(), Contains(Event(ReplicasSettled{0})));
}

TEST(NextChoices, DoNotSettleOnFactsFromBeforeTheChoice) {
  Cluster cluster = leaving_4();
  cluster.steps();
  cluster.hear(0, {2, 3, moved_to_1});
  cluster.facts.partitions[0].map_version = cluster.map.partitions[0].chosen_at - 1;
  EXPECT_THAT(cluster.steps(), IsEmpty());
}

TEST(NextChoices, LetANodeGoWhenItHasNothingLeftAndTheMetaGroupIsWithoutIt) {
  Cluster cluster = leaving_4();
  cluster.steps();
  EXPECT_THAT(goal_of_meta(cluster.map).wanted,
              ElementsAre(1, 2, 3, 4));  // it must hear what it is to do
  cluster.hear(0, {2, 3, moved_to_1});
  cluster.facts.meta->voters = {1, 2, 3, 4};
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasSettled{0})));
  EXPECT_THAT(goal_of_meta(cluster.map).wanted, ElementsAre(1, 2, 3));
  cluster.facts.meta->voters = {1, 2, 3};
  cluster.facts.meta->learners = {4};
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.facts.meta->learners = {};
  EXPECT_THAT(cluster.steps(), IsEmpty()) << "told by an older map: a change may be on its way";
  cluster.facts.meta->map_version = cluster.map.version;
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(NodeRemoved{4})));
  EXPECT_TRUE(cluster.map.is(4, NodeState::removed));
  EXPECT_THAT(cluster.steps(), IsEmpty());
}

TEST(NextChoices, DoNotLetANodeGoWithoutFactsOfTheMetaGroup) {
  Cluster cluster(4, 3, 1);
  cluster.run(RemoveNode{1});  // holds nothing
  cluster.facts.meta.reset();
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear_all();
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(NodeRemoved{1})));
}

TEST(NextChoices, BeginWithFewPartitionsAtATime) {
  Cluster cluster(4, 3, 16);
  cluster.run(RemoveNode{4});
  EXPECT_EQ(count_choices(cluster.steps()), 2u);
  EXPECT_THAT(cluster.steps(), IsEmpty());
  cluster.hear_all();
  const auto more = cluster.steps();  // two settled, two begun
  EXPECT_EQ(count_choices(more), 2u);
  EXPECT_EQ(more.size(), 4u);
  cluster.finish();
  EXPECT_TRUE(cluster.map.is(4, NodeState::removed));
}

TEST(NextChoices, LeaveGroupsAloneThatNobodyLeads) {
  Cluster cluster = leaving_4();
  cluster.facts.partitions.clear();
  EXPECT_THAT(cluster.steps(), IsEmpty());
}

TEST(NextChoices, RebalanceToThePlacementOfAllNodesAndEnd) {
  Cluster cluster(3, 3, 16);
  cluster.run(AddNode{member(4)});
  cluster.run(AddNode{member(5)});
  cluster.run(DrainNode{5});  // leads nothing, gets replicas
  cluster.run(Rebalance{});
  cluster.finish();
  EXPECT_FALSE(cluster.map.rebalancing);
  EXPECT_EQ(cluster.log.back(), Event(RebalanceEnded{}));
  EXPECT_THAT(plan_changes(cluster.map.placement(), std::vector<NodeNumber>{1, 2, 3, 4, 5}, 3),
              IsEmpty());
}

TEST(NextChoices, PartitionsOfLeavingNodesComeBeforeARebalance) {
  Cluster cluster(4, 3, 16);
  cluster.run(AddNode{member(5)});
  cluster.run(Rebalance{});
  cluster.run(RemoveNode{2});
  for (const Event& event : cluster.steps()) {
    const auto& former = cluster.map.partitions[get<ReplicasChosen>(event).partition].former;
    EXPECT_THAT(former, Contains(ReplicaId{2}));
  }
}

TEST(NextChoices, ChooseAgainWhenTheNewReplicasNodeIsLeavingToo) {
  Cluster cluster(5, 3, 1);
  const Replicas before = cluster.map.partitions[0].wanted;
  cluster.run(RemoveNode{node_of(before[0])});
  cluster.steps();
  const Replicas chosen = cluster.map.partitions[0].wanted;
  const NodeNumber target = node_of(chosen.back());  // of the new generation: last
  ASSERT_EQ(generation_of(chosen.back()), 1u);
  cluster.run(AddNode{member(6)});
  cluster.run(RemoveNode{target});
  EXPECT_THAT(cluster.steps(), IsEmpty());  // not by facts from before the choice
  cluster.hear(0, before, {chosen.back()});
  EXPECT_EQ(count_choices(cluster.steps()), 1u);
  const Replicas again = cluster.map.partitions[0].wanted;
  EXPECT_EQ(again.size(), 3u);
  EXPECT_THAT(cluster.map.partitions[0].former, Contains(chosen.back()));
  for (const ReplicaId replica : again)
    EXPECT_FALSE(cluster.map.is(node_of(replica), NodeState::leaving));
}

// A rebalance gives 4's place in partition 0 to 5; then 5 is to go, and 4's old replica is still there.
struct TakenBack : testing::Test {
  Cluster cluster{4, 3, 1};
  void SetUp() override {
    cluster.run(AddNode{member(5)});
    cluster.add(ReplicasChosen{0, {2, 3, replica_id(5, 1)}});
    cluster.run(RemoveNode{5});
  }
};

TEST_F(TakenBack, AReplicaThatStaysAfterAllKeepsItsId) {
  cluster.hear(0, {2, 3, 4}, {replica_id(5, 1)});
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, 4}})));
  cluster.hear(0, {2, 3, 4});
  EXPECT_THAT(cluster.steps(), Contains(Event(ReplicasSettled{0})));
}

TEST_F(TakenBack, AReplicaThatIsGoneGetsANewId) {
  cluster.hear(0, {2, 3, replica_id(5, 1)});
  cluster.facts.partitions[0].retired = {4};
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, replica_id(4, 2)}})));
}

TEST_F(TakenBack, AReplicaThatWasRemovedMeanwhileIsChosenAgainUnderANewId) {
  cluster.hear(0, {2, 3, 4}, {replica_id(5, 1)});
  cluster.steps();
  cluster.hear(0, {2, 3, replica_id(5, 1)});
  cluster.facts.partitions[0].retired = {4};
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, replica_id(4, 2)}})));
}

TEST_F(TakenBack, AReplicaThatTurnsOutToBeThereIsTakenInsteadOfANewOne) {
  cluster.hear(0, {2, 3});
  cluster.steps();
  ASSERT_THAT(cluster.map.partitions[0].wanted, ElementsAre(2, 3, replica_id(4, 2)));
  cluster.hear(0, {2, 3, 4});
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, 4}})));
}

// By somebody who led by the map before it was taken back.
TEST_F(TakenBack, AReplicaThatIsRemovedAfterItSettledIsMadeAgain) {
  cluster.hear(0, {2, 3, 4}, {replica_id(5, 1)});
  cluster.steps();
  cluster.finish();
  ASSERT_TRUE(cluster.map.is(5, NodeState::removed));
  cluster.hear(0, {2, 3, replica_id(5, 1)});
  cluster.facts.partitions[0].retired = {4};
  EXPECT_THAT(cluster.steps(), ElementsAre(Event(ReplicasChosen{0, {2, 3, replica_id(4, 2)}})));
}

// --- facts ---------------------------------------------------------------------------------------------------------

TEST(ClusterFacts, OfTheLatestTermAndByTheNewestMapCount) {
  ClusterFacts facts;
  facts.take(3, {2, 5, {1}, {}, {}});
  facts.take(3, {1, 9, {2}, {}, {}});
  facts.take(3, {2, 4, {3}, {}, {}});
  EXPECT_THAT(facts.find(3)->voters, ElementsAre(1));
  facts.take(3, {2, 5, {4}, {}, {}});
  EXPECT_THAT(facts.find(3)->voters, ElementsAre(4));
  facts.take(3, {3, 1, {5}, {}, {}});
  EXPECT_THAT(facts.find(3)->voters, ElementsAre(5));
  EXPECT_EQ(facts.find(4), nullptr);
}

// --- leaders and progress ------------------------------------------------------------------------------------------

bool everybody(NodeNumber) { return true; }

TEST(LeadersWanted, AreSpreadOverActiveNodes) {
  Cluster cluster(3, 3, 6);
  const auto leaders = leaders_wanted(cluster.map, cluster.facts, everybody);
  for (const NodeNumber node : std::vector<NodeNumber>{1, 2, 3})
    EXPECT_EQ(std::ranges::count(leaders, node), 2) << node;
  cluster.run(DrainNode{2});
  const auto without = leaders_wanted(cluster.map, cluster.facts, everybody);
  for (const NodeNumber node : std::vector<NodeNumber>{1, 3})
    EXPECT_EQ(std::ranges::count(without, node), 3) << node;
}

TEST(LeadersWanted, AreNobodyInParticularWhenNoActiveNodeIsUp) {
  Cluster cluster(3, 3, 1);
  cluster.run(DrainNode{1});
  cluster.run(DrainNode{2});
  EXPECT_THAT(leaders_wanted(cluster.map, cluster.facts, everybody), ElementsAre(3));
  EXPECT_THAT(leaders_wanted(cluster.map, cluster.facts, [](NodeNumber node) { return node != 3; }),
              ElementsAre(0));
}

TEST(LeadersWanted, AreVoters) {
  Cluster cluster(3, 3, 1);
  cluster.hear(0, {2}, {1, 3});
  EXPECT_THAT(leaders_wanted(cluster.map, cluster.facts, everybody), ElementsAre(2));
  cluster.facts.partitions.clear();
  EXPECT_THAT(leaders_wanted(cluster.map, cluster.facts, [](NodeNumber node) { return node == 3; }),
              ElementsAre(3));
}

TEST(ClusterProgress, CountsWhatIsUnderWayAndWhatFollows) {
  Cluster cluster(4, 3, 16);
  EXPECT_EQ(progress_of(cluster.map, cluster.facts).moves_to_go, 0u);
  cluster.run(RemoveNode{4});
  const auto all = progress_of(cluster.map, cluster.facts).moves_to_go;
  EXPECT_GT(all, 2u);
  cluster.steps();
  EXPECT_EQ(progress_of(cluster.map, cluster.facts).moves_to_go, all);
  cluster.hear_all();
  cluster.steps();
  EXPECT_EQ(progress_of(cluster.map, cluster.facts).moves_to_go, all - 2);
  cluster.finish();
  const ClusterProgress done = progress_of(cluster.map, cluster.facts);
  EXPECT_EQ(done.moves_to_go, 0u);
  EXPECT_TRUE(done.partitions[0].settled);
  EXPECT_TRUE(done.partitions[0].is_known);
  EXPECT_EQ(done.partitions[0].voters, done.partitions[0].wanted);
}

}  // namespace
}  // namespace florin
