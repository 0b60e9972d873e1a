// [cluster] and [[cluster.node]]: what a node takes from them, and every refusal with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/config/node_config.hpp"

namespace florin {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* three_nodes = R"(
[[cluster.node]]
id = 1
peer = "127.0.0.1:7401"
http = "127.0.0.1:8081"
[[cluster.node]]
id = 2
peer = "127.0.0.1:7402"
http = "127.0.0.1:8082"
[[cluster.node]]
id = 7
peer = "[::1]:7403"
http = "10.0.0.3:8080"
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class ClusterConfig : public testing::Test {
 protected:
  ClusterConfig() {
    auto pattern = (std::filesystem::temp_directory_path() / "florin-config-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    path_ = (dir_ / "cluster.toml").string();
  }
  ~ClusterConfig() override { std::filesystem::remove_all(dir_); }

  Result<ConfigOutcome, Error> load(const std::string& text, std::vector<const char*> options) {
    std::ofstream(path_) << text;
    options.insert(options.begin(), {"florind", "--config", path_.c_str()});
    return load_config(static_cast<int>(options.size()), options.data());
  }
  std::string complaint(const std::string& text, std::vector<const char*> options = {"--node=2"}) {
    const auto outcome = load(text, std::move(options));
    if (outcome) return "(accepted)";
    EXPECT_EQ(outcome.error().code, Errc::invalid);
    return outcome.error().context;
  }
  static std::string cluster(const std::string& settings) {
    return "[cluster]\nid = \"prod-eu\"\n" + settings + three_nodes;
  }

  std::filesystem::path dir_;
  std::string path_;
};

TEST_F(ClusterConfig, ANodeFindsItselfAndTheOthersInTheFileOfAllNodes) {
  const auto outcome = load(cluster("insecure = true\n"), {"--node", "2"});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().context;
  const auto& config = outcome->config;
  EXPECT_TRUE(config.is_cluster());
  EXPECT_EQ(config.cluster.id, "prod-eu");
  EXPECT_EQ(config.cluster.replication, 3U);
  EXPECT_EQ(config.cluster.heartbeat_ms, 100U);
  EXPECT_EQ(config.cluster.clock_offset_max_ms, 2000U);
  EXPECT_EQ(config.cluster.election_ms, 1000U);
  ASSERT_EQ(config.cluster.nodes.size(), 3U);
  EXPECT_EQ(config.cluster.nodes[2].id, 7);
  EXPECT_EQ(config.cluster.nodes[2].peer, "[::1]:7403");
  ASSERT_NE(config.self(), nullptr);
  EXPECT_EQ(config.self()->peer, "127.0.0.1:7402");
  EXPECT_EQ(config.cluster.find(3), nullptr);
}

TEST_F(ClusterConfig, WithoutAClusterThereIsOneNode) {
  const auto outcome = load("", {});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->config.is_cluster());
  EXPECT_EQ(outcome->config.self(), nullptr);
  EXPECT_EQ(outcome->config.http.listen, "127.0.0.1:8080");
}

TEST_F(ClusterConfig, ListensWhereTheFileSaysUnlessToldOtherwise) {
  const auto listen = [&](const std::string& text, std::vector<const char*> options) {
    const auto outcome = load(text, std::move(options));
    return outcome ? outcome->config.http.listen : outcome.error().context;
  };
  const auto text = cluster("insecure = true\n");
  EXPECT_EQ(listen(text, {"--node=2"}), "127.0.0.1:8082");
  EXPECT_EQ(listen("[http]\nlisten = \"0.0.0.0:80\"\n" + text, {"--node=2"}), "0.0.0.0:80");
  EXPECT_EQ(listen(text, {"--node=2", "--http-listen=0.0.0.0:81"}), "0.0.0.0:81");
  EXPECT_EQ(listen(text, {"--node=2", "--http-listen=127.0.0.1:8080"}), "127.0.0.1:8080");
}

TEST_F(ClusterConfig, TheNumberMayStandInTheFileAndTheOptionWins) {
  const auto outcome = load(cluster("self = 1\ninsecure = true\n"), {"--node=7"});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->config.self()->id, 7);
  EXPECT_EQ(complaint(cluster("self = 1\ninsecure = true\n"), {}), "(accepted)");
}

