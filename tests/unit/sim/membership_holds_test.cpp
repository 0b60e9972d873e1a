// The checker of memberships sees what must not happen to groups and to the map.
#include "cluster/placement/placement.hpp"
#include "persistence/memory/memory_event_log.hpp"
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

constexpr PartitionId meta = 1;  // one partition

class MembershipHoldsTest : public DoctoredHistory {
 protected:
  MembershipHoldsTest() {
    options_.partitions = 1;
    options_.nodes = 4;
    options_.spares = 1;
    options_.replication = 3;
    options_.meta_group = 1;
  }
  std::unique_ptr<Checker> make() override { return make_membership_holds(run_); }

  static constexpr std::uint64_t fourth = replica_id(4, 1);
  static ReplicaChanged add(std::uint64_t replica) { return {ReplicaChange::add_learner, replica}; }
  static ReplicaChanged promote(std::uint64_t replica) { return {ReplicaChange::promote, replica}; }
  static ReplicaChanged remove(std::uint64_t replica) { return {ReplicaChange::remove, replica}; }

  void map(const std::vector<Event>& events) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.partition = meta;
    header.index = ++last_index_[meta];
    header.previous_hash = genesis_hash;
    checker().on_committed(0, meta, header.index, builder.finish(header));
  }
  void node_comes() { map({NodeAdded{{4, "d:1", "d:2"}}}); }
  void fourth_for_first() {
    map({ReplicasChosen{0, {replica_id(2, 0), replica_id(3, 0), fourth}}});
  }
  void works_with(std::uint32_t node, std::vector<std::uint64_t> voters,
                  std::vector<std::uint64_t> learners, std::uint64_t incarnation = 1) {
    checker().on_configuration(node, {0, replica_id(static_cast<NodeNumber>(node + 1), 0),
                                      incarnation, std::move(voters), std::move(learners)});
  }
};

TEST_F(MembershipHoldsTest, IsSilentForAReplicaThatMoves) {
  node_comes();
  fourth_for_first();
  works_with(1, {1, 2, 3}, {});
  log(0, {add(fourth)});
  checker().on_hosted(3, 0, fourth);
  works_with(1, {1, 2, 3}, {fourth});
  log(0, {promote(fourth)});
  log(0, {remove(1)});
  works_with(1, {2, 3, fourth}, {});
  works_with(2, {1, 2, 3}, {});
  checker().on_dropped(0, 0, 1);
  map({ReplicasSettled{0}});
  map({NodeLeaving{1}});
  log(0, {AccountFrozen{payer(), "x"}});
  EndView end{operations_, {}, {}, {}, true};
  checker().at_end(end);
  expect_fine();
}

TEST_F(MembershipHoldsTest, SeesAReplicaThatIsAddedAgain) {
  log(0, {add(fourth)});
  log(0, {remove(fourth)});
  log(0, {add(fourth)});
  expect_wrong("p0: entry 3 adds {1 of node 3} for the second time");
}

TEST_F(MembershipHoldsTest, SeesTwoReplicasOnOneNode) {
  log(0, {add(replica_id(2, 1))});
  expect_wrong("beside another replica of that node");
}

TEST_F(MembershipHoldsTest, SeesAVoterThatWasNoLearner) {
  log(0, {promote(fourth)});
  expect_wrong("p0: entry 1 promotes {1 of node 3}, which is no learner");
}

TEST_F(MembershipHoldsTest, SeesAReplicaThatIsRemovedTwice) {
  log(0, {remove(3)});
  log(0, {remove(3)});
  expect_wrong("p0: entry 2 removes {0 of node 2}, which is not there");
}

TEST_F(MembershipHoldsTest, SeesAGroupThatIsLeftWithTooFew) {
  log(0, {remove(3)});
  log(0, {remove(2)});
  expect_wrong("p0: entry 2 leaves voters {0 of node 0}");
}

TEST_F(MembershipHoldsTest, SeesAChangeBehindOtherEvents) {
  log(0, {AccountFrozen{payer(), "x"}, add(fourth)});
  expect_wrong("p0: entry 1 changes replicas, and not as its first event");
}

