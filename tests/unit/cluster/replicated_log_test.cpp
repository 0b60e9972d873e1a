// ReplicatedLog in clusters of three and five: whatever is lost, doubled, delayed or crashes, committed entries
// are the same everywhere and form one hash chain, and nobody decides who may not. The kit checks while it runs.
#include "cluster/consensus/message_bounds.hpp"
#include "cluster/partition_map.hpp"
#include "cluster/replication/mend_term.hpp"
#include "sim/lies/raft_message.hpp"
#include "tests/unit/cluster/replication_kit.hpp"

#ifndef FLORIN_REPLICATION_SEEDS
#define FLORIN_REPLICATION_SEEDS 12
#endif
#ifndef FLORIN_REPLICATION_FIRST
#define FLORIN_REPLICATION_FIRST 1
#endif

namespace florin {
namespace {

using namespace test;

class ReplicatedLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (consensus::make_etcd_raft_engine() == nullptr)
      GTEST_SKIP() << "built with FLORIN_CLUSTER=OFF";
  }
};

LogNode& follower_of(ReplicationKit& kit, GroupNumber group) {
  const LogNode* leader = kit.elect(group);
  for (auto& [n, node] : kit.nodes)
    if (node.get() != leader) return *node;
  return *kit.nodes.begin()->second;
}

// Of a frame of raft: every place where a message ends.
std::set<std::size_t> ends_of_messages(std::string_view frame) {
  std::set<std::size_t> ends;
  const auto decoded = decode_node_frame(frame);
  if (!decoded) return ends;
  std::size_t at = 1;
  for (const RaftMessage& message : get<RaftFrame>(*decoded).messages) {
    at += 4 + message.bytes.size();
    for (const std::string_view payload : message.payloads) at += payload.size();
    ends.insert(at);
  }
  return ends;
}

TEST_F(ReplicatedLogTest, CommitsDecisionsInOneChainOnAllNodes) {
  ReplicationKit kit(1, {});
  kit.commit(0, 40);
  kit.commit(1, 10);
  kit.expect_all_serve();
  EXPECT_GE(kit.truth[0].size(), 43U);
}

TEST_F(ReplicatedLogTest, AnotherLeadsWhenTheLeaderIsCutOffAndItsDecisionsAreForgotten) {
  ReplicationKit kit(2, {});
  kit.commit(0, 5);
  LogNode* old = kit.elect(0);
  old->cut = true;
  for (int i = 0; i < 5; ++i) kit.propose(*old, 0);
  kit.ask(*old, 0);
  for (int i = 0; i < 100 && (kit.leader(0) == old || kit.leader(0) == nullptr); ++i) kit.step();
  ASSERT_NE(kit.leader(0), old);
  EXPECT_EQ(old->members[0].confirmed, 0U);
  kit.commit(0, 5);
  kit.expect_all_serve();
}

TEST_F(ReplicatedLogTest, WhatALeaderIsGivenTooMuchOfEndsItsReignAndNothingElse) {
  KitOptions options;
  options.uncommitted_max = 8;
  ReplicationKit kit(3, options);
  LogNode* leader = kit.elect(0);
  kit.elect(1);
  // Both groups by turns: each is refused or taken as a whole.
  for (int i = 0; i < 60; ++i) {
    kit.propose(*leader, 0);
    if (i % 3 == 0) kit.propose(*leader, 1);
    if (i % 20 == 19) kit.step();
  }
  kit.expect_all_serve();
}

// A round is one block of the journal, whatever waits: the rest comes in the next rounds, in order.
TEST_F(ReplicatedLogTest, WhatIsTooLargeForARoundComesInTheNext) {
  KitOptions options;
  options.round_bytes_soft = 300;
  ReplicationKit kit(7, options);
  LogNode* leader = kit.elect(0);
  const std::size_t before = kit.truth[0].size();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(kit.propose(*leader, 0));
  kit.round(*leader);
  EXPECT_GE(leader->log->waiting(), 12U);
  kit.expect_all_serve();
  EXPECT_GE(kit.truth[0].size(), before + 20);
}