TEST_F(ClusterConfig, AsksWhichNodeItIs) {
  const auto silent = complaint(cluster("insecure = true\n"), {});
  EXPECT_THAT(silent, HasSubstr("which node is this?"));
  EXPECT_THAT(silent, HasSubstr("1 | [cluster]"));
  EXPECT_THAT(silent, HasSubstr("the nodes of this cluster are 1, 2, 7"));
  const auto in_file = complaint(cluster("self = 3\ninsecure = true\n"), {});
  EXPECT_THAT(in_file, HasSubstr("node 3 is not known"));
  EXPECT_THAT(in_file, HasSubstr("3 | self = 3"));
  const auto option = complaint(cluster("self = 1\ninsecure = true\n"), {"--node=3"});
  EXPECT_THAT(option, HasSubstr("--node: not the id of a [[cluster.node]]"));
  EXPECT_THAT(option, Not(HasSubstr("self = 1")));
}

TEST_F(ClusterConfig, RefusesANodeNumberOrNodesWithoutACluster) {
  EXPECT_THAT(complaint("", {"--node=2"}), HasSubstr("a node number without a cluster"));
  EXPECT_THAT(complaint(std::string("[cluster]\n") + three_nodes),
              HasSubstr("cluster.id is missing"));
  EXPECT_THAT(complaint("[cluster]\nid = \"prod-eu\"\ninsecure = true\n"),
              HasSubstr("the cluster has no nodes"));
}

TEST_F(ClusterConfig, RefusesAnIdThatCannotBePartOfNames) {
  for (const char* id : {"Prod", "a b", "a_b", "a/b", "123456789012345678901234567890123"}) {
    const auto text = complaint("[cluster]\nid = \"" + std::string(id) + "\"\n");
    EXPECT_THAT(text, HasSubstr("must be 1 to 32 characters of a-z 0-9 -")) << id;
    EXPECT_THAT(text, HasSubstr("2 | id = ")) << id;
  }
}

TEST_F(ClusterConfig, RefusesTheSameIdTwiceAndShowsBothPlaces) {
  const auto text = complaint(replaced(cluster("insecure = true\n"), "id = 7", "id = 2"));
  EXPECT_THAT(text, HasSubstr("two nodes have the same id"));
  EXPECT_THAT(text, HasSubstr(path_));
  EXPECT_THAT(text, HasSubstr("10 | id = 2"));
  EXPECT_THAT(text, HasSubstr("14 | id = 2"));
}

TEST_F(ClusterConfig, RefusesAnAddressUsedTwiceAlsoAsPeerAndHttp) {
  const auto text =
      complaint(replaced(cluster("insecure = true\n"), "127.0.0.1:8082", "127.0.0.1:7401"));
  EXPECT_THAT(text, HasSubstr("an address is used twice"));
  EXPECT_THAT(text, HasSubstr(" 7 | peer = \"127.0.0.1:7401\""));
  EXPECT_THAT(text, HasSubstr("12 | http = \"127.0.0.1:7401\""));
}

