// Whether a node is still one of the cluster: its own map, and how far other nodes' words go.
#include "cluster/membership/own_standing.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

const ClusterMap& three() {
  static const ClusterMap map = membership_kit::Cluster(3).map;
  return map;
}

OwnStanding second() { return {2, false, {1, 2, 3}}; }
OwnStanding second_let_in() {
  OwnStanding standing = second();
  standing.let_in(1);
  standing.let_in(3);
  return standing;
}
LogIndex newer() { return three().version + 5; }

TEST(OwnStanding, ServesOnceAnotherNodeHasLetItInSinceTheStart) {
  OwnStanding standing = second();
  EXPECT_EQ(standing.look(three()), Standing::unheard);
  EXPECT_FALSE(standing.was_let_in());
  EXPECT_NE(standing.reason(three()), "");
  standing.let_in(3);
  EXPECT_EQ(standing.look(three()), Standing::member);
  EXPECT_EQ(standing.reason(three()), "");
  standing.link_lost(3);
  EXPECT_EQ(standing.look(three()), Standing::member) << "cut off, as any replica may be";
}

TEST(OwnStanding, OneAloneInItsClusterAsksNobody) {
  const ClusterMap alone = membership_kit::Cluster(1, 1).map;
  EXPECT_EQ(OwnStanding(1, false, {1}).look(alone), Standing::member);
}

TEST(OwnStanding, TwoNodesWithNewerMapsAreBelieved) {
  OwnStanding standing = second();
  standing.told_removed(1, newer());
  EXPECT_EQ(standing.look(three()), Standing::doubtful) << "one alone may lie";
  standing.told_removed(1, newer() + 1);
  EXPECT_EQ(standing.look(three()), Standing::doubtful) << "the same one again";
  standing.told_removed(3, newer());
  EXPECT_EQ(standing.look(three()), Standing::removed);
  EXPECT_NE(standing.reason(three()).find("nodes 1 and 3"), std::string::npos)
      << standing.reason(three());
}

TEST(OwnStanding, OneLiarDoesNotStopANodeThatAMajorityLetsIn) {
  OwnStanding standing = second_let_in();
  standing.told_removed(1, newer());
  EXPECT_EQ(standing.look(three()), Standing::member);
  standing.link_lost(3);
  EXPECT_EQ(standing.look(three()), Standing::doubtful) << "nobody says otherwise any more";
  standing.let_in(3);
  EXPECT_EQ(standing.look(three()), Standing::member);
}

TEST(OwnStanding, AMapThatIsNotNewerCannotKnow) {
  OwnStanding standing = second_let_in();
  standing.told_removed(1, three().version);
  standing.told_removed(3, three().version);
  EXPECT_EQ(standing.look(three()), Standing::member);
}

TEST(OwnStanding, WhoLetsItInTakesBackWhatItSaid) {
  OwnStanding standing = second();
  standing.told_removed(1, newer());
  standing.let_in(1);
  standing.told_removed(3, newer());
  EXPECT_EQ(standing.look(three()), Standing::member) << "1 of 3 says so, 2 of 3 do not";
}

TEST(OwnStanding, NodesThatTheMapDoesNotHaveHaveNoWord) {
  OwnStanding standing = second();
  standing.told_removed(8, newer());
  standing.told_removed(9, newer());
  EXPECT_EQ(standing.look(three()), Standing::unheard);
}

TEST(OwnStanding, OfTwoNodesTheOtherOneIsBelieved) {
  const ClusterMap pair = membership_kit::Cluster(2, 1).map;
  OwnStanding standing(2, false, {1, 2});
  standing.told_removed(1, pair.version + 1);
  EXPECT_EQ(standing.look(pair), Standing::removed);
}

TEST(OwnStanding, ANodeThatJoinsIsOutsideUntilTheMapHasIt) {
  OwnStanding fourth(4, true, {1, 2, 3, 4});
  EXPECT_EQ(fourth.look(ClusterMap()), Standing::outside);
  fourth.let_in(1);
  EXPECT_EQ(fourth.look(ClusterMap()), Standing::outside);
  EXPECT_EQ(fourth.look(three()), Standing::outside);
  membership_kit::Cluster grown(3);
  grown.run(AddNode{membership_kit::member(4)});
  EXPECT_EQ(fourth.look(grown.map), Standing::member);
}

// Its directory was emptied, and its number is used up.
TEST(OwnStanding, ANodeThatJoinsUnderAUsedNumberHearsIt) {
  OwnStanding standing(4, true, {1, 2, 3, 4});
  standing.told_removed(1, 9);
  EXPECT_EQ(standing.look(ClusterMap()), Standing::outside);
  standing.told_removed(2, 9);
  EXPECT_EQ(standing.look(ClusterMap()), Standing::removed);
}

// Its map may be empty only because it does not know yet what of its log is committed, and what it began by its
// configuration may not be what the others began.
TEST(OwnStanding, AFounderServesOnceItHasAMapAndAnotherNodeHasLetItIn) {
  EXPECT_EQ(second().look(ClusterMap()), Standing::unheard);
  EXPECT_EQ(second_let_in().look(ClusterMap()), Standing::unheard);
  EXPECT_EQ(second_let_in().reason(ClusterMap()),
            "This node has not heard yet how its cluster was formed.");
  EXPECT_EQ(second().look(three()), Standing::unheard);
  EXPECT_EQ(second_let_in().look(three()), Standing::member);
  const OwnStanding alone(2, false, {});
  EXPECT_EQ(alone.look(ClusterMap()), Standing::member) << "nobody else could let it in";
}

TEST(OwnStanding, ItsOwnMapIsEnough) {
  membership_kit::Cluster cluster(3);
  cluster.add(NodeRemoved{2});
  OwnStanding standing = second_let_in();
  EXPECT_EQ(standing.look(cluster.map), Standing::removed);
  EXPECT_NE(standing.reason(cluster.map), "");
}

}  // namespace
}  // namespace florin
