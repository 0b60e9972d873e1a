// A node's part in the memberships: what it hears of other nodes, and what it asks of the groups that it leads.
#include "cluster/membership/membership_keeper.hpp"

#include "tests/unit/cluster/replication_kit.hpp"

namespace florin::test {
namespace {

struct HeardOf final : MembershipPorts {
  void want_change(PartitionId, Epoch, const ReplicaChanged& change) override {
    wanted.push_back(change);
  }
  florin::Status<Error> host(const HostedGroup&) override { return Unit{}; }
  void drop(PartitionId) override {}
  void tell_facts(NodeNumber, const std::string&) override {}
  void map_changed(const ClusterMap&) override {}
  void heard_of(const ClusterMember& member) override { nodes.push_back(member.node); }
  std::vector<NodeNumber> nodes;
  std::vector<ReplicaChanged> wanted;
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

// What is in the log may take long to be committed, where links are slow. A second change would only end the epoch.
TEST_F(MembershipKeeperTest, AsksForNoChangeWhileOneIsInTheLog) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  MetaReplica meta(LogStreams::entries(kit.options.partitions),
                   [](std::uint64_t, LogIndex, const std::string&) {});
  HeardOf ports;
  MembershipKeeper keeper(options, meta, *node.log, *node.journal, ports);
  EntryBuilder builder;
  builder.begin();
  builder.add(ClusterFormed{
      {{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kit.options.partitions});
  EntryHeader header;
  header.partition = LogStreams::entries(kit.options.partitions);
  header.term = 1;
  header.index = 1;
  ASSERT_TRUE(keeper.committed(1, {std::make_shared<const std::string>(builder.finish(header))}));
  ReplicatedLog::Status led;
  led.term = led.epoch = 1;
  led.replica = replica_id(1, 0);
  led.conf.voters = {replica_id(1, 0), replica_id(2, 0)};
  const auto tick = [&](int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(keeper.tick({led}, Timestamp{i}));
  };
  tick(3);
  ASSERT_EQ(ports.wanted.size(), 1U);
  EXPECT_EQ(ports.wanted.front(), (ReplicaChanged{ReplicaChange::add_learner, replica_id(3, 0)}));
  led.is_changing = true;
  tick(1000);
  EXPECT_EQ(ports.wanted.size(), 1U);
  led.is_changing = false;  // it was lost: asked for again
  tick(1000);
  EXPECT_GT(ports.wanted.size(), 1U);
}

}  // namespace
}  // namespace florin::test