TEST_F(ReplicatedLogTest, WhoIsReluctantLeavesItToTheOthers) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    ReplicationKit kit(seed, {});
    for (const NodeNumber n : {NodeNumber{1}, NodeNumber{2}})
      kit.nodes.at(n)->log->set_reluctant(true);
    for (int i = 0; i < 45 && (!kit.leader(0) || !kit.leader(1)); ++i) kit.step();
    for (const GroupNumber group : {0U, 1U})
      EXPECT_EQ(kit.leader(group), kit.nodes.at(3).get()) << "seed " << seed;
  }
}

// The others may lack the last entries, or not be there: nobody who leads is worse than one who is reluctant.
TEST_F(ReplicatedLogTest, WhoIsReluctantAsksInTheEnd) {
  ReplicationKit kit(5, {});
  for (auto& [n, node] : kit.nodes) node->log->set_reluctant(true);
  const int patience = 5 * static_cast<int>(consensus::GroupLimits{}.election_ticks);
  kit.run(patience - 1);
  EXPECT_EQ(kit.leader(0), nullptr);
  kit.run(5 * patience);
  EXPECT_NE(kit.leader(0), nullptr);
  kit.expect_all_serve();
}

TEST_F(ReplicatedLogTest, RestartsFromEveryPlaceInARound) {
  for (int place = 1; place <= 3; ++place)
    for (int after = 0; after < 12; ++after) {
      ReplicationKit kit(static_cast<std::uint64_t>(100 + place * 50 + after), {});
      kit.commit(0, 6);
      LogNode& victim = after % 2 == 0 ? *kit.elect(0) : follower_of(kit, 0);
      kit.run(after / 4);
      victim.crash_at = place;
      for (int i = 0; i < 4; ++i)
        if (LogNode* leader = kit.leader(0)) kit.propose(*leader, 0);
      kit.run(3);
      if (!victim.up()) victim.start();
      kit.expect_all_serve();
      if (HasFailure()) return;
    }
}

// A leader's first entry names the one before it, which is read; the entries behind it come in the same message.
TEST_F(ReplicatedLogTest, ARoundThatCannotReadItsJournalEndsWithItsFirstError) {
  KitOptions options;
  options.partitions = 1;
  options.tail_bytes = 1;  // nothing of what was given stays in memory
  ReplicationKit kit(7, options);
  kit.commit(0, 6);
  LogNode& away = follower_of(kit, 0);
  away.cut = true;
  LogNode& leader = *kit.elect(0);
  leader.crash();
  leader.start();
  kit.commit(0, 6);  // behind the first entry of another term

  const LogIndex last = away.status(0)->last;
  away.disk.set_faults({.fail_reads = true});
  away.cut = false;
  florin::Status<Error> begun = Unit{};
  for (int i = 0; i < 50 && begun; ++i) {
    for (auto& [n, node] : kit.nodes) node->log->tick();
    kit.deliver();
    for (auto& [n, node] : kit.nodes)
      if (node.get() != &away) kit.round(*node);
    if (!away.log->has_work()) continue;
    begun = away.log->begin_round();
    if (!begun) break;
    ASSERT_TRUE(away.journal->sync());
    ASSERT_TRUE(away.log->end_round());
  }
  ASSERT_FALSE(begun) << "it had nothing to read";
  EXPECT_EQ(begun.error().code, Errc::io);
  EXPECT_EQ(away.status(0)->last, last) << "it wrote behind what it could not read";
}

TEST_F(ReplicatedLogTest, AReplicaThatWasAwayTooLongFetchesTheLog) {
  KitOptions options;
  options.log_kept = 4;
  options.piece_bytes = 300;
  options.tail_bytes = 2000;
  ReplicationKit kit(5, options);
  LogNode& away = follower_of(kit, 0);
  away.crash();
  kit.commit(0, 120);
  std::uint64_t before = away.fetch_frames;
  away.start();
  kit.expect_all_serve();
  EXPECT_GT(away.fetch_frames, before + 10);
}

