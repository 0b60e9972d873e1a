// A node's part in the memberships: what it hears of other nodes, and what it asks of the groups that it leads.
#include "cluster/membership/membership_keeper.hpp"

#include <gmock/gmock.h>

#include "cluster/consensus/message_bounds.hpp"
#include "tests/unit/cluster/membership_kit.hpp"
#include "tests/unit/cluster/replication_kit.hpp"

namespace florin::test {
namespace {

struct HeardOf final : MembershipPorts {
  void want_change(PartitionId, Reign, const ReplicaChanged& change) override {
    wanted.push_back(change);
  }
  florin::Status<Error> host(const ReplicaHere& group) override {
    hosted.push_back(group.replica);
    return Unit{};
  }
  void drop(PartitionId partition) override { dropped.push_back(partition); }
  void tell_facts(NodeNumber, const std::string&) override {}
  void map_changed(const ClusterMap&) override {}
  void heard_of(const ClusterMember& member) override { nodes.push_back(member.node); }
  std::vector<NodeNumber> nodes;
  std::vector<ReplicaChanged> wanted;
  std::vector<PartitionId> dropped;
  std::vector<ReplicaId> hosted;
};

EntryBytes meta_entry(std::uint32_t partitions, LogIndex index, const Hash& previous,
                      const Event& event) {
  EntryBuilder builder;
  builder.begin();
  builder.add(event);
  EntryHeader header;
  header.partition = LogStreams::entries(partitions);
  header.term = 1;
  header.index = index;
  header.previous_hash = previous;
  return std::make_shared<const std::string>(builder.finish(header));
}

// Node 1 of three, and entries of the meta group as they are committed.
struct FormedCluster {
  explicit FormedCluster(bool hosts = true)
      : node(hosts ? *kit.nodes.at(1) : emptied(*kit.nodes.at(1))) {
    commit(ClusterFormed{
        {{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kit.options.partitions});
  }
  // It has no replicas.
  static LogNode& emptied(LogNode& node) {
    node.crash();
    node.members.clear();
    node.start();
    return node;
  }
  void commit(const Event& event) {
    const LogIndex index = keeper.map().version + 1;
    const EntryBytes entry = meta_entry(kit.options.partitions, index, last, event);
    last = chain_hash(*entry);
    EXPECT_TRUE(keeper.committed(index, {entry}));
  }

  ReplicationKit kit{1, {}};
  LogNode& node;
  MetaReplica meta{LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {}};
  HeardOf ports;
  MembershipKeeper keeper{
      {.self = 1, .streams = kit.streams, .birth = {}}, meta, *node.log, *node.journal, ports};
  Hash last = genesis_hash;
};

class MembershipKeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    if (consensus::make_etcd_raft_engine() == nullptr)
      GTEST_SKIP() << "built with FLORIN_CLUSTER=OFF";
  }
};

// It was away while node 4 came, and node 4 leads the meta group now: nobody else sends it the map.
TEST_F(MembershipKeeperTest, HearsOfNodesThatANewerMapHas) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  options.birth = {
      {{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kit.options.partitions};
  MetaReplica meta(LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {});
  HeardOf ports;
  MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
  FactsFrame frame{0, {{4, "d:1", "d:2"}}, {1, 2, 3}, {}};
  ASSERT_TRUE(keeper.take_facts(2, encode_facts(frame)));
  EXPECT_TRUE(ports.nodes.empty()) << "not newer than the map here";
  frame.map_version = 7;
  frame.members.push_back(options.birth.nodes.front());
  ASSERT_TRUE(keeper.take_facts(2, encode_facts(frame)));
  EXPECT_EQ(ports.nodes, std::vector<NodeNumber>{4});
}

// What is in the log may take long to be committed, where links are slow. A second change would only end the reign.
TEST_F(MembershipKeeperTest, AsksForNoChangeWhileOneIsInTheLog) {
  FormedCluster cluster;
  ReplicatedLog::Status led;
  led.term = led.reign = 1;
  led.replica = replica_id(1, 0);
  led.conf.voters = {replica_id(1, 0), replica_id(2, 0)};
  const auto tick = [&](int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(cluster.keeper.tick({led}, Timestamp{i}));
  };
  tick(3);
  ASSERT_EQ(cluster.ports.wanted.size(), 1U);
  EXPECT_EQ(cluster.ports.wanted.front(),
            (ReplicaChanged{ReplicaChange::add_learner, replica_id(3, 0)}));
  led.is_changing = true;
  tick(1000);
  EXPECT_EQ(cluster.ports.wanted.size(), 1U);
  led.is_changing = false;  // it was lost: asked for again
  tick(1000);
  EXPECT_GT(cluster.ports.wanted.size(), 1U);
}

// Cluster seed 1006984: power failed on its node until the group had moved on; the two others would have needed it.
TEST_F(MembershipKeeperTest, KeepsAVoterThatHasNeverHeardAnythingUntilItIsRemoved) {
  FormedCluster cluster;
  cluster.commit(ReplicasChosen{0, {replica_id(2, 0), replica_id(3, 0), replica_id(4, 1)}});
  ReplicatedLog::Status unwanted;
  unwanted.replica = replica_id(1, 0);
  unwanted.conf.voters = {replica_id(1, 0), replica_id(2, 0), replica_id(3, 0)};
  ASSERT_TRUE(cluster.keeper.tick({unwanted}, Timestamp{1}));
  EXPECT_THAT(cluster.ports.dropped, testing::IsEmpty());
  unwanted.is_removed = true;
  ASSERT_TRUE(cluster.keeper.tick({unwanted}, Timestamp{2}));
  EXPECT_THAT(cluster.ports.dropped, testing::ElementsAre(0));
}

// A map from before the loss wants what the lost disk had: an empty replica under that id would vote in its place.
TEST_F(MembershipKeeperTest, ASuccessorOfALostDiskMakesNothingThatAnOlderMapWants) {
  FormedCluster cluster(false);
  cluster.keeper.set_life(1);
  ASSERT_TRUE(cluster.keeper.tick({}, Timestamp{1}));
  EXPECT_THAT(cluster.ports.hosted, testing::IsEmpty());
  cluster.commit(NodeRejoined{1});
  ASSERT_TRUE(cluster.keeper.tick({}, Timestamp{2}));
  EXPECT_THAT(cluster.ports.hosted, testing::IsEmpty()) << "given up, and no other one chosen yet";
  cluster.commit(ReplicasChosen{0, {replica_id(1, 1), replica_id(2, 0), replica_id(3, 0)}});
  ASSERT_TRUE(cluster.keeper.tick({}, Timestamp{3}));
  EXPECT_THAT(cluster.ports.hosted, testing::Contains(replica_id(1, 1)));
}

TEST_F(MembershipKeeperTest, LetsGoALearnerThatHasNeverHeardAnything) {
  FormedCluster cluster;
  cluster.commit(ReplicasChosen{0, {replica_id(2, 0), replica_id(3, 0), replica_id(4, 1)}});
  ReplicatedLog::Status unwanted;
  unwanted.replica = replica_id(1, 2);  // chosen by a map that was not committed long
  unwanted.conf.voters = {replica_id(2, 0), replica_id(3, 0), replica_id(4, 1)};
  ASSERT_TRUE(cluster.keeper.tick({unwanted}, Timestamp{1}));
  EXPECT_THAT(cluster.ports.dropped, testing::ElementsAre(0));
}

// Cluster seed 1002923: the map wanted a replica and then did not; the change was in the log still, and the group was
// settled as it had been before.
TEST_F(MembershipKeeperTest, SaysNothingByANewerMapWhileAChangeOfAnOlderOneIsOnItsWay) {
  FormedCluster cluster;
  ReplicatedLog::Status led;
  led.term = led.reign = 1;
  led.replica = replica_id(1, 0);
  led.conf.voters = {replica_id(1, 0), replica_id(2, 0)};
  const auto version_after = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) EXPECT_TRUE(cluster.keeper.tick({led}, Timestamp{i}));
    return cluster.keeper.facts().find(0)->map_version;
  };
  EXPECT_EQ(version_after(1), 1U);
  ASSERT_EQ(cluster.ports.wanted.size(), 1U) << "asked for, and perhaps not in the log yet";
  cluster.commit(NodeDrained{2});
  EXPECT_EQ(version_after(3), 1U);
  led.is_changing = true;  // in the log
  EXPECT_EQ(version_after(100), 1U);
  led.term = led.reign = 2;  // led again: it may be what the last leader has left
  EXPECT_EQ(version_after(1), 0U);
  led.is_changing = false;
  led.conf.learners = {replica_id(3, 0)};
  EXPECT_EQ(version_after(1), 2U) << "in force";
  cluster.commit(NodeResumed{2});
  led.conf.learners = {};
  EXPECT_EQ(version_after(1), 3U);
  cluster.commit(NodeDrained{2});
  EXPECT_EQ(version_after(20), 3U) << "asked for again";
  EXPECT_EQ(version_after(20), 4U) << "and lost";
}

// A replica that its group has removed is dropped with its data: not because somebody says so who has no place there.
TEST_F(MembershipKeeperTest, BelievesOfAGroupOnlyWhoMayLeadIt) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  FormCluster form{{}, 3, kit.options.partitions};
  for (NodeNumber n = 1; n <= 5; ++n) form.nodes.push_back(membership_kit::member(n));
  options.birth = form;
  MetaReplica meta(LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {});
  EntryBuilder builder;
  builder.begin();
  const auto formed = decide(ClusterMap(), ClusterCommand(form));
  ASSERT_TRUE(formed.has_value());
  for (const Event& event : *formed) builder.add(event);
  EntryHeader header;
  header.partition = LogStreams::entries(kit.options.partitions);
  header.term = 1;
  header.index = 1;
  ASSERT_TRUE(meta.committed(1, {std::make_shared<const std::string>(builder.finish(header))}));
  HeardOf ports;
  MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
  ASSERT_TRUE(keeper.map().is_formed());
  NodeNumber stranger = 2;
  while (may_lead(keeper.map(), 0, stranger)) ++stranger;
  NodeNumber member = 2;
  while (!may_lead(keeper.map(), 0, member)) ++member;
  const auto says = [&](NodeNumber from, consensus::Term term, LogIndex version) {
    FactsFrame frame{version, {}, {}, {{0, {term, 0, {replica_id(from, 0)}, {}, {}}}}};
    return keeper.take_facts(from, encode_facts(frame)).value();
  };
  EXPECT_EQ(says(stranger, 5, 1).fault, PeerFault::not_its_place);
  EXPECT_EQ(says(stranger, 5, 2).fault, std::nullopt) << "this map may be the older one";
  EXPECT_TRUE(says(stranger, 5, 2).led.empty()) << "all the same it is not believed yet";
  EXPECT_EQ(keeper.facts().find(0), nullptr);
  EXPECT_EQ(says(member, 2 * consensus::terms_ahead_max, 1).fault, PeerFault::term_too_far)
      << "of a group of which nothing is known yet, too";
  EXPECT_EQ(says(member, 5, 1).led.size(), 1U);
  EXPECT_EQ(keeper.facts().find(0)->term, 5U);
  EXPECT_EQ(says(member, 6 + consensus::terms_ahead_max, 1).fault, PeerFault::term_too_far);
  EXPECT_EQ(keeper.facts().find(0)->term, 5U);
}

