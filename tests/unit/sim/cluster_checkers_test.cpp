// The checkers of clusters see what must not happen between replicas.
#include "cluster/placement/replica_id.hpp"
#include "persistence/memory/memory_event_log.hpp"
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class OneLeaderPerTermTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_one_leader_per_term(run_); }
};

TEST_F(OneLeaderPerTermTest, IsSilentWhenTermsHaveOneLeaderEach) {
  checker().on_leads(0, 0, 1);
  checker().on_leads(1, 0, 2);
  checker().on_leads(0, 1, 2);
  checker().on_leads(1, 0, 2);
  expect_fine();
}

TEST_F(OneLeaderPerTermTest, SeesTwoLeadersInOneTerm) {
  checker().on_leads(0, 0, 4);
  checker().on_leads(2, 0, 4);
  expect_wrong("nodes 0 and 2 both lead in term 4");
}

class CommittedPrefixesAgreeTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_committed_prefixes_agree(run_); }

 protected:
  // What node `node` finds when it starts: nothing in its state, this in its log.
  void recover(std::uint32_t node, const std::vector<std::string>& entries) {
    MemoryEventLog log;
    LogIndex index = 0;
    for (const std::string& bytes : entries) ASSERT_TRUE(log.append({0, ++index, bytes}));
    ASSERT_TRUE(log.sync());
    checker().on_replica_recovered(node, 0, 0, log);
  }
};

TEST_F(CommittedPrefixesAgreeTest, IsSilentWhenAReplicaIsBehindAndHearsAgain) {
  checker().on_committed(0, 0, 1, "a");
  checker().on_committed(0, 0, 2, "b");
  checker().on_committed(1, 0, 1, "a");
  recover(1, {"a", "x"});
  checker().on_committed(1, 0, 1, "a");
  checker().on_committed(1, 0, 2, "b");
  expect_fine();
}

TEST_F(CommittedPrefixesAgreeTest, SeesAnotherEntryAtTheSameIndex) {
  checker().on_committed(0, 0, 1, "a");
  checker().on_committed(1, 0, 1, "b");
  expect_wrong("node 1, p0: entry 1 is another one than elsewhere");
}

TEST_F(CommittedPrefixesAgreeTest, SeesAGap) {
  checker().on_committed(0, 0, 1, "a");
  checker().on_committed(0, 0, 3, "c");
  expect_wrong("entry 3 is committed after entry 1");
}

TEST_F(CommittedPrefixesAgreeTest, SeesACommittedEntryThatACrashTookAway) {
  checker().on_committed(0, 0, 1, "a");
  checker().on_committed(0, 0, 2, "b");
  recover(0, {"a"});
  expect_wrong("entry 2 was committed, and is not in its log");
}

TEST_F(CommittedPrefixesAgreeTest, SeesACommittedEntryThatIsAnotherAfterACrash) {
  checker().on_committed(0, 0, 1, "a");
  recover(0, {"b"});
  expect_wrong("entry 1 is another one after a crash");
}

// Three nodes, each with a replica of all.
class AcknowledgedOnAMajorityTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override {
    options_.nodes = options_.replication = 3;
    return make_acknowledged_on_a_majority(run_);
  }

 protected:
  void write(std::uint32_t node, LogIndex index, const std::string& bytes) {
    checker().on_written(node, {{0, index, hash64(bytes)}});
  }
  void commit(LogIndex index, const std::string& bytes) {
    checker().on_durable(0, index, bytes, nobody_.state());
  }
  // What a start of node `node` finds.
  void find(std::uint32_t node, const std::vector<std::string>& entries) {
    MemoryEventLog log;
    LogIndex index = 0;
    for (const std::string& bytes : entries) ASSERT_TRUE(log.append({0, ++index, bytes}));
    ASSERT_TRUE(log.sync());
    checker().on_log_found(node, log);
  }
  // Entry 1 is on all nodes, entry 2 on nodes 0 and 1.
  void begin() {
    for (std::uint32_t node = 0; node < 3; ++node) write(node, 1, "a");
    commit(1, "a");
    for (std::uint32_t node = 0; node < 2; ++node) write(node, 2, "b");
    commit(2, "b");
  }
};

TEST_F(AcknowledgedOnAMajorityTest, IsSilentWhileAMinorityLacksIt) {
  begin();
  write(2, 2, "x");
  write(2, 2, "b");
  find(1, {"a", "b", "c"});
  write(1, 3, "d");
  find(0, {"a"});
  hear(ask(transfer(30)), answer(Verdict::completed, 2));
  expect_fine();
}

TEST_F(AcknowledgedOnAMajorityTest, SeesAnEntryThatIsCommittedOnOneNodeOnly) {
  write(0, 1, "a");
  commit(1, "a");
  expect_wrong("p0: entry 1 was acknowledged, and 2 of 3 voters do not have it on their disks");
}

TEST_F(AcknowledgedOnAMajorityTest, SeesAnEntryThatANewLeaderReplaces) {
  begin();
  write(1, 2, "x");
  expect_wrong("entry 2 was acknowledged, and 2 of 3");
}

TEST_F(AcknowledgedOnAMajorityTest, SeesAnEntryThatAStartDoesNotFind) {
  begin();
  find(1, {"a", "x"});
  expect_wrong("entry 2 was acknowledged, and 2 of 3");
}

TEST_F(AcknowledgedOnAMajorityTest, SeesAnAnswerFromBeforeItsEntryIsDurable) {
  begin();
  hear(ask(transfer(30)), answer(Verdict::completed, 3));
  expect_wrong("entry 3 was acknowledged, and 3 of 3");
}

