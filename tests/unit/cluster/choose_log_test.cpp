// Which log is kept, by example; on real directories: tests/component/cluster/recover_cluster_test.cpp. And the property: of
// the logs of a raft group, whatever a majority has acknowledged is in the log that is chosen.
#include "cluster/recovery/choose_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/recovery/new_founder.hpp"

namespace florin {
namespace {

using consensus::Change;
using consensus::ChangeType;
using consensus::ConfState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A log by the terms of its entries, e.g. {1, 1, 2}: one leader for each term, so equal terms at an index after equal
// beginnings are the same entry.
struct Terms {
  std::vector<consensus::Term> terms;
  LogIndex committed = 0;
  consensus::Term heard = 0;
};

Result<ChosenLog, Error> chosen_of(const std::vector<Terms>& all) {
  std::vector<ReplicaLog> logs;
  std::vector<std::string> names;
  for (const Terms& one : all) {
    logs.push_back(
        {one.terms.size(), one.terms.empty() ? 0 : one.terms.back(), one.committed, one.heard});
    names.push_back("dir" + std::to_string(names.size()));
  }
  return choose_log(logs, names, [&](std::size_t log, LogIndex index) -> Result<Hash, Error> {
    std::string bytes;
    for (LogIndex i = 0; i < index; ++i) bytes += std::to_string(all[log].terms.at(i)) + " ";
    return chain_hash(bytes);
  });
}

TEST(ChooseLog, WhatIsCommittedThenTheLatestTermThenTheLongest) {
  EXPECT_EQ(chosen_of({{{1, 1}, 0, 1}, {{1, 1, 1}, 0, 1}})->log, 1U);
  EXPECT_EQ(chosen_of({{{1, 1, 1, 1}, 1, 1}, {{1, 2}, 1, 2}})->log, 1U);
  EXPECT_EQ(chosen_of({{{1, 2}, 2, 4}, {{1, 3}, 1, 3}})->log, 0U) << "figure 8 of the raft paper";
  EXPECT_EQ(chosen_of({{{}, 0, 0}, {{1}, 1, 1}})->log, 1U);
  EXPECT_EQ(chosen_of({{{}, 0, 0}})->last, 0U);
}

TEST(ChooseLog, SaysWhoseEndDidNotCount) {
  const auto chosen = chosen_of({{{1, 2}, 2, 4}, {{1, 3}, 1, 3}, {{1}, 1, 3}});
  ASSERT_TRUE(chosen);
  EXPECT_THAT(chosen->replaced, ElementsAre(1U));
}

TEST(ChooseLog, KnowsOfCommittedEntriesThatNobodyHas) {
  const auto chosen = chosen_of({{{1, 1}, 5, 1}, {{1}, 1, 1}});
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->last, 2U);
  EXPECT_EQ(chosen->committed, 5U);
}

TEST(ChooseLog, TwoThatCannotBothBeTrueAreNamed) {
  for (const auto& logs : {std::vector<Terms>{{{1, 2}, 2, 2}, {{1, 3}, 2, 3}},
                           std::vector<Terms>{{{1, 2}, 2, 2}, {{1, 3}, 1, 3}}}) {
    const auto chosen = chosen_of(logs);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, Errc::corrupt);
    EXPECT_THAT(chosen.error().context, HasSubstr("dir1 and dir0 contradict each other"));
  }
}

TEST(ChooseLog, AMajorityOfTheVotersIsMoreThanHalf) {
  EXPECT_TRUE(has_majority({1, 2, 3}, {3, 1}));
  EXPECT_FALSE(has_majority({1, 2, 3}, {3, 3, 9}));
  EXPECT_FALSE(has_majority({1, 2, 3, 4}, {1, 2}));
  EXPECT_FALSE(has_majority({1}, {}));
  EXPECT_TRUE(has_majority({1}, {1}));
}

TEST(ChooseLog, ChangesLeadToTheConfigurationThatRaftHas) {
  ConfState conf{{1, 2, 3}, {}};
  std::vector<consensus::ReplicaId> retired;
  for (const Change& change : {Change{ChangeType::add_learner, 4}, Change{ChangeType::promote, 4},
                               Change{ChangeType::remove, 2}, Change{ChangeType::add_learner, 5}})
    apply_change(conf, retired, change);
  EXPECT_THAT(conf.voters, ElementsAre(1U, 3U, 4U));
  EXPECT_THAT(conf.learners, ElementsAre(5U));
  EXPECT_THAT(retired, ElementsAre(2U));
}

TEST(NewFounder, TakesNoNameThatTheGroupHasHad) {
  GroupEnd end;
  end.conf = {{replica_id(1, 0), replica_id(2, 3)}, {replica_id(9, 7)}};
  end.retired = {replica_id(3, 8)};
  MapPartition partition;
  partition.generation = 5;
  EXPECT_EQ(founder_of(partition, end, 4), replica_id(4, 9)) << "above every generation";
  ClusterMap map;
  map.nodes[2] = {};
  EXPECT_TRUE(was_used(map, {end}, 9)) << "the map may be older than the group";
  EXPECT_TRUE(was_used(map, {end}, 3));
  EXPECT_EQ(unused_node(map, {end}), 4);
}

TEST(NewFounder, TheGroupGoesOnInANewTermWithTheFounderAlone) {
  GroupEnd end{1, 7, 5, Timestamp{9}, chain_hash("x"), {{replica_id(1, 0)}, {replica_id(2, 1)}},
               {}};
  const FoundedGroup founded = found_group(end, replica_id(4, 2), {});
  EXPECT_EQ(founded.record.hard, (consensus::HardState{6, 0, 7 + founded.entries.size()}));
  EXPECT_THAT(founded.record.snapshot.conf.voters, ElementsAre(replica_id(4, 2)));
  EXPECT_THAT(founded.record.snapshot.conf.learners, IsEmpty());
  EXPECT_THAT(founded.record.retired, ElementsAre(replica_id(1, 0), replica_id(2, 1)));
  Hash previous = end.hash;
  for (const std::string& bytes : founded.entries) {
    EXPECT_EQ(decode_entry_header(bytes)->previous_hash, previous);
    EXPECT_EQ(decode_entry_header(bytes)->time, end.time);
    previous = chain_hash(bytes);
  }
}

}  // namespace
}  // namespace florin
