// `florin cluster status`: what is said of partitions when nodes agree, are silent, or know better.
#include <gtest/gtest.h>

#include "apps/florin/cluster_status.hpp"

namespace florin::cli {
namespace {

std::string group(int partition, const std::string& role, int term, int leader, int commit) {
  return R"({"partition":)" + std::to_string(partition) + R"(,"role":")" + role + R"(","term":)" +
         std::to_string(term) + R"(,"leader":)" + std::to_string(leader) + R"(,"commit":)" +
         std::to_string(commit) + R"(,"last":)" + std::to_string(commit) +
         R"(,"elections":1,"catching_up":false,"voters":[1,2,3],"learners":[]})";
}

NodeAnswer node(int number, const std::string& groups, const std::string& peers = {}) {
  return {"http://n" + std::to_string(number),
          R"({"cluster":"shop","node":)" + std::to_string(number) + R"(,"groups":[)" + groups +
              R"(],"peers":[)" + peers + "]}",
          {}};
}

TEST(ClusterStatus, ShowsLeadersAndLag) {
  const auto status = ClusterStatus::read({node(1, group(0, "leader", 2, 1, 10)),
                                           node(2, group(0, "follower", 2, 1, 7)),
                                           node(3, group(0, "follower", 2, 1, 10))});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->without_leader(), 0U);
  const std::string text = status->text();
  EXPECT_NE(text.find("cluster shop, 1 partitions, 0 without a leader"), std::string::npos) << text;
  EXPECT_NE(text.find("follower, 3 behind"), std::string::npos) << text;
  EXPECT_NE(
      status->json().find(
          R"("node":2,"learner":false,"role":"follower","term":2,"commit":7,"last":7,"lag":3)"),
      std::string::npos)
      << status->json();
}

TEST(ClusterStatus, BelievesTheNewestTerm) {
  const auto status = ClusterStatus::read(
      {node(1, group(0, "leader", 2, 1, 10)), node(2, group(0, "leader", 3, 2, 11))});
  ASSERT_TRUE(status);
  EXPECT_NE(status->json().find(R"("partition":0,"leader":2,"term":3)"), std::string::npos)
      << status->json();
}

TEST(ClusterStatus, BelievesFollowersAboutALeaderThatWasNotAsked) {
  const auto status = ClusterStatus::read({node(2, group(0, "follower", 2, 1, 10))});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->without_leader(), 0U);
  EXPECT_NE(status->text().find("?"), std::string::npos);
}

TEST(ClusterStatus, CountsAPartitionWhoseLeaderDeniesIt) {
  const auto status = ClusterStatus::read(
      {node(1, group(0, "candidate", 3, 0, 10) + "," + group(1, "leader", 1, 1, 5)),
       node(2, group(0, "follower", 3, 1, 10) + "," + group(1, "follower", 1, 1, 5))});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->without_leader(), 1U);
  EXPECT_NE(status->text().find("NONE"), std::string::npos) << status->text();
}

TEST(ClusterStatus, ShowsLinksThatAreDownAndNodesThatAreSilent) {
  const auto status = ClusterStatus::read(
      {node(
           1, group(0, "leader", 2, 1, 10),
           R"({"node":3,"address":"10.0.0.3:7400","up":false,"sent_bytes":5,"received_bytes":6,"dropped_frames":7})"),
       {"http://n3", "", "connection refused"}});
  ASSERT_TRUE(status);
  const std::string text = status->text();
  EXPECT_NE(text.find("10.0.0.3:7400  DOWN"), std::string::npos) << text;
  EXPECT_NE(text.find("no answer from http://n3: connection refused"), std::string::npos) << text;
}