TEST_F(MembershipHoldsTest, SeesTwoChangesOnTheirWay) {
  checker().on_leads(0, 0, 1);
  checker().on_change_proposed(0, 0, 1);
  checker().on_leads(0, 0, 2);
  checker().on_change_proposed(0, 0, 1);
  checker().on_change_proposed(0, 0, 2);
  expect_wrong("p0: entry 2 is to change replicas, and entry 1 still waits");
}

TEST_F(MembershipHoldsTest, SeesAConfigurationThatTheGroupNeverHad) {
  log(0, {add(fourth)});
  works_with(1, {1, 2, 3, fourth}, {});
  expect_wrong("node 1: a replica of p0 works with voters");
}

TEST_F(MembershipHoldsTest, SeesAConfigurationThatGoesBack) {
  log(0, {add(fourth)});
  works_with(1, {1, 2, 3}, {fourth});
  works_with(1, {1, 2, 3}, {}, 2);  // another start of the node
  expect_fine();
  works_with(1, {1, 2, 3}, {fourth}, 2);
  works_with(1, {1, 2, 3}, {}, 2);
  expect_wrong("which the group has not had since change 1");
}

TEST_F(MembershipHoldsTest, SeesAReplicaThatGoesBeforeItWasRemoved) {
  checker().on_hosted(0, 0, 1);
  checker().on_dropped(0, 0, 1);
  expect_wrong("node 0 has dropped {0 of node 0} of p0, which no committed entry has removed");
}

TEST_F(MembershipHoldsTest, SeesALearnerThatGoesWithWhatItHasHeard) {
  log(0, {add(fourth)});
  checker().on_hosted(3, 0, fourth);
  checker().on_dropped(3, 0, fourth);
  expect_fine();
  checker().on_hosted(3, 0, fourth);
  checker().on_committed(3, 0, 1, "an entry");
  checker().on_dropped(3, 0, fourth);
  expect_wrong("which no committed entry has removed");
}

TEST_F(MembershipHoldsTest, SeesAReplicaThatComesBack) {
  log(0, {remove(1)});
  checker().on_dropped(0, 0, 1);
  checker().on_hosted(0, 0, 1);
  expect_wrong("which was dropped before");
}

TEST_F(MembershipHoldsTest, IsSilentForAReplicaThatIsThereAgainAfterACrash) {
  log(0, {remove(1)});
  checker().on_dropped(0, 0, 1);
  MemoryEventLog log;
  checker().on_group_recovered(0, meta, 0, log);
  checker().on_hosted(0, 0, 1);
  expect_fine();
}

TEST_F(MembershipHoldsTest, SeesAReplicaThatNobodyHasChosen) {
  checker().on_hosted(3, 0, fourth);
  expect_wrong("node 3 has made a replica of p0, which nobody has chosen");
}

TEST_F(MembershipHoldsTest, SeesAnIdThatIsChosenForASecondLife) {
  node_comes();
  map({ReplicasChosen{0, {replica_id(2, 0), replica_id(3, 0), replica_id(4, 0)}}});
  expect_wrong("chooses {0 of node 3}, whose generation was used");
}

TEST_F(MembershipHoldsTest, SeesAPartitionThatIsSettledTooEarly) {
  node_comes();
  fourth_for_first();
  log(0, {add(fourth)});
  map({ReplicasSettled{0}});
  expect_wrong("the meta group: entry 3 settles p0 as");
}

TEST_F(MembershipHoldsTest, SeesANodeThatGoesWithReplicas) {
  map({NodeLeaving{1}});
  map({NodeRemoved{1}});
  expect_wrong("removes node 0, which has a replica of p0");
}

TEST_F(MembershipHoldsTest, SeesANumberThatComesTwice) {
  node_comes();
  node_comes();
  expect_wrong("adds node 3 again");
}

TEST_F(MembershipHoldsTest, SeesAMapAtTheEndThatTheGroupsAreNotLike) {
  node_comes();
  fourth_for_first();
  EndView end{operations_, {}, {}, {}, false};
  checker().at_end(end);
  expect_fine();
  end.is_at_rest = true;
  checker().at_end(end);
  expect_wrong("p0 has voters");
}

}  // namespace
}  // namespace florin::sim