TEST_F(ReplicatedLogTest, FetchingGoesOnAfterCrashesInItsMiddleAndAnotherLeader) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    KitOptions options;
    options.log_kept = 4;
    options.piece_bytes = 300;
    ReplicationKit kit(seed, options);
    LogNode& away = follower_of(kit, 0);
    away.crash();
    kit.commit(0, 100);
    away.start();
    for (int i = 0; i < 6; ++i) {
      kit.run(12 + static_cast<int>(kit.chance.below(12)));
      away.crash_at = 1 + i % 3;
      kit.run(3);
      if (!away.up()) away.start();
      if (i == 3) kit.elect(0)->cut = true;
      if (i == 4) kit.heal();
    }
    kit.expect_all_serve();
    if (HasFailure()) return;
  }
}

TEST_F(ReplicatedLogTest, FollowersOfAQuietGroupSoonHearWhatIsCommitted) {
  ReplicationKit kit(6, {});
  kit.commit(0, 3);
  kit.run(5);
  LogNode* leader = kit.elect(0);
  const auto hop = [&kit] {
    kit.deliver();
    for (auto& [n, node] : kit.nodes) kit.round(*node);
  };
  const auto know = [&kit] {
    std::set<LogIndex> known;
    for (auto& [n, node] : kit.nodes) known.insert(node->members[0].committed);
    return known;
  };
  const LogIndex before = leader->members[0].committed;
  kit.propose(*leader, 0);
  for (int i = 0; i < 6; ++i) hop();  // no tick: no heartbeat that would say it, too
  EXPECT_EQ(leader->members[0].committed, before + 1);
  EXPECT_EQ(know(), (std::set{before, before + 1})) << "it is not worth a message of its own";
  EXPECT_TRUE(leader->log->holds_commits());
  // The next entry says it.
  kit.propose(*leader, 0);
  for (int i = 0; i < 3; ++i) hop();
  EXPECT_EQ(*know().begin(), before + 1);
  leader->log->release_commits();
  EXPECT_TRUE(kit.bus.empty()) << "it has only just been held back";
  leader->log->release_commits();
  EXPECT_FALSE(leader->log->holds_commits());
  hop();
  EXPECT_EQ(know(), std::set{before + 2});
}

TEST_F(ReplicatedLogTest, WhatOneRoundSaysToAPeerIsOneFrame) {
  ReplicationKit kit(9, {});
  kit.commit(0, 1);
  kit.commit(1, 1);
  LogNode* leader = kit.elect(0);
  for (int i = 0; i < 100 && kit.elect(1) != leader; ++i) {
    kit.elect(1)->log->hand_over(1, leader->number());
    kit.run(5);
  }
  ASSERT_EQ(kit.elect(1), leader);
  while (!kit.bus.empty() || leader->log->has_work()) {
    kit.deliver();
    for (auto& [n, node] : kit.nodes) kit.round(*node);
  }
  kit.propose(*leader, 0);
  kit.propose(*leader, 1);
  kit.round(*leader);
  ASSERT_EQ(kit.bus.size(), 2U);
  for (const auto& packet : kit.bus) EXPECT_EQ(ends_of_messages(packet.frame).size(), 2U);
  kit.expect_all_serve();
}

