// A node's part in the memberships: what it hears of other nodes.
#include "cluster/membership/membership_keeper.hpp"

#include "tests/unit/cluster/replication_kit.hpp"

namespace florin::test {
namespace {

struct HeardOf final : MembershipPorts {
  void want_change(PartitionId, Epoch, const ReplicaChanged&) override {}
  florin::Status<Error> host(const HostedGroup&) override { return Unit{}; }
  void drop(PartitionId) override {}
  void tell_facts(NodeNumber, const std::string&) override {}
  void map_changed(const ClusterMap&) override {}
  void heard_of(const ClusterMember& member) override { nodes.push_back(member.node); }
  std::vector<NodeNumber> nodes;
};

class MembershipKeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    if (consensus::make_etcd_raft_engine() == nullptr) GTEST_SKIP() << "built with FLORIN_CLUSTER=OFF";
  }
};

// It was away while node 4 came, and node 4 leads the meta group now: nobody else sends it the map.
TEST_F(MembershipKeeperTest, HearsOfNodesThatANewerMapHas) {
  ReplicationKit kit(1, {});
  LogNode& node = *kit.nodes.at(1);
  KeeperOptions options;
  options.self = 1;
  options.streams = kit.streams;
  options.birth = {{{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kit.options.partitions};
  MetaReplica meta(LogStreams::entries(kit.options.partitions), [](std::uint64_t, LogIndex, const std::string&) {});
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

}  // namespace
}  // namespace florin::test
