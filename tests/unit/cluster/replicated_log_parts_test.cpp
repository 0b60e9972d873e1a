// The parts of a replicated log, each alone: questions, leaderships, changes of replicas, entries of one group, proposals of a
// cycle, messages that are held back.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cluster/placement/replica_id.hpp"
#include "cluster/replication/group/log_group.hpp"
#include "cluster/replication/outgoing_frames.hpp"
#include "cluster/replication/proposal_queue.hpp"

namespace florin {
namespace {

using consensus::Change;
using consensus::ChangeType;

// Entries that can be replaced, as a cluster's journal replaces them.
class ReplaceableLog final : public EventLogWriter, public EventLogReader {
 public:
  Status<Error> append(const LogEntry& entry) override {
    entries.erase(entries.lower_bound(entry.index), entries.end());
    entries.emplace(entry.index, entry.bytes);
    return Unit{};
  }
  Status<Error> sync() override { return Unit{}; }
  Result<std::string, Error> read(PartitionId, LogIndex index) override {
    ++reads;
    const auto found = entries.find(index);
    if (found == entries.end()) return Err{Error{Errc::missing, "no such entry"}};
    return found->second;
  }
  [[nodiscard]] LogIndex last_index(PartitionId) const override {
    return entries.empty() ? 0 : entries.rbegin()->first;
  }
  Status<Error> scan(const std::vector<LogIndex>&,
                     const std::function<Status<Error>(const LogEntryView&)>&,
                     const std::function<void(std::uint64_t, std::uint64_t)>&) override {
    return Unit{};
  }