TEST_F(ClusterConfig, RefusesNodesThatAreIncompleteOrHaveWrongValues) {
  const auto good = cluster("insecure = true\n");
  const auto bad = [&](const char* from, const char* to) {
    return complaint(replaced(good, from, to));
  };
  EXPECT_THAT(bad("id = 7\n", ""), HasSubstr("id is missing in [[cluster.node]]"));
  EXPECT_THAT(bad("id = 7", "id = 0"), HasSubstr("14 | id = 0"));
  EXPECT_THAT(bad("id = 7", "id = 65536"), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(bad("id = 7", "id = \"7\""), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(bad("\"[::1]:7403\"", "\"::1:7403\""), HasSubstr("bad value for peer"));
  EXPECT_THAT(bad("127.0.0.1:7402", "127.0.0.1:0"), HasSubstr("the port not 0"));
  EXPECT_THAT(bad("http = \"10.0.0.3:8080\"", "http = 8080"), HasSubstr("bad value for http"));
  EXPECT_THAT(bad("id = 7", "id = 7\nzone = \"a\""), HasSubstr("unknown setting 'zone'"));
  EXPECT_THAT(complaint("[cluster]\nid = \"a\"\nnode = 2\n"),
              HasSubstr("the number of this node is given with --node N"));
  EXPECT_THAT(complaint("[cluster]\nid = \"a\"\nnode = [2]\n"), HasSubstr("not a table"));
  EXPECT_THAT(complaint("[cluster]\nreplicas = 3\n"), HasSubstr("unknown setting 'replicas'"));
}

TEST_F(ClusterConfig, WantsAnOddReplicationThatTheNodesCanHold) {
  const auto even = complaint(cluster("replication = 2\ninsecure = true\n"));
  EXPECT_THAT(even, HasSubstr("replication must be odd"));
  EXPECT_THAT(even, HasSubstr("3 | replication = 2"));
  const auto many = complaint(cluster("replication = 5\ninsecure = true\n"));
  EXPECT_THAT(many, HasSubstr("there are 3 [[cluster.node]]"));
  EXPECT_EQ(complaint(cluster("replication = 1\ninsecure = true\n")), "(accepted)");
  EXPECT_THAT(complaint(cluster("insecure = true\n"), {"--node=2", "--cluster-replication=2"}),
              HasSubstr("--cluster-replication: an even number"));
}

TEST_F(ClusterConfig, WantsAllCertificatesOrNoneAndNoneOnlyOnLoopback) {
  const std::string all = "ca = \"ca.crt\"\ncertificate = \"n.crt\"\nkey = \"n.key\"\n";
  EXPECT_EQ(complaint(cluster(all)), "(accepted)");
  EXPECT_EQ(complaint(replaced(cluster(all), "127.0.0.1:7401", "10.0.0.1:7400")), "(accepted)");
  const auto part = complaint(cluster("ca = \"ca.crt\"\nkey = \"n.key\"\n"));
  EXPECT_THAT(part, HasSubstr("3 | ca = \"ca.crt\""));
  EXPECT_THAT(part, HasSubstr("needs cluster.certificate too"));
  EXPECT_THAT(complaint(cluster("")), HasSubstr("links between nodes need certificates"));
  EXPECT_THAT(complaint(cluster("insecure = true\n" + all)), HasSubstr("contradict"));
  const auto network =
      complaint(replaced(cluster("insecure = true\n"), "127.0.0.1:7401", "10.0.0.1:7401"));
  EXPECT_THAT(network, HasSubstr("insecure links on a network"));
  EXPECT_THAT(network, HasSubstr("7 | peer = \"10.0.0.1:7401\""));
  EXPECT_THAT(
      complaint(replaced(cluster("insecure = true\n"), "127.0.0.1:7401", "127.evil.example:7401")),
      HasSubstr("not a loopback address"));
  EXPECT_THAT(complaint(cluster("insecure = 1\n")), HasSubstr("must be true or false"));
}

TEST_F(ClusterConfig, WantsElectionsToWaitForSeveralHeartbeats) {
  const auto text = complaint(cluster("heartbeat_ms = 400\ninsecure = true\n"));
  EXPECT_THAT(text, HasSubstr("heartbeat_ms is 400"));
  EXPECT_EQ(complaint(cluster("heartbeat_ms = 50\nelection_ms = 150\ninsecure = true\n")),
            "(accepted)");
}

TEST_F(ClusterConfig, ReportsEveryFaultAtOnce) {
  const auto text = complaint(cluster("replication = 4\nheartbeat_ms = 900\n"), {});
  EXPECT_THAT(text, HasSubstr("which node is this?"));
  EXPECT_THAT(text, HasSubstr("replication must be odd"));
  EXPECT_THAT(text, HasSubstr("need certificates"));
  EXPECT_THAT(text, HasSubstr("at least 3 heartbeats"));
}

TEST_F(ClusterConfig, HelpShowsTheOptionAndTheTableOfNodes) {
  const auto outcome = load("", {"--help"});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(outcome->text, HasSubstr("  --node N\n"));
  EXPECT_THAT(outcome->text, HasSubstr("  --cluster-insecure true|false\n"));
  EXPECT_THAT(outcome->text, HasSubstr("[[cluster.node]]"));
}

}  // namespace
}  // namespace florin
