// florin recover-cluster on real directories: what it keeps, what it says is missing, and when it refuses.
#include "runtime/offline/recover_cluster.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "persistence/journal/log_end.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "tests/component/cluster/recovery_kit.hpp"

namespace florin {
namespace {

using test::Log;
using test::meta_number;
using testing::AllOf;
using testing::HasSubstr;
using RecoverCluster = test::RecoveryKit;

bool begins_with(const Log& log, const Log& prefix) {
  return log.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), log.begin());
}

TEST_F(RecoverCluster, TwoOfThreeLoseNothing) {
  auto behind = all();
  cut(behind, 0, 2);
  cut(behind, 1, 1);
  const auto report = recover({write("a", 1, behind), write("b", 2, all())});
  ASSERT_TRUE(report.has_value()) << report.error().context;
  EXPECT_TRUE(report->is_complete());
  EXPECT_TRUE(report->is_written);
  EXPECT_EQ(report->founder, 4) << "the first number that was never used";
  for (const RecoveredGroup& group : report->groups) {
    EXPECT_EQ(group.voters, 3U);
    EXPECT_EQ(group.voters_there, 2U);
  }
  for (std::uint32_t group = 0; group < truth_.size(); ++group)
    EXPECT_TRUE(begins_with(written(group), truth_[group])) << group;
  EXPECT_EQ(balance(alice_), 9'500);
  EXPECT_EQ(balance(bob_), 5'500);
}

TEST_F(RecoverCluster, TheNewLogGoesOnWithANewNodeAndWithoutTheOldOnes) {
  ASSERT_TRUE(recover({write("a", 1, all()), write("b", 2, all())}).has_value());
  const consensus::ReplicaId founder = replica_id(4, 1);
  for (std::uint32_t p = 0; p < meta_number; ++p) {
    GroupState state;
    const Log log = written(p, &state);
    EXPECT_EQ(state.replica, founder);
    EXPECT_EQ(state.snapshot.conf.voters, std::vector{founder});
    EXPECT_TRUE(state.snapshot.conf.learners.empty());
    EXPECT_EQ(state.retired, (std::vector{replica_id(1, 0), replica_id(2, 0), replica_id(3, 0)}));
    EXPECT_EQ(state.hard, (consensus::HardState{2, 0, log.size()}));
    EXPECT_EQ(state.snapshot.index, log.size());
  }
  GroupState state;
  ClusterMap map;
  const Log log = written(meta_number, &state);
  for (const std::string& bytes : log) {
    const auto entry = decode_entry(bytes);
    ASSERT_TRUE(entry);
    for (const Event& event : entry->events) evolve(map, event, map.version + 1);
  }
  EXPECT_EQ(state.replica, replica_id(4, 0));
  EXPECT_EQ(goal_of_meta(map).wanted, std::vector{replica_id(4, 0)});
  EXPECT_EQ(map.replication, 3U) << "the new cluster grows to as many as the old one had";
  for (const MapPartition& partition : map.partitions) {
    EXPECT_EQ(partition.wanted, std::vector{founder});
    EXPECT_TRUE(partition.settled);
  }
  for (const NodeNumber node : {NodeNumber{1}, NodeNumber{2}, NodeNumber{3}})
    EXPECT_TRUE(map.is(node, NodeState::removed));
  auto opened = OfflineLog::open(to_);
  EXPECT_EQ(opened->directory.identity().member, (ClusterIdentity{"prod-2", 4}));
  const auto audit = audit_data_directory(*opened, nullptr);
  ASSERT_TRUE(audit.has_value());
  EXPECT_FALSE(audit->divergence.has_value());
}

TEST_F(RecoverCluster, OneOfThreeMayMissWhatItHasNotHeard) {
  const std::string one = write("a", 1, all());
  const auto refused = recover({one});
  ASSERT_TRUE(refused.has_value());
  EXPECT_FALSE(refused->is_complete());
  EXPECT_FALSE(refused->is_written);
  EXPECT_FALSE(std::filesystem::exists(to_));
  const auto accepted = recover({one}, true);
  ASSERT_TRUE(accepted.has_value());
  EXPECT_TRUE(accepted->is_written);
  EXPECT_EQ(balance(alice_), 9'500);
}

// Of what only one of the two has acknowledged, nobody's record says that it is committed: it may have been.
TEST_F(RecoverCluster, AnEndThatNobodyKnowsAsCommittedIsKept) {
  auto ahead = all(), behind = all();
  cut(behind, 0, 1);
  ahead.committed[0] = behind.committed[0];
  ASSERT_TRUE(recover({write("a", 1, behind), write("b", 2, ahead)}).has_value());
  EXPECT_TRUE(begins_with(written(0), truth_[0]));
}

TEST_F(RecoverCluster, ALaterTermWinsOverALongerLog) {
  auto longer = all(), later = all();
  const auto frozen = [&](const char* why) {
    return std::vector<std::vector<Event>>{{AccountFrozen{alice_, why}}};
  };
  longer.logs[0] = test::chained(0, frozen("of a leader that nobody followed"), 2, truth_[0]);
  longer.logs[0] = test::chained(0, {{}, {}}, 2, longer.logs[0]);
  longer.terms[0] = 2;
  later.logs[0] = test::chained(0, frozen("agreed"), 3, truth_[0]);
  later.terms[0] = 3;
  ASSERT_TRUE(recover({write("a", 1, longer), write("b", 2, later)}).has_value());
  EXPECT_TRUE(begins_with(written(0), later.logs[0]));
}

// The end of "a" has a later term than the entry that is committed at its place, and was never agreed all the same: that
// entry was committed by a later leader still (Raft, figure 8).
TEST_F(RecoverCluster, AnEndThatWasReplacedIsLeftOutWhateverItsTerm) {
  auto stale = all(), agreed = all();
  stale.logs[0] = test::chained(0, {{AccountFrozen{alice_, "never agreed"}}}, 3, truth_[0]);
  stale.terms[0] = 3;
  agreed.logs[0] = test::chained(0, {{AccountFrozen{alice_, "agreed"}}}, 2, truth_[0]);
  agreed.committed[0] = agreed.logs[0].size();
  agreed.terms[0] = 4;
  const std::string a = write("a", 1, stale);
  const auto report = recover({a, write("b", 2, agreed)});
  ASSERT_TRUE(report.has_value()) << report.error().context;
  EXPECT_TRUE(begins_with(written(0), agreed.logs[0]));
  EXPECT_EQ(report->groups[0].replaced, std::vector{a});
}

TEST_F(RecoverCluster, TwoTruthsAreNamedBoth) {
  auto one = all(), other = all();
  one.logs[0] = test::chained(0, {{AccountFrozen{alice_, "one"}}}, 1, truth_[0]);
  other.logs[0] = test::chained(0, {{AccountFrozen{alice_, "other"}}}, 1, truth_[0]);
  ++one.committed[0];
  ++other.committed[0];
  EXPECT_THAT(refusal({write("a", 1, one), write("b", 2, other)}),
              AllOf(HasSubstr("corrupt: partition 0"), HasSubstr(dir_ / "a"), HasSubstr(dir_ / "b"),
                    HasSubstr("contradict each other")));
}

// Whoever led in a later term than all that the other has heard of would have had what that one knows as committed.
TEST_F(RecoverCluster, ALaterLeaderThatLacksWhatIsCommittedIsAContradiction) {
  auto one = all(), other = all();
  one.logs[0] = test::chained(0, {{AccountFrozen{alice_, "one"}}}, 1, truth_[0]);
  ++one.committed[0];
  other.logs[0] = test::chained(0, {{AccountFrozen{alice_, "other"}}}, 2, truth_[0]);
  other.terms[0] = 2;
  EXPECT_THAT(refusal({write("a", 1, one), write("b", 2, other)}),
              HasSubstr("contradict each other"));
}

TEST_F(RecoverCluster, TheMetaGroupIsChosenLikeTheOthers) {
  auto knows_more = all();
  knows_more.logs[meta_number] =
      test::chained(meta_number, {{NodeAdded{{7, "g:1", "g:2"}}}}, 1, truth_[meta_number]);
  ++knows_more.committed[meta_number];
  const std::string a = write("a", 1, all()), b = write("b", 2, knows_more);
  const auto report = recover({a, b});
  ASSERT_TRUE(report.has_value()) << report.error().context;
  EXPECT_EQ(report->groups.back().path, b);
  auto wanted = request({a, b});
  wanted.to = dir_ / "other";
  wanted.founder.node = 7;
  const auto refused = recover_cluster(wanted, nullptr);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_THAT(refused.error().context, HasSubstr("first free one is 4"));
}

TEST_F(RecoverCluster, WithoutTheMetaGroupThereIsNoCluster) {
  auto copy = all();
  cut(copy, meta_number, 1);
  EXPECT_THAT(refusal({write("a", 1, copy)}), HasSubstr("corrupt: the meta group"));
}

TEST_F(RecoverCluster, OfADamagedDirectoryWhatIsBeforeTheDamageCounts) {
  const std::string a = write("a", 1, all());
  std::filesystem::remove_all(dir_ / "a/log");
  const auto nothing = recover({a, write("b", 2, all())});
  ASSERT_TRUE(nothing.has_value()) << nothing.error().context;
  EXPECT_THAT(nothing->from[0].damage, HasSubstr("a/log"));
  EXPECT_EQ(nothing->groups[0].voters_there, 1U) << "what was in it is lost";
  EXPECT_FALSE(nothing->is_complete());

  const std::string c = write("c", 3, all());
  flip(c + "/log/00000001.seg", 4096 + 200);
  const auto flipped = recover({c, dir_ / "b"});
  ASSERT_TRUE(flipped.has_value()) << flipped.error().context;
  EXPECT_THAT(flipped->from[0].damage, HasSubstr("00000001.seg"));
  EXPECT_FALSE(flipped->is_complete());
  const auto whole = recover({c, dir_ / "b", write("d", 1, all())});
  ASSERT_TRUE(whole.has_value());
  EXPECT_TRUE(whole->is_written) << "the other two have everything";
}

TEST_F(RecoverCluster, ABrokenChainEndsItsOwnLogOnly) {
  auto broken = all();
  broken.logs[0].back() = test::chained(0, {{}}).front();
  auto shorter = all();
  cut(shorter, 0, 1);
  shorter.committed[0] = truth_[0].size();
  const auto report = recover({write("a", 1, broken), write("b", 2, shorter)});
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->is_written);
  EXPECT_EQ(report->groups[0].entries, truth_[0].size() - 1);
  EXPECT_EQ(report->groups[0].committed, truth_[0].size()) << "both know of an entry that is lost";
  EXPECT_EQ(report->groups[1].entries, truth_[1].size());
  EXPECT_TRUE(report->groups[1].has_majority);
}

// Only partition 0 is old: what partition 1 has done with it has no other side.
TEST_F(RecoverCluster, AnOldLogBesideNewOnesIsSeenByWhatTheOthersDidWithIt) {
  auto old = all();
  cut(old, 0, truth_[0].size() - 2);
  old.logs[1].clear();
  old.committed[1] = 0;
  auto other = all();
  other.logs[0].clear();
  other.committed[0] = 0;
  const std::string a = write("a", 1, old), b = write("b", 2, other);
  const auto report = recover({a, b});
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->is_written);
  ASSERT_FALSE(report->findings.empty());
  EXPECT_EQ(report->findings[0].lacks, 0);
  EXPECT_TRUE(std::ranges::any_of(report->findings, [](const CrossFinding& finding) {
    return finding.fault == CrossFault::one_sided && finding.amount == 700;
  }));
  EXPECT_TRUE(recover({a, b}, true)->is_written);
}

TEST_F(RecoverCluster, TheLogOfARemovedNodeCountsForWhatItHasButNotAsAVoter) {
  auto gone = all();
  gone.is_gone = true;
  auto behind = all();
  cut(behind, 1, 1);
  const auto report = recover({write("a", 1, gone), write("b", 2, behind)});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->groups[1].entries, truth_[1].size());
  EXPECT_EQ(report->groups[1].voters_there, 1U);
  EXPECT_FALSE(report->is_complete());
}