  std::map<LogIndex, std::string> entries;
  int reads = 0;
};

EntryBytes part_entry(consensus::Term term, LogIndex index, std::string_view reason = "reason") {
  EntryBuilder builder;
  builder.begin();
  builder.add(AccountFrozen{AccountId::from_trusted("b"), std::string(reason)});
  EntryHeader header;
  header.index = index;
  header.term = term;
  return std::make_shared<const std::string>(builder.finish(header));
}

EntryBytes part_change(LogIndex index) {
  EntryBuilder builder;
  builder.begin();
  builder.add(ReplicaChanged{ReplicaChange::add_learner, replica_id(4, 1)});
  EntryHeader header;
  header.index = index;
  header.term = 1;
  return std::make_shared<const std::string>(builder.finish(header));
}

// --- LeaderQuestion --------------------------------------------------------------------------------------

TEST(LeaderQuestionTest, OneAnswerServesAllWhoAskedBeforeItWasPut) {
  LeaderQuestion question;
  EXPECT_FALSE(question.is_due(10));
  question.want(1);
  question.want(3);
  ASSERT_TRUE(question.is_due(10));
  question.put(7);
  question.want(4);
  EXPECT_FALSE(question.is_due(10)) << "one at a time";
  EXPECT_EQ(question.answered(6), std::nullopt) << "of another question";
  EXPECT_EQ(question.answered(7), 3U);
  EXPECT_EQ(question.answered(7), std::nullopt) << "once";
  EXPECT_TRUE(question.is_new());
}

TEST(LeaderQuestionTest, WhatNobodyAnswersIsPutAgainUnderAnotherName) {
  LeaderQuestion question;
  question.want(1);
  question.put(1);
  question.tick();
  EXPECT_FALSE(question.is_due(2));
  question.tick();
  ASSERT_TRUE(question.is_due(2));
  question.put(2);
  EXPECT_EQ(question.answered(1), std::nullopt);
  EXPECT_EQ(question.answered(2), 1U);
}

// --- Leadership ------------------------------------------------------------------------------------------

TEST(LeadershipTest, DecidesWhenAllBeforeItsTermIsGivenAndNothingIsOnItsWay) {
  ReplaceableLog journal;
  GroupLog log(0, 0, journal, journal);
  Leadership leadership;
  leadership.see_role(consensus::Role::leader, 2);
  EXPECT_FALSE(leadership.may_decide(log)) << "its first entry is not there";
  ASSERT_TRUE(log.write(1, 2, part_entry(2, 1)));
  leadership.term_begins(2);
  EXPECT_FALSE(leadership.may_decide(log)) << "its first entry is not committed";
  ASSERT_TRUE(log.take_committed(1));
  leadership.pause(1);
  EXPECT_FALSE(leadership.may_decide(log));
  leadership.tick();
  ASSERT_TRUE(leadership.may_decide(log));
  leadership.begin(5, 2);
  EXPECT_TRUE(leadership.is_in(5));
  EXPECT_FALSE(leadership.is_in(4));
  EXPECT_FALSE(leadership.may_decide(log)) << "it does already";
  EXPECT_EQ(leadership.take_next_proposal(), 2U);
  EXPECT_EQ(leadership.take_next_proposal(), 3U);
  EXPECT_TRUE(leadership.end());
  EXPECT_FALSE(leadership.end()) << "told once";
  EXPECT_FALSE(leadership.is_in(0));
}

TEST(LeadershipTest, CountsLeadersAndTheTimeWithoutOne) {
  Leadership leadership;
  leadership.tick();
  leadership.tick();
  EXPECT_EQ(leadership.leaderless_ticks(), 2U);
  EXPECT_TRUE(leadership.see_leader(3));
  EXPECT_FALSE(leadership.see_leader(3));
  leadership.tick();
  EXPECT_EQ(leadership.leaderless_ticks(), 0U);
  EXPECT_TRUE(leadership.see_leader(0));
  EXPECT_EQ(leadership.elections(), 1U);
}

// --- GroupChanges ----------------------------------------------------------------------------------------

TEST(GroupChangesTest, WhoIsRemovedIsSoByACommittedEntryOnly) {
  GroupChanges changes;
  changes.note(4, Change{ChangeType::remove, 9});
  changes.note(6, Change{ChangeType::remove, 8});
  EXPECT_TRUE(changes.take_removed(3).empty());
  changes.forget_from(6);
  EXPECT_EQ(changes.take_removed(7), std::vector<consensus::ReplicaId>{9});
  EXPECT_FALSE(changes.is_any_in_log());
  EXPECT_TRUE(changes.is_changing()) << "raft has not said what is in force";
  changes.set_conf({});
  EXPECT_FALSE(changes.is_changing());
}

TEST(GroupChangesTest, FindsTheReplicaOfANode) {
  GroupChanges changes;
  consensus::ConfState conf;
  conf.voters = {replica_id(1, 0), replica_id(2, 3)};
  conf.learners = {replica_id(4, 1)};
  changes.set_conf(conf);
  EXPECT_EQ(changes.replica_on(2), replica_id(2, 3));
  EXPECT_EQ(changes.replica_on(4), replica_id(4, 1));
  EXPECT_EQ(changes.replica_on(3), 0U);
}

// --- GroupLog --------------------------------------------------------------------------------------------

TEST(GroupLogTest, AnEntryThatIsReplacedTakesThoseBehindItAway) {
  ReplaceableLog journal;
  GroupLog log(0, 0, journal, journal);
  for (LogIndex index = 1; index <= 4; ++index)
    ASSERT_TRUE(log.write(index, 1, part_entry(1, index)));
  ASSERT_TRUE(log.take_committed(2));
  const EntryBytes other = part_entry(2, 3, "another");
  ASSERT_TRUE(log.write(3, 2, other));
  EXPECT_EQ(log.last(), 3U);
  EXPECT_EQ(log.at(3)->bytes, other);
  EXPECT_EQ(log.at(3)->term, 2U);
  EXPECT_EQ(log.at(2)->term, 1U);
}

TEST(GroupLogTest, OnlyWhatIsCommittedLeavesTheMemory) {
  ReplaceableLog journal;
  GroupLog log(0, 0, journal, journal);
  for (LogIndex index = 1; index <= 4; ++index)
    ASSERT_TRUE(log.write(index, 1, part_entry(1, index)));
  const auto given = log.take_committed(2);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->size(), 2U);
  log.trim(0);
  EXPECT_TRUE(log.at(3));
  EXPECT_EQ(journal.reads, 0);
  EXPECT_EQ(*log.at(2)->bytes, *part_entry(1, 2));
  EXPECT_EQ(journal.reads, 1);
}

// --- ProposalQueue ---------------------------------------------------------------------------------------

std::vector<LogIndex> indexes_taken(
    const Result<std::vector<ProposalQueue::Proposal>, Error>& taken) {
  std::vector<LogIndex> found;
  for (const auto& one : *taken) found.push_back(one.index);
  return found;
}

constexpr auto any_reign = [](GroupNumber, Reign) { return true; };

TEST(ProposalQueueTest, AChangeOfReplicasHasACycleOfItsOwn) {
  ProposalQueue queue;
  queue.add(0, 1, 1, *part_entry(1, 1));
  queue.add(0, 1, 2, *part_change(2));
  queue.add(0, 1, 3, *part_entry(1, 3));
  queue.add(1, 2, 9, *part_entry(1, 9));
  EXPECT_EQ(indexes_taken(queue.take_cycle(1 << 20, any_reign)), (std::vector<LogIndex>{1, 9}));
  const auto change = queue.take_cycle(1 << 20, any_reign);
  EXPECT_EQ(indexes_taken(change), std::vector<LogIndex>{2});
  EXPECT_TRUE(change->front().change.has_value());
  EXPECT_EQ(indexes_taken(queue.take_cycle(1 << 20, any_reign)), std::vector<LogIndex>{3});
  EXPECT_EQ(queue.size(), 0U);
}

TEST(ProposalQueueTest, WhatIsTooMuchWaitsInOrderAndWhatIsOverIsDropped) {
  ProposalQueue queue;
  for (LogIndex index = 1; index <= 3; ++index) queue.add(0, 1, index, *part_entry(1, index));
  queue.add(1, 7, 5, *part_entry(1, 5));
  const auto not_seven = [](GroupNumber, Reign reign) { return reign != 7; };
  EXPECT_EQ(indexes_taken(queue.take_cycle(part_entry(1, 1)->size() + 1, not_seven)),
            (std::vector<LogIndex>{1, 2}));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(indexes_taken(queue.take_cycle(1, not_seven)), std::vector<LogIndex>{3});
}

TEST(ProposalQueueTest, WhatIsNoEntryIsAnError) {
  ProposalQueue queue;
  queue.add(0, 1, 1, "not an entry");
  EXPECT_FALSE(queue.take_cycle(1 << 20, any_reign));
}

// --- HeldCommits, SentSnapshots, OutgoingFrames ------------------------------------------------------------

TEST(HeldCommitsTest, TheNewestForEachReplicaLeavesWithTheSecondRelease) {
  HeldCommits held;
  std::vector<std::pair<consensus::ReplicaId, std::string>> sent;
  const auto send = [&](consensus::ReplicaId to, const std::string& message) {
    sent.emplace_back(to, message);
  };
  held.hold(1, "old");
  held.hold(2, "dropped");
  held.hold(1, "new");
  held.drop(2);
  held.release(send);
  EXPECT_TRUE(sent.empty());
  held.release(send);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent.front(), std::pair(consensus::ReplicaId{1}, std::string("new")));
  EXPECT_TRUE(held.empty());
}

