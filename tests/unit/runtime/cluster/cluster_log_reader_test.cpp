// Committed entries only, out of this node's own log and for its peers.
#include "runtime/cluster/cluster_log_reader.hpp"

#include <gtest/gtest.h>

#include "actors/hosting/replica_news.hpp"
#include "persistence/memory/memory_event_log.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;

// A replica of partition 1 whose log has three entries; how many of them are committed is the test's to say.
class ClusterLogReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    for (LogIndex index = 1; index <= 3; ++index)
      ASSERT_TRUE(log_.append({1, index, "entry " + std::to_string(index)}));
    ASSERT_TRUE(log_.sync());
    remote_.set_peers(
        [](PartitionId) { return std::vector<links::NodeNumber>{}; },
        [](links::NodeNumber, std::uint64_t, PartitionId, LogIndex) { return false; });
  }
  MemoryEventLog log_;
  RemoteEntries remote_{milliseconds(0), milliseconds(0)};
  std::optional<LogIndex> committed_;
  ClusterLogReader reader_{log_, remote_, [this](PartitionId) { return committed_; },
                           milliseconds(0)};
};

TEST_F(ClusterLogReaderTest, WhatMayStillBeReplacedIsNotRead) {
  committed_ = 2;
  const auto read = reader_.read(1, 2);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, "entry 2");
  const auto ahead = reader_.read(1, 3);
  ASSERT_FALSE(ahead);
  EXPECT_EQ(ahead.error().code, Errc::unavailable);
  EXPECT_NE(ahead.error().context.find("entry 3 of partition 1"), std::string::npos);
}

TEST_F(ClusterLogReaderTest, WithoutAReplicaHereOthersAreAsked) {
  EXPECT_EQ(reader_.read(1, 1).error().code, Errc::unavailable) << "nobody has one";
}

TEST_F(ClusterLogReaderTest, APeerIsToldWhatIsCommittedOnly) {
  const auto told = [this](LogIndex index) {
    return answer_to_peer({.asker = 7, .number = 9, .partition = 1, .index = index}, committed_,
                          log_);
  };
  EXPECT_FALSE(told(1).entry) << "no replica here";
  committed_ = 2;
  EXPECT_EQ(told(2).entry, "entry 2");
  EXPECT_FALSE(told(3).entry) << "may still be replaced";
  EXPECT_EQ(told(3).question.number, 9U);
}

TEST(EntriesCommitted, SaysWhichOneIsTheLast) {
  const EntriesCommitted one{7, {std::make_shared<const std::string>("a")}};
  const EntriesCommitted two{7, {one.entries[0], one.entries[0]}};
  EXPECT_EQ(one.last(), 7U);
  EXPECT_EQ(two.last(), 8U);
}

}  // namespace
}  // namespace florin