TEST_F(RecoverCluster, AnOlderCopyOfTheSameNodeIsNamedAndIsNoSecondVoter) {
  auto early = all();
  cut(early, 0, 2);
  const std::string node = write("a", 1, early);
  std::filesystem::copy(node, dir_ / "copy", std::filesystem::copy_options::recursive);
  {
    auto directory = DataDirectory::open_existing(node, DirectoryUse::write);
    JournalOptions options;
    options.directory = directory->log_path();
    options.data_id = directory->identity().id;
    options.partitions = test::kept_streams.count();
    options.replaceable = true;
    options.prepare_ahead = false;
    auto journal = Journal::open(options);
    for (std::size_t i = truth_[0].size() - 2; i < truth_[0].size(); ++i)
      ASSERT_TRUE((*journal)->append({0, i + 1, truth_[0][i]}));
    ASSERT_TRUE((*journal)->close_cleanly());
  }
  const auto report = recover({dir_ / "copy", node});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->from[0].is_older_copy);
  EXPECT_FALSE(report->from[1].is_older_copy);
  EXPECT_EQ(report->groups[0].voters_there, 1U);
  EXPECT_EQ(report->groups[0].entries, truth_[0].size());
}

TEST_F(RecoverCluster, DirectoriesOfDifferentClustersAreNamed) {
  EXPECT_THAT(refusal({write("a", 1, all()), write("b", 2, all(), "test")}),
              AllOf(HasSubstr("mismatch"), HasSubstr("cluster prod"), HasSubstr("cluster test")));
}