TEST_F(ReplicatedLogTest, RefusesFramesThatAreNone) {
  ReplicationKit kit(7, {});
  kit.commit(0, 3);
  LogNode& node = *kit.nodes.begin()->second;
  EXPECT_FALSE(node.log->receive(2, ""));
  EXPECT_FALSE(node.log->receive(2, std::string(1, '\x09')));
  for (int i = 0; i < 20 && kit.bus.empty(); ++i)
    for (auto& [n, each] : kit.nodes) {
      each->log->tick();
      kit.round(*each);
    }
  ASSERT_FALSE(kit.bus.empty());
  for (const auto& packet : kit.bus) {
    LogNode& to = *kit.nodes.at(packet.to);
    EXPECT_FALSE(to.log->receive(packet.from == 1 ? 3 : 1, packet.frame))
        << "a frame of another node";
    const std::set<std::size_t> ends = ends_of_messages(packet.frame);
    for (std::size_t cut = 0; cut < packet.frame.size(); ++cut)
      EXPECT_EQ(to.log->receive(packet.from, packet.frame.substr(0, cut)), ends.contains(cut));
    EXPECT_FALSE(to.log->receive(packet.from, packet.frame + "x"));
    for (std::size_t at = 0; at < 5; ++at) {  // the kind, and the length of the message
      std::string bad = packet.frame;
      bad[at] = static_cast<char>(bad[at] ^ 0x40);
      EXPECT_FALSE(to.log->receive(packet.from, std::move(bad)));
    }
  }
  kit.expect_all_serve();
}

TEST_F(ReplicatedLogTest, EntriesThatNobodyAskedForAreNotTaken) {
  KitOptions options;
  options.log_kept = 4;
  options.piece_bytes = 200;
  ReplicationKit kit(8, options);
  LogNode& away = follower_of(kit, 0);
  away.cut = true;
  kit.commit(0, 60);
  away.cut = false;
  // From the begin, while it waits for pieces: foreign ones that do not continue its chain.
  for (int i = 0; i < 40; ++i) {
    const LogIndex next = away.members[0].committed + 1;
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountFrozen{AccountId::from_trusted("b"), "forged"});
    EntryHeader header;
    header.index = next;
    header.term = 1;
    const std::string forged =
        encode_entries_frame(LogStreams::raft_id(0), next, {builder.finish(header)});
    for (auto& [n, node] : kit.nodes)
      if (node.get() != &away) {
        EXPECT_TRUE(away.log->receive(n, forged));
      }
    kit.step();
  }
  kit.expect_all_serve();
  EXPECT_FALSE(kit.decided.contains("forged"));
}

// --- what a peer may not say -----------------------------------------------------------------------------

// The bytes of an entry become this log: they must be what raft is told of them.
TEST_F(ReplicatedLogTest, EntriesWhoseBytesAreOfSomethingElseReachNeitherRaftNorTheJournal) {
  ReplicationKit kit(9, {});
  kit.commit(0, 3);
  LogNode& follower = follower_of(kit, 0);
  const auto status = *follower.status(0);
  const NodeNumber liar = follower.number() == 1 ? 2 : 1;
  const auto append = [&](std::string payload, std::uint64_t check, std::uint32_t kind) {
    sim::CraftedMessage m;
    m.type = static_cast<std::uint8_t>(consensus::MessageType::append);
    m.group = LogStreams::raft_id(0);
    m.from = replica_id(liar, 0);
    m.to = status.replica;
    m.term = status.term + 1;
    m.index = status.last;
    m.log_term = status.term;
    sim::CraftedEntry entry;
    entry.index = status.last + 1;
    entry.term = m.term;
    entry.kind = kind;
    entry.check = check;
    entry.raft_change = 1;
    entry.replica = kind == 2 ? status.replica : 0;
    entry.payload = std::move(payload);
    m.entries.push_back(entry);
    return m.frame();
  };
  const auto made = [&](PartitionId partition, consensus::Term term, LogIndex index) {
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountFrozen{AccountId::from_trusted("b"), "forged"});
    EntryHeader header;
    header.partition = partition;
    header.index = index;
    header.term = term;
    return builder.finish(header);
  };
  const std::string other_partition = made(1, status.term + 1, status.last + 1);
  const std::string other_index = made(0, status.term + 1, status.last + 2);
  const std::string other_term = made(0, status.term, status.last + 1);
  const std::string good = made(0, status.term + 1, status.last + 1);
  for (const std::string& frame :
       {append("not an entry", 5, 1), append("not an entry", hash64("not an entry"), 1),
        append(other_partition, hash64(other_partition), 1),
        append(other_index, hash64(other_index), 1), append(other_term, hash64(other_term), 1),
        append(good, hash64(good) + 1, 1), append(good, hash64(good), 2)}) {
    follower.faults.clear();
    EXPECT_TRUE(follower.log->receive(liar, frame)) << "the shape of a frame";
    kit.round(follower);
    ASSERT_EQ(follower.faults.size(), 1U);
    EXPECT_EQ(follower.faults.front(), std::pair(liar, PeerFault::wrong_bytes));
    EXPECT_EQ(follower.status(0)->last, status.last);
    EXPECT_EQ(follower.status(0)->term, status.term);
  }
  kit.expect_all_serve();
}

