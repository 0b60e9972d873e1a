// What a peer may not say: each of these messages ended the process inside raft, or was stored and ended every later one.
#include <gtest/gtest.h>

#include "cluster/consensus/message_bounds.hpp"
#include "sim/lies/raft_message.hpp"
#include "tests/unit/cluster/consensus_kit.hpp"

namespace florin::consensus::test {
namespace {

using sim::CraftedEntry;
using sim::CraftedMessage;

constexpr std::uint64_t far_beyond = ~std::uint64_t{0};

class ConsensusBounds : public testing::Test {
 protected:
  void SetUp() override {
    if (make_etcd_raft_engine() == nullptr) GTEST_SKIP() << "built with FLORIN_CLUSTER=OFF";
    kit.emplace(90, ReplicaId{3});
    leader = kit->elect();
    follower = leader == 1 ? 2 : 1;
    other = 6 - leader - follower;
    for (std::uint64_t i = 1; i <= 5; ++i) kit->propose(leader, i);
    kit->run(5);
  }
  // From the third replica, in the term that all are in.
  CraftedMessage message(MessageType type, ReplicaId to) {
    CraftedMessage m;
    m.type = static_cast<std::uint8_t>(type);
    m.group = group_id;
    m.from = other;
    m.to = to;
    m.term = kit->at(to).hard.term;
    return m;
  }
  // The refusal; none: raft has seen it.
  std::optional<Refusal> step(const CraftedMessage& m) {
    kit->at(m.to).engine->step(group_id, m.message());
    const auto refused = kit->pump(m.to);
    return refused.empty() ? std::nullopt : std::optional(refused.front().refusal);
  }
  // All go on, with what they had and more.
  void expect_going_on() {
    const auto before = kit->at(leader).hard.term;
    const auto leads = kit->elect();
    EXPECT_TRUE(kit->propose(leads, 1000).empty());
    kit->run(10);
    kit->expect_all_equal();
    for (const auto& [id, replica] : kit->all()) {
      EXPECT_LE(replica.hard.term, before + 100) << "replica " << id;
    }
  }