TEST_F(RecoverCluster, WhatIsAskedForMustBePossible) {
  const std::string a = write("a", 1, all());
  const auto wrong = [&](auto change) {
    auto wanted = request({a});
    change(wanted);
    const auto report = recover_cluster(wanted, nullptr);
    return report ? "none" : report.error().context;
  };
  EXPECT_THAT(wrong([](auto& r) { r.cluster = "prod"; }), HasSubstr("the old cluster's name"));
  EXPECT_THAT(wrong([](auto& r) { r.cluster = "Prod"; }), HasSubstr("a-z 0-9"));
  EXPECT_THAT(wrong([](auto& r) { r.founder.node = 3; }), HasSubstr("never used again"));
  EXPECT_THAT(wrong([](auto& r) { r.founder.peer = "d"; }), HasSubstr("HOST:PORT"));
  EXPECT_THAT(wrong([&](auto& r) { r.to = a; }), HasSubstr("not an empty directory"));
  EXPECT_THAT(wrong([](auto& r) { r.from.clear(); }), HasSubstr("--from"));
  std::filesystem::create_directory(to_ + ".recovering");
  EXPECT_THAT(wrong([](auto&) {}), HasSubstr("did not come to its end"));
}

TEST_F(RecoverCluster, AnEmptyDirectoryIsTaken) {
  std::filesystem::create_directory(to_);
  const auto report = recover({write("a", 1, all()), write("b", 2, all())});
  ASSERT_TRUE(report.has_value()) << report.error().context;
  EXPECT_TRUE(report->is_written);
}

TEST_F(RecoverCluster, NothingOfTheSourcesChanges) {
  const std::string a = write("a", 1, all()), b = write("b", 2, all());
  const auto picture = [&] {
    std::string out;
    for (const std::string& path : {a, b})
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        out += entry.path().string() + " " +
               std::to_string(entry.last_write_time().time_since_epoch().count());
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        out += std::to_string(
            std::hash<std::string>()(std::string(std::istreambuf_iterator<char>(file), {})));
      }
    return out;
  };
  const std::string before = picture();
  ASSERT_TRUE(recover({a, b}).has_value());
  EXPECT_EQ(picture(), before);
}

TEST_F(RecoverCluster, NotWhileANodeUsesOneOfThem) {
  const std::string a = write("a", 1, all());
  const auto used = DataDirectory::open_existing(a, DirectoryUse::write);
  EXPECT_THAT(refusal({a}), HasSubstr("locked"));
}

}  // namespace
}  // namespace florin