TEST_F(ReplicatedLogTest, FramesOfGroupsThatAreNotThereAreRefused) {
  ReplicationKit kit(10, {});
  kit.commit(0, 3);
  LogNode& node = *kit.nodes.begin()->second;
  for (const std::uint64_t group :
       {std::uint64_t{0}, std::uint64_t{4}, (std::uint64_t{1} << 32) + 1, ~std::uint64_t{0}}) {
    node.faults.clear();
    EXPECT_FALSE(node.log->receive(2, encode_fetch_frame({group, 1, 2}))) << group;
    EXPECT_FALSE(node.log->receive(2, encode_entries_frame(group, 1, {"x"}))) << group;
    sim::CraftedMessage m;
    m.group = group;
    m.from = replica_id(2, 0);
    m.to = replica_id(1, 0);
    m.term = 1;
    EXPECT_FALSE(node.log->receive(2, m.frame())) << group;
    ASSERT_EQ(node.faults.size(), 3U);
    for (const auto& [from, fault] : node.faults) EXPECT_EQ(fault, PeerFault::unknown_group);
  }
  kit.expect_all_serve();
}

// A count takes four bytes, what it counts is not there.
TEST_F(ReplicatedLogTest, ACountOfEntriesIsHeldAgainstTheFramesLength) {
  std::string frame = encode_entries_frame(1, 1, {std::string(400, 'x')});
  frame[17] = static_cast<char>(200);
  EXPECT_FALSE(decode_node_frame(frame));
}

// Stored by a release that did not know the bound. With all nodes stopped, the mended record lets them elect again, and
// nothing that was acknowledged is lost.
TEST_F(ReplicatedLogTest, APoisonedTermIsNotOpenedAndCanBeMended) {
  ReplicationKit kit(11, {});
  kit.commit(0, 5);
  const auto records = [&](auto change) {
    for (auto& [n, node] : kit.nodes) {
      for (GroupNumber group = 0; group < 2; ++group) {
        const PartitionId stream = kit.streams.state(group);
        GroupState state = read_group_state(*node->journal, stream).value();
        const LogIndex last = node->journal->last_index(LogStreams::entries(group));
        const auto bytes = node->journal->read(LogStreams::entries(group), last).value();
        change(state, decode_entry_header(bytes)->term);
        ASSERT_TRUE(node->journal->append({stream, 1, encode_group_state(state)}));
      }
      ASSERT_TRUE(node->journal->sync());
    }
  };
  records([](GroupState& state, consensus::Term) {
    state.hard = {~consensus::Term{0}, 0, state.hard.commit};
  });
  LogNode& node = *kit.nodes.begin()->second;
  ReplicatedLogOptions options;
  options.streams = kit.streams;
  ReplicatedLog log(options, *node.engine, *node.journal, *node.journal, node);
  const auto opened = log.open({0, replica_id(1, 0), {}},
                               read_group_state(*node.journal, kit.streams.state(0)).value(), 0);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
  EXPECT_NE(opened.error().context.find("florin mend-term"), std::string::npos);
  records([](GroupState& state, consensus::Term last) { state = mend_term(state, last).value(); });
  for (auto& [n, each] : kit.nodes) each->crash();
  for (auto& [n, each] : kit.nodes) each->start();
  kit.expect_all_serve();
  EXPECT_GE(node.status(0)->term, consensus::term_mended);
}

