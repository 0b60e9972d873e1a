// Entries that other nodes are asked for.
#include "runtime/cluster/remote_entries.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace florin {
namespace {

using links::NodeNumber;

class RemoteEntriesTest : public testing::Test {
 protected:
  using Answers = std::map<NodeNumber, std::optional<std::string>>;  // of the nodes that answer
  RemoteEntriesTest() {
    entries.set_peers(
        [this](PartitionId) { return holders; },
        [this](NodeNumber to, std::uint64_t number, PartitionId partition, LogIndex index) {
          asked.push_back(to);
          last = number;
          const auto answer = answers.find(to);
          if (answer != answers.end())
            entries.answered({9, number, partition, index}, answer->second);
          return !unreachable.contains(to);
        });
  }
  RemoteEntries entries{std::chrono::milliseconds(60), std::chrono::milliseconds(10)};
  std::vector<NodeNumber> holders{2, 3, 4};
  std::set<NodeNumber> unreachable;
  Answers answers;
  std::vector<NodeNumber> asked;
  std::uint64_t last = 0;
};

TEST_F(RemoteEntriesTest, WhoLeadsIsAskedAndNobodyElse) {
  answers[2] = "bytes";
  const auto read = entries.read(1, 2);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, "bytes");
  EXPECT_EQ(asked, std::vector<NodeNumber>{2});
}

TEST_F(RemoteEntriesTest, TheNextOneIsAskedWhenOneIsSilentOrCannotBeReachedOrHasItNotYet) {
  answers[4] = "bytes";
  EXPECT_TRUE(entries.read(1, 2)) << "two are silent";
  EXPECT_EQ(asked, (std::vector<NodeNumber>{2, 3, 4}));
  unreachable = {2, 3};
  EXPECT_TRUE(entries.read(1, 2));
  unreachable = {};
  answers = {{2, std::nullopt}, {3, "bytes"}};
  EXPECT_TRUE(entries.read(1, 2));
}

TEST_F(RemoteEntriesTest, WhoWasSilentIsAskedLastForAWhile) {
  answers[3] = "bytes";
  EXPECT_TRUE(entries.read(1, 2));
  EXPECT_EQ(asked, (std::vector<NodeNumber>{2, 3}));
  asked.clear();
  EXPECT_TRUE(entries.read(1, 3));
  EXPECT_EQ(asked, std::vector<NodeNumber>{3}) << "a page has a hundred entries";
}

TEST_F(RemoteEntriesTest, ThereMayBeALeaderAMomentLater) {
  answers[3] = "bytes";
  std::size_t rounds = 0;
  entries.set_peers(
      [&](PartitionId) { return ++rounds < 3 ? std::vector<NodeNumber>() : holders; },
      [&](NodeNumber to, std::uint64_t number, PartitionId partition, LogIndex index) {
        if (to == 3) entries.answered({9, number, partition, index}, "bytes");
        return true;
      });
  EXPECT_TRUE(entries.read(1, 2));
  EXPECT_EQ(rounds, 3U);
}

TEST_F(RemoteEntriesTest, AnotherEntryThanTheOneThatWasAskedForIsNoAnswer) {
  std::vector<bool> taken;
  entries.set_peers([this](PartitionId) { return holders; },
                    [&](NodeNumber, std::uint64_t number, PartitionId, LogIndex) {
                      taken.push_back(entries.answered({9, number, 1, 3}, "of index 3"));
                      taken.push_back(entries.answered({9, number, 2, 2}, "of partition 2"));
                      return true;
                    });
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::unavailable);
  EXPECT_THAT(taken, testing::Each(false));
}

TEST_F(RemoteEntriesTest, SaysWhyThereIsNothing) {
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::unavailable) << "no answer";
  answers[3] = std::nullopt;
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::missing) << "who answers has none";
  holders.clear();
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::unavailable) << "nobody to ask";
  EXPECT_TRUE(entries.answered({9, last, 1, 2}, "late")) << "nobody waits";
}

}  // namespace
}  // namespace florin