TEST_F(AcknowledgedOnAMajorityTest, DoesNotCountALostDiskAndCountsItsSuccessor) {
  begin();
  checker().on_disk_lost(1);
  expect_fine();
  const std::uint64_t successor = replica_id(2, 1);
  log(0, {ReplicaChanged{ReplicaChange::add_learner, successor}});
  log(0, {ReplicaChanged{ReplicaChange::promote, successor}});
  log(0, {ReplicaChanged{ReplicaChange::remove, 2}});
  expect_wrong("entry 2 was acknowledged, and 2 of 3");
}

class LeaderReadsLinearizableTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_leader_reads_linearizable(run_); }

 protected:
  // Entries with an event each, up to this one.
  void commit(LogIndex index) {
    while (last_index_[0] < index) log(0, {AccountFrozen{payer(), ""}});
  }
};

TEST_F(LeaderReadsLinearizableTest, IsSilentForReadsOfWhatWasCommittedAndForOldOutcomes) {
  commit(3);
  const auto read = ask(question(ActionKind::read_account));
  commit(4);
  hear(read, answer(Verdict::account, 3));
  hear(ask(transfer(30)), answer(Verdict::completed, 2, 0, true));
  expect_fine();
}

TEST_F(LeaderReadsLinearizableTest, SeesAReadThatMissesWhatWasCommittedBeforeIt) {
  commit(3);
  hear(ask(question(ActionKind::read_account)), answer(Verdict::account, 2));
  expect_wrong("entry 3 had been committed before it was asked");
}

TEST_F(LeaderReadsLinearizableTest, IsSilentForAReadThatMissesNothingButAnEntryWithoutEvents) {
  commit(3);
  log(0, {});
  hear(ask(question(ActionKind::read_account)), answer(Verdict::account, 3));
  expect_fine();
}

class FollowerReadsTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_follower_reads_honour_min_position(run_); }

 protected:
  // Entry 1 opens the payer's account, entry 2 freezes it; both are committed.
  FollowerReadsTest() {
    commit(AccountOpened{payer(), dollars(), AccountKind::user, false, no_daily_limit, {}});
    commit(AccountFrozen{payer(), ""});
  }
  void commit(std::optional<Event> event) {
    EntryBuilder builder;
    builder.begin();
    if (event) builder.add(*event);
    EntryHeader header;
    header.index = nobody_.state().last_index() + 1;
    header.term = 1;
    header.time = Timestamp{1};
    header.previous_hash = nobody_.state().last_hash();
    ASSERT_TRUE(nobody_.replay(builder.finish(header)));
    checker().on_durable(0, header.index, "", nobody_.state());
    log(0, event ? std::vector<Event>{*event} : std::vector<Event>{});
  }
  std::uint32_t read(LogIndex min_index) {
    operations_.push_back({static_cast<std::uint32_t>(operations_.size()),
                           question(ActionKind::follower_read), 0, std::nullopt, min_index});
    return ask_again(operations_.back().number);
  }
  static Answer at(LogIndex index, bool frozen) {
    Answer seen = answer(Verdict::account, index);
    seen.account.frozen = frozen;
    seen.account.currency = "USD";
    return seen;
  }
};

TEST_F(FollowerReadsTest, IsSilentWhenOldAnswersAreWhatWasSo) {
  hear(read(0), at(1, false));
  hear(read(1), at(2, true));
  hear(read(0), answer(Verdict::rejected, 0));
  hear(read(9), answer(Verdict::not_accepted, 0));
  expect_fine();
}

TEST_F(FollowerReadsTest, SeesAnAnswerFromBeforeWhatWasAskedFor) {
  hear(read(2), at(1, false));
  expect_wrong("wanted to see entry 2");
}

TEST_F(FollowerReadsTest, SeesAnAnswerFromWhatIsNotCommitted) {
  hear(read(0), at(3, true));
  expect_wrong("where no event was committed");
}

TEST_F(FollowerReadsTest, IsSilentWhenWhatWasWaitedForHasNoEvents) {
  commit(std::nullopt);
  hear(read(3), at(2, true));
  expect_fine();
}

TEST_F(FollowerReadsTest, SeesAPositionInAnEntryWithoutEvents) {
  commit(std::nullopt);
  hear(read(0), at(3, true));
  expect_wrong("where no event was committed");
}

TEST_F(FollowerReadsTest, SeesAnAnswerFromBeforeAnEntryThatIsNotThere) {
  hear(read(3), at(2, true));
  expect_wrong("wanted to see entry 3");
}

TEST_F(FollowerReadsTest, SeesAStateThatIsNotTheOneOfItsPosition) {
  hear(read(0), at(1, true));
  expect_wrong("with what was not so then");
}

class ReplicasAgreeTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_replicas_agree(run_); }

 protected:
  static void replay(Partition& partition, const std::string& account) {
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountOpened{
        AccountId::from_trusted(account), dollars(), AccountKind::user, false, no_daily_limit, {}});
    EntryHeader header;
    header.index = 1;
    header.term = 1;
    header.time = Timestamp{1};
    ASSERT_TRUE(partition.replay(builder.finish(header)));
  }
  SimStateStore other_store_;
  Partition other_{0, map_, other_store_, {}};
};

TEST_F(ReplicasAgreeTest, IsSilentWhenTheyDo) {
  replay(nobody_, "payer");
  replay(other_, "payer");
  EndView end{operations_, {}, {&nobody_.state()}, {{&nobody_.state(), &other_.state()}}};
  checker().at_end(end);
  expect_fine();
}

TEST_F(ReplicasAgreeTest, SeesAReplicaThatIsBehindOrDifferent) {
  replay(nobody_, "payer");
  EndView end{operations_, {}, {&nobody_.state()}, {{&nobody_.state(), &other_.state()}}};
  checker().at_end(end);
  expect_wrong("a replica at entry 0 is not in the state of entry 1");
}

}  // namespace
}  // namespace florin::sim