// Everything at once, from a seed.
void run_chaos(std::uint64_t seed, bool changes_members) {
  Chance draw(seed * 7919);
  KitOptions options;
  options.nodes = draw.percent(30) ? 5 : 3;
  options.log_kept = draw.percent(60) ? 1 + draw.below(20) : 1000;
  options.piece_bytes = 100 + draw.below(2000);
  options.tail_bytes = draw.percent(50) ? 500 : 1 << 20;
  options.uncommitted_max = draw.percent(30) ? 6 : 4096;
  if (changes_members) {
    options.nodes = 5;
    options.founders = 3;
  }
  const std::uint64_t change_permille = changes_members ? 20 + draw.below(100) : 0;
  ReplicationKit kit(seed, options);
  const BusFaults faults{draw.percent(70) ? draw.below(20) : 0,
                         draw.percent(70) ? draw.below(20) : 0,
                         draw.percent(70) ? draw.below(40) : 0};
  const std::uint64_t crash_permille = draw.below(12), cut_permille = draw.below(12);
  for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) {
    kit.faults = i % 100 < 80 ? faults : BusFaults{};
    for (auto& [n, node] : kit.nodes) {
      if (!node->up()) {
        if (--node->down_for <= 0) node->start();
        continue;
      }
      for (GroupNumber group = 0; group < 2; ++group) {
        for (std::uint64_t k = draw.below(4); k > 0; --k) kit.propose(*node, group);
        if (draw.percent(20)) kit.ask(*node, group);
        if (draw.below(1000) < change_permille) kit.change_something(group);
        if (draw.below(300) == 0)
          node->log->hand_over(group, static_cast<NodeNumber>(1 + draw.below(options.nodes)));
      }
      if (draw.below(1000) < crash_permille) {
        node->crash_at = static_cast<int>(1 + draw.below(3));
        node->down_for = static_cast<int>(draw.below(60));
      }
      if (draw.below(1000) < cut_permille) node->cut = !node->cut;
      if (node->cut && draw.percent(4)) node->cut = false;
    }
    kit.step();
    if (changes_members && draw.percent(20)) kit.drop_the_gone();
  }
  if (::testing::Test::HasFailure()) return;
  kit.heal();
  kit.run(100);
  kit.drop_the_gone();
  kit.expect_all_serve();
  for (const auto& [n, node] : kit.nodes) EXPECT_TRUE(node->faults.empty()) << "nobody lies here";
}