TEST_F(MembershipKeeperTest, EndsWhenTwoNodesSayThatOthersHaveFoundedTheCluster) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  options.birth = {
      {{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kit.options.partitions};
  MetaReplica meta(LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {});
  HeardOf ports;
  MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
  const std::string others = encode_facts({0, {}, {7, 8, 9}, {}});
  for (int i = 0; i < 3; ++i) {
    const auto one = keeper.take_facts(2, others);
    ASSERT_TRUE(one.has_value()) << "one alone may lie, as often as it likes";
    EXPECT_EQ(one->fault, PeerFault::not_its_place);
  }
  const auto two = keeper.take_facts(3, others);
  ASSERT_FALSE(two.has_value());
  EXPECT_EQ(two.error().code, Errc::mismatch);
}

TEST_F(MembershipKeeperTest, AFounderEndsWhoseClusterWasFormedWithAnotherReplication) {
  const std::vector<ClusterMember> nodes{{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}};
  const auto hears_of_three = [&](std::uint32_t configured, bool joins, std::uint32_t life) {
    ReplicationKit kit(1, {});
    LogNode& node = *kit.nodes.at(1);
    KeeperOptions options;
    options.self = 1;
    options.streams = kit.streams;
    options.birth = {nodes, configured, kit.options.partitions};
    options.joins = joins;
    options.life = life;
    MetaReplica meta(LogStreams::entries(kit.options.partitions),
                     [](std::uint64_t, LogIndex, const std::string&) {});
    HeardOf ports;
    MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
    const ClusterFormed formed{nodes, 3, kit.options.partitions};
    return keeper.committed(1, {meta_entry(kit.options.partitions, 1, genesis_hash, formed)});
  };
  EXPECT_TRUE(hears_of_three(3, false, 0));
  EXPECT_TRUE(hears_of_three(1, true, 0)) << "it began no group by its configuration";
  EXPECT_TRUE(hears_of_three(1, false, 1)) << "nor did this one";
  const auto other = hears_of_three(1, false, 0);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::mismatch);
  EXPECT_NE(other.error().context.find("cluster.replication is 1 here"), std::string::npos);
}

// Each is tried for ever.
TEST_F(MembershipKeeperTest, HearsOfNoMoreStrangersThanABound) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  MetaReplica meta(LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {});
  HeardOf ports;
  MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
  FactsFrame frame{7, {}, {}, {}};
  for (NodeNumber n = 10; n < 1'000; ++n) frame.members.push_back({n, "d:1", "d:2"});
  ASSERT_TRUE(keeper.take_facts(2, encode_facts(frame)));
  EXPECT_EQ(ports.nodes.size(), 64U);
}

}  // namespace
}  // namespace florin::test