  std::optional<ConsensusKit> kit;
  ReplicaId leader = 0, follower = 0, other = 0;
};

// Once stored, such a term let nobody ever be elected again, and ended each process that tried.
TEST_F(ConsensusBounds, NoMessageMovesTheTermFurtherThanElectionsCan) {
  for (const auto type :
       {MessageType::append, MessageType::append_reply, MessageType::vote, MessageType::vote_reply,
        MessageType::heartbeat, MessageType::heartbeat_reply, MessageType::timeout_now,
        MessageType::pre_vote, MessageType::pre_vote_reply, MessageType::read_index_reply}) {
    for (const Term term : {Term{far_beyond}, term_max + 1, Term{far_beyond / 2}}) {
      auto m = message(type, follower);
      m.term = term;
      if (type == MessageType::read_index_reply) {
        m.read = std::string(24, '\0');
        (*m.read)[0] = static_cast<char>(follower);
      }
      m.reject = type == MessageType::pre_vote_reply;
      EXPECT_EQ(step(m), Refusal::out_of_bounds) << to_string(type) << " of term " << term;
    }
    auto m = message(type, follower);
    if (type == MessageType::read_index_reply) continue;
    m.term += 2 * terms_ahead_max;
    EXPECT_EQ(step(m), Refusal::term_too_far) << to_string(type);
  }
  expect_going_on();
}

TEST_F(ConsensusBounds, OnePeerCannotMoveTheTermTwiceAsFarByAskingTwice) {
  auto m = message(MessageType::heartbeat, follower);
  const Term before = m.term;
  m.term = before + terms_ahead_max;
  EXPECT_EQ(step(m), std::nullopt) << "elections may have gone so far";
  EXPECT_EQ(kit->at(follower).hard.term, m.term);
  m.term = before + 2 * terms_ahead_max;
  EXPECT_EQ(step(m), Refusal::term_too_far);
}

// Its own questions before an election bring the answers of both.
TEST_F(ConsensusBounds, WhoMissedMoreElectionsBelievesTwoVoters) {
  kit->isolate(follower);
  for (const ReplicaId id : {leader, other}) {
    kit->crash(id);
    kit->at(id).hard_synced.term = term_mended;
    kit->at(id).hard_synced.vote = 0;
    kit->open(id);
  }
  auto m = message(MessageType::heartbeat, follower);
  m.term = term_mended + 1;
  EXPECT_EQ(step(m), Refusal::term_too_far) << "one alone";
  EXPECT_EQ(step(m), Refusal::term_too_far) << "the same one again";
  kit->heal();
  for (int i = 0; i < 10 && kit->at(follower).hard.term < term_mended; ++i) kit->run(20);
  EXPECT_GE(kit->at(follower).hard.term, term_mended);
  const auto leads = kit->elect();
  EXPECT_TRUE(kit->propose(leads, 1000).empty());
  kit->run(10);
  kit->expect_all_equal();
}

TEST_F(ConsensusBounds, AReplicaThatIsNewTakesTheTermThatItFinds) {
  for (auto& [id, replica] : kit->all()) {
    kit->crash(id);
    replica.hard_synced.term = term_mended;
    replica.hard_synced.vote = 0;
    kit->open(id);
  }
  const auto leads = kit->elect();
  kit->add_blank(4, kit->at(leads).conf);
  kit->open(4);
  ASSERT_TRUE(kit->propose_change(leads, ChangeType::add_learner, 4).empty());
  kit->run(20);
  kit->expect_all_equal();
  EXPECT_GE(kit->at(4).hard.term, term_mended);
}

// A lie that it hears first must not put it out of reach of its group.
TEST_F(ConsensusBounds, AReplicaThatIsNewTakesNoTermThatNoClusterIsIn) {
  kit->add_blank(4, kit->at(leader).conf);
  kit->open(4);
  for (const Term term :
       {2 * terms_ahead_max, term_mended - 1, term_mended + 2 * terms_ahead_max, Term{term_max}}) {
    auto m = message(MessageType::heartbeat, 4);
    m.term = term;
    EXPECT_EQ(step(m), Refusal::term_too_far) << term;
  }
  ASSERT_TRUE(kit->propose_change(leader, ChangeType::add_learner, 4).empty());
  kit->run(20);
  kit->expect_all_equal();
}

// Raft would look for entries that are not there.
TEST_F(ConsensusBounds, NothingIsCommittedThatThisReplicaDoesNotHave) {
  for (const LogIndex commit : {LogIndex{far_beyond}, kit->at(follower).last() + 1}) {
    auto m = message(MessageType::heartbeat, follower);
    m.commit = commit;
    EXPECT_EQ(step(m), Refusal::out_of_bounds) << commit;
    m.term += 1;
    EXPECT_EQ(step(m), Refusal::out_of_bounds) << "as the leader of the next term, too";
  }
  expect_going_on();
}

// An entry that is not there has term 0 for raft, and fits.
TEST_F(ConsensusBounds, AnAppendNamesTheEntryBeforeItsOwn) {
  auto m = message(MessageType::append, follower);
  m.index = m.commit = kit->at(follower).last() + 10;
  EXPECT_EQ(step(m), Refusal::bad_message) << "an entry of term 0";
  m.index = kit->at(follower).last();
  m.log_term = kit->at(follower).entry(m.index).term;
  CraftedEntry entry;
  entry.kind = 0;
  entry.index = m.index + 1;
  m.entries = {entry};
  m.log_term = 0;
  EXPECT_EQ(step(m), Refusal::bad_message) << "entries of term 0";
  m = message(MessageType::append, follower);
  m.index = far_beyond;
  m.log_term = 1;
  EXPECT_EQ(step(m), Refusal::out_of_bounds);
  m.index = 1;
  m.commit = far_beyond;
  EXPECT_EQ(step(m), Refusal::out_of_bounds);
  m.commit = 0;
  m.log_term = m.term + 1;
  EXPECT_EQ(step(m), Refusal::bad_message) << "an entry of a later term than its own";
  expect_going_on();
}

TEST_F(ConsensusBounds, NobodyAcknowledgesWhatNobodyHasSent) {
  for (const LogIndex index : {LogIndex{far_beyond}, kit->at(leader).last() + 1}) {
    auto m = message(MessageType::append_reply, leader);
    m.index = index;
    EXPECT_EQ(step(m), Refusal::out_of_bounds) << index;
  }
  auto m = message(MessageType::append_reply, leader);
  m.reject = true;
  m.index = 1;
  m.reject_hint = far_beyond;
  EXPECT_EQ(step(m), Refusal::out_of_bounds);
  expect_going_on();
}

TEST_F(ConsensusBounds, ASnapshotIsOfAnEntryAndAConfiguration) {
  auto m = message(MessageType::snapshot, follower);
  m.snapshot_index = kit->at(follower).last() + 10;
  m.voters = {1, 2, 3};
  EXPECT_EQ(step(m), Refusal::bad_message) << "of term 0";
  m.snapshot_term = 1;
  m.voters = {2, 2, 3};
  EXPECT_EQ(step(m), Refusal::bad_message) << "one replica twice";
  m.voters.clear();
  for (ReplicaId id = 1; id <= 2000; ++id) m.voters.push_back(id);
  EXPECT_EQ(step(m), Refusal::bad_message) << "more replicas than a group has";
  m.voters = {1, 2, 3};
  m.snapshot_index = far_beyond;
  EXPECT_EQ(step(m), Refusal::out_of_bounds);
  expect_going_on();
}

TEST_F(ConsensusBounds, OnlyTheLeaderGivesWay) {
  auto m = message(MessageType::timeout_now, follower);
  EXPECT_EQ(step(m), Refusal::no_leader) << "from one who does not lead";
  m.term += 1;
  EXPECT_EQ(step(m), Refusal::out_of_bounds) << "of a term that was never heard of";
  EXPECT_EQ(kit->at(follower).role, Role::follower);
  expect_going_on();
}

TEST_F(ConsensusBounds, AReadIsNamedAfterWhoAsksIt) {
  auto m = message(MessageType::read_index, leader);
  m.term = 0;
  m.read = std::string(24, '\0');
  (*m.read)[0] = static_cast<char>(follower);
  EXPECT_EQ(step(m), Refusal::bad_message) << "another replica's";
  (*m.read)[0] = static_cast<char>(other);
  EXPECT_EQ(step(m), std::nullopt);
  m.term = kit->at(leader).hard.term + 1;
  EXPECT_EQ(step(m), Refusal::bad_message) << "it would move the term";
  auto beat = message(MessageType::heartbeat_reply, leader);
  beat.context = std::string(1000, 'x');
  EXPECT_EQ(step(beat), Refusal::bad_message);
  expect_going_on();
}

// Raft's follower would pass it on as its own; the leader would refuse that, and blame an honest node.
TEST_F(ConsensusBounds, AReadForWhoLedBeforeIsNotPassedOn) {
  auto m = message(MessageType::read_index, follower);
  m.term = 0;
  m.read = std::string(24, '\0');
  (*m.read)[0] = static_cast<char>(other);
  EXPECT_EQ(step(m), Refusal::no_leader);
  expect_going_on();
}

TEST_F(ConsensusBounds, AStoredTermAboveTheBoundIsNotOpened) {
  kit->crash(follower);
  auto& replica = kit->at(follower);
  replica.hard_synced.term = term_max + 1;
  replica.engine = make_etcd_raft_engine();
  replica.engine->open(kit->config_of(replica));
  const auto refused = kit->pump(follower);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front().refusal, Refusal::bad_state);
}

}  // namespace
}  // namespace florin::consensus::test