TEST(SentSnapshotsTest, OneThatIsNotAnsweredIsLostOnce) {
  SentSnapshots sent;
  sent.sent(5);
  sent.tick();
  sent.sent(6);
  sent.tick();
  EXPECT_EQ(sent.take_lost(2), std::vector<consensus::ReplicaId>{5});
  EXPECT_TRUE(sent.take_lost(2).empty());
}

class SentFrames final : public ReplicatedLogPorts {
 public:
  bool send(NodeNumber to, bool, std::string frame) override {
    frames.emplace_back(to, std::move(frame));
    return to != 3;
  }
  void committed(GroupNumber, LogIndex, std::vector<EntryBytes>) override {}
  void leading(GroupNumber, Reign, consensus::Term) override {}
  void following(GroupNumber) override {}
  void confirmed(GroupNumber, Reign, std::uint64_t) override {}
  void leader_seen(GroupNumber, consensus::Term, NodeNumber) override {}
  void refused(NodeNumber, PeerFault) override {}

  std::vector<std::pair<NodeNumber, std::string>> frames;
};

TEST(OutgoingFramesTest, OneFrameForEachPeerUntilItIsFull) {
  SentFrames ports;
  OutgoingFrames outgoing(64, ports);
  outgoing.add(2, "one", {});
  outgoing.add(3, "two", {});
  outgoing.add(2, "three", {});
  EXPECT_TRUE(ports.frames.empty());
  outgoing.add(2, std::string(60, 'x'), {});
  EXPECT_EQ(ports.frames.size(), 2U) << "what was there leaves first";
  outgoing.send();
  EXPECT_EQ(ports.frames.size(), 3U);
  EXPECT_EQ(outgoing.take_unreachable(), std::vector<NodeNumber>{3});
  outgoing.send();
  EXPECT_EQ(ports.frames.size(), 3U);
}

}  // namespace
}  // namespace florin