TEST_F(ReplicatedLogTest, HoldsItsPromisesUnderAllFaults) {
  for (std::uint64_t seed = FLORIN_REPLICATION_FIRST;
       seed < FLORIN_REPLICATION_FIRST + FLORIN_REPLICATION_SEEDS; ++seed) {
    run_chaos(seed, false);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(ReplicatedLogTest, ReplicasComeAndGoUnderAllFaults) {
  for (std::uint64_t seed = FLORIN_REPLICATION_FIRST;
       seed < FLORIN_REPLICATION_FIRST + FLORIN_REPLICATION_SEEDS; ++seed) {
    run_chaos(seed, true);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(ReplicatedLogTest, ANewReplicaGetsTheLogAndTheVoteAndTheOldOneIsToldThatItIsGone) {
  for (const std::uint64_t log_kept : {std::uint64_t{4}, std::uint64_t{1000}}) {
    KitOptions options;
    options.nodes = 4;
    options.founders = 3;
    options.log_kept = log_kept;
    options.piece_bytes = 300;
    ReplicationKit kit(9, options);
    kit.commit(0, 50);
    LogNode* leader = kit.elect(0);
    LogNode& fourth = *kit.nodes.at(4);
    fourth.host(0);
    ASSERT_TRUE(
        kit.log_event(*leader, 0, ReplicaChanged{ReplicaChange::add_learner, replica_id(4, 1)}));
    kit.run(60);
    EXPECT_EQ(fourth.members.at(0).committed, kit.truth[0].size());
    ASSERT_EQ(kit.elect(0), leader);
    EXPECT_EQ(leader->status(0)->conf.learners, std::vector{replica_id(4, 1)});
    EXPECT_EQ(leader->status(0)->caught_up.size(), 4U);
    ASSERT_TRUE(
        kit.log_event(*leader, 0, ReplicaChanged{ReplicaChange::promote, replica_id(4, 1)}));
    kit.run(20);
    LogNode& old = follower_of(kit, 0);
    const consensus::ReplicaId gone = old.status(0)->replica;
    ASSERT_TRUE(kit.log_event(*leader, 0, ReplicaChanged{ReplicaChange::remove, gone}));
    kit.run(20);
    EXPECT_EQ(leader->status(0)->retired, std::vector{gone});
    kit.drop_the_gone();
    EXPECT_FALSE(old.hosts(0));
    kit.expect_all_serve();
    EXPECT_EQ(kit.replicas(0).size(), 3U);
    // It comes back under another name, from the log that it had.
    old.crash();
    old.start();
    EXPECT_FALSE(old.hosts(0));
    const std::size_t had = kit.truth[0].size();
    old.host(0);
    EXPECT_GE(old.members.at(0).committed, 50U);
    leader = kit.elect(0);
    ASSERT_TRUE(kit.log_event(*leader, 0,
                              ReplicaChanged{ReplicaChange::add_learner, old.status(0)->replica}));
    kit.expect_all_serve();
    EXPECT_GT(old.members.at(0).committed, had);
  }
}

// A manager that has not yet heard that its leadership ended, and began again, decides by what it knew then.
TEST_F(ReplicatedLogTest, WhatWasDecidedUnderAnotherReignDoesNotEnterTheLog) {
  ReplicationKit kit(14, {});
  kit.commit(0, 5);
  LogNode* leader = kit.elect(0);
  kit.run(5);
  const LogIndex last = leader->status(0)->last;
  const Member& member = leader->members.at(0);
  EntryBuilder builder;
  builder.begin();
  builder.add(AccountFrozen{AccountId::from_trusted("a"), "of another reign"});
  EntryHeader header;
  header.term = member.term;
  header.index = last + 1;
  header.previous_hash = chain_hash(member.log.back());
  const std::string entry = builder.finish(header);
  for (const Reign other : {member.reign - 1, member.reign + 1}) {
    leader->log->propose(0, other, header.index, entry);
    kit.run(5);
    ASSERT_EQ(kit.leader(0), leader);
    EXPECT_EQ(leader->status(0)->last, last);
  }
}

// Other nodes have removed it, and it has not heard of it by raft.
TEST_F(ReplicatedLogTest, WhoIsClosedWhileItLeadsHearsOfItAtOnceAndOfNothingElse) {
  ReplicationKit kit(11, {});
  kit.commit(0, 3);
  LogNode* leader = kit.elect(0);
  ASSERT_TRUE(kit.propose(*leader, 0));
  leader->log->close(0);
  EXPECT_EQ(leader->members.at(0).reign, 0U);
  EXPECT_FALSE(leader->status(0)) << "or it would be let go a second time";
  leader->members.erase(0);
  kit.run(5);
  EXPECT_FALSE(leader->log->hosts(0));
}

TEST_F(ReplicatedLogTest, AChangeThatRaftRefusesEndsTheReignAndNothingElse) {
  ReplicationKit kit(10, {});
  kit.commit(0, 5);
  LogNode* leader = kit.elect(0);
  // Not a learner: refused. What was decided before it counts, what was decided behind it does not.
  kit.propose(*leader, 0);
  ASSERT_TRUE(kit.log_event(*leader, 0, ReplicaChanged{ReplicaChange::promote, replica_id(9, 1)}));
  kit.propose(*leader, 0);
  const std::string before = "decision " + std::to_string(kit.decisions - 1);
  const std::string behind = "decision " + std::to_string(kit.decisions);
  kit.run(20);
  EXPECT_TRUE(kit.decided.contains(before));
  EXPECT_FALSE(kit.decided.contains(behind));
  kit.expect_all_serve();
}

}  // namespace
}  // namespace florin
