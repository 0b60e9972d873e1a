// What a group's leader does next, rule by rule.
#include "cluster/membership/next_change.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace florin {

void PrintTo(const NextChange& change, std::ostream* out) {
  *out << "step " << static_cast<int>(change.step) << " of " << node_of(change.replica)
       << " generation " << generation_of(change.replica);
}

namespace {

using enum ChangeStep;
constexpr NextChange nothing{};

constexpr ReplicaId n4 = replica_id(4, 1);
constexpr ReplicaId n5 = replica_id(5, 1);

// The map replaces 3 by 4.
const GroupGoal to_4{{1, 2, n4}, 1};

GroupSituation group(std::vector<ReplicaId> voters, std::vector<ReplicaId> learners = {},
                     ReplicaId self = 1) {
  return {self, std::move(voters), std::move(learners), {}, {}};
}
GroupSituation with_caught_up(GroupSituation now, std::vector<ReplicaId> replicas) {
  now.caught_up = std::move(replicas);
  return now;
}

TEST(NextChange, IsNothingWhereNothingDiffersOrNothingIsKnown) {
  EXPECT_EQ(next_change(group({1, 2, 3}), {{1, 2, 3}, 0}), nothing);
  EXPECT_EQ(next_change(group({1, 2, 3}), {}), nothing);
}

TEST(NextChange, GoesFromLearnerToVoterToTheRemovalOfTheOld) {
  EXPECT_EQ(next_change(group({1, 2, 3}), to_4), (NextChange{add_learner, n4}));
  EXPECT_EQ(next_change(group({1, 2, 3}, {n4}), to_4), nothing);  // it has not caught up
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}, {n4}), {1, 2, 3, n4}), to_4),
            (NextChange{promote, n4}));
  EXPECT_EQ(next_change(group({1, 2, 3, n4}), to_4), (NextChange{remove, 3}));
  EXPECT_EQ(next_change(group({1, 2, n4}), to_4), nothing);
}

TEST(NextChange, NothingIsRemovedBeforeAllThatIsWantedVotes) {
  const GroupGoal goal{{1, n4, n5}, 1};
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}, {n4, n5}), {1, 2, 3, n4}), goal),
            (NextChange{promote, n4}));
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3, n4}, {n5}), {1, 2, 3, n4}), goal), nothing);
  EXPECT_EQ(next_change(group({1, 2, 3, n4, n5}), goal), (NextChange{remove, 2}));
}

TEST(NextChange, ALeaderThatIsNotWantedHandsOverAtTheEnd) {
  EXPECT_EQ(next_change(group({1, 2, 3}, {}, 3), to_4), (NextChange{add_learner, n4}));
  EXPECT_EQ(next_change(group({1, 2, 3, n4}, {}, 3), to_4), (NextChange{transfer, 1}));
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3, n4}, {}, 3), {2, 3, n4}), to_4),
            (NextChange{transfer, 2}));
}

TEST(NextChange, TheOnlyReplicaMovesToo) {
  const GroupGoal goal{{n4}, 1};
  EXPECT_EQ(next_change(group({1}), goal), (NextChange{add_learner, n4}));
  EXPECT_EQ(next_change(group({1, n4}), goal), (NextChange{transfer, n4}));
  EXPECT_EQ(next_change(group({1, n4}, {}, n4), goal), (NextChange{remove, 1}));
}

TEST(NextChange, LearnersThatAreNotWantedAnyMoreGoFirst) {
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}, {n4}), {1, 2, 3, n4}),
                        {{1, 2, replica_id(5, 2)}, 2}),
            (NextChange{remove, n4}));
}

TEST(NextChange, WhoIsNotThereIsRemovedFirst) {
  const GroupGoal goal{{1, n4, n5}, 1};
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3, n4, n5}), {1, 2, n4, n5}), goal),
            (NextChange{remove, 3}));
}

TEST(NextChange, NobodyGoesWhoIsNeededForAMajority) {
  const GroupGoal goal{{1, n4, n5}, 1};
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3, n4, n5}), {1, 2, 3}), goal), nothing);
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3, n4}), {1, 2, 3}), to_4),
            (NextChange{remove, 3}));
}

TEST(NextChange, AnOldMapChangesNothing) {
  EXPECT_EQ(next_change(group({1, 2, 3, n4}), {{1, 2, 3}, 0}), nothing);
  EXPECT_EQ(next_change(group({1, 2, 3}, {n4}), {{1, 2, 3}, 0}), nothing);
}

TEST(NextChange, ARetiredIdIsNotAddedAgain) {
  GroupSituation now = group({1, 2, 3});
  now.retired = {n4};
  EXPECT_EQ(next_change(now, to_4), nothing);
}

TEST(NextChange, AnotherReplicaOfTheSameNodeGoesFirstWhenTheRestCanDoWithout) {
  const ReplicaId again = replica_id(3, 2);
  const GroupGoal goal{{1, 2, again}, 2};
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}), {1, 2}), goal), (NextChange{remove, 3}));
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}), {1, 3}), goal), nothing);
  EXPECT_EQ(next_change(group({1, 2, 3}), goal), nothing);  // nothing is known of them
  EXPECT_EQ(next_change(with_caught_up(group({1, 2, 3}, {}, 3), {2, 3}), goal),
            (NextChange{transfer, 2}));
  EXPECT_EQ(next_change(group({1, 2}), goal), (NextChange{add_learner, again}));
}

TEST(NextChange, TheMetaGroupFollowsTheSameRules) {
  ClusterMap map;
  evolve(map, ClusterFormed{{{1, "a:1", "a:2"}, {2, "b:1", "b:2"}}, 1, 1}, 1);
  evolve(map, NodeAdded{{3, "c:1", "c:2"}}, 2);
  EXPECT_EQ(next_change(group({1, 2}), goal_of_meta(map)), (NextChange{add_learner, 3}));
}

}  // namespace
}  // namespace florin