// What node `number` says of the map.
NodeAnswer with_map(int number, const std::string& groups, int version, int moves,
                    const std::string& state, const std::string& partitions) {
  NodeAnswer answer = node(number, groups);
  answer.body.pop_back();
  answer.body += R"(,"meta_leader":1,"map_version":)" + std::to_string(version) +
                 R"(,"moves_to_go":)" + std::to_string(moves) +
                 R"(,"nodes":[{"node":1,"peer":"a:1","http":"a:2","state":"active","up":true},)" +
                 R"({"node":4,"peer":"d:1","http":"d:2","state":")" + state +
                 R"(","up":false}],"partitions":[)" + partitions + "]}";
  return answer;
}

TEST(ClusterStatus, ShowsNodesAndMovesByTheNewestMap) {
  const std::string moving = R"({"partition":0,"settled":false,"wanted":[1,2,4],"moves_to_go":2})";
  const auto status =
      ClusterStatus::read({with_map(2, group(0, "follower", 2, 1, 9), 7, 0, "active", {}),
                           with_map(1, group(0, "leader", 2, 1, 10), 8, 2, "leaving", moving)});
  ASSERT_TRUE(status);
  const std::string text = status->text();
  EXPECT_NE(text.find("0 without a leader, 2 moves to go"), std::string::npos) << text;
  EXPECT_NE(text.find("leaving  DOWN"), std::string::npos) << text;
  EXPECT_NE(text.find("1, 2, 4"), std::string::npos) << text;
  const std::string json = status->json();
  EXPECT_NE(json.find(R"("map_version":8,"meta_leader":1,"moves_to_go":2,"format_level":0)"),
            std::string::npos)
      << json;
  EXPECT_NE(
      json.find(
          R"({"node":4,"state":"leaving","peer":"d:1","http":"d:2","up":false,"reads_format_level":null})"),
      std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("settled":false)"), std::string::npos) << json;
}

TEST(ClusterStatus, SaysWhomTheFormatLevelWaitsFor) {
  NodeAnswer answer = node(1, group(0, "leader", 2, 1, 10));
  answer.body.pop_back();
  answer.body +=
      R"(,"meta_leader":1,"map_version":8,"format_level":0,"nodes":[)"
      R"({"node":1,"peer":"a","http":"b","state":"active","up":true,"reads_format_level":1},)"
      R"({"node":2,"peer":"c","http":"d","state":"active","up":true,"reads_format_level":0},)"
      R"({"node":3,"peer":"e","http":"f","state":"active","up":false},)"
      R"({"node":4,"peer":"g","http":"h","state":"removed","up":false}]})";
  const auto status = ClusterStatus::read({answer});
  ASSERT_TRUE(status);
  EXPECT_NE(status->text().find("format level 0, rises to 1 when every node reads it; waits for "
                                "node 2, 3\n"),
            std::string::npos)
      << status->text();
  EXPECT_NE(status->json().find(R"("format_level":0)"), std::string::npos);
}

TEST(ClusterStatus, BelievesWhoHasComeFurtherAboutTheReplicas) {
  std::string newer = group(0, "leader", 3, 2, 11);
  newer.replace(newer.find("[1,2,3]"), 7, "[2,3,4]");
  const auto status =
      ClusterStatus::read({node(2, newer), node(3, group(0, "follower", 2, 1, 10))});
  ASSERT_TRUE(status);
  EXPECT_NE(status->json().find(R"({"node":4,"learner":false,"role":null})"), std::string::npos)
      << status->json();
  EXPECT_EQ(status->json().find(R"({"node":1,)"), std::string::npos) << status->json();
}

TEST(ClusterStatus, RefusesNodesOfTwoClustersAndOneThatIsNone) {
  auto other = node(2, group(0, "leader", 1, 2, 1));
  other.body.replace(other.body.find("shop"), 4, "shed");
  EXPECT_FALSE(ClusterStatus::read({node(1, group(0, "leader", 1, 1, 1)), other}));
  EXPECT_FALSE(ClusterStatus::read({{"http://n1", R"({"code":"not_found"})", {}}}));
}

}  // namespace
}  // namespace florin::cli
