// Operators' commands on their way to who leads the meta group.
#include "actors/asks/cluster_commands.hpp"

#include <gmock/gmock.h>

namespace florin {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ClusterCommandsTest : public testing::Test {
 protected:
  using Time = AskTime;
  static constexpr std::chrono::seconds patience{5};
  ClusterCommandsTest() {
    commands.add(
        DrainNode{4}, [this](const CommandOutcome& outcome) { outcomes.push_back(outcome); },
        Time(0));
  }
  void send_to(NodeNumber leader) {
    commands.send_to(leader, [&](const NumberedCommand& command) {
      sent.emplace_back(leader, command.number);
      return link_is_up;
    });
  }
  [[nodiscard]] std::optional<bool> is_unknown() const {
    if (outcomes.size() != 1 || !holds_alternative<NotLed>(outcomes[0])) return std::nullopt;
    return get<NotLed>(outcomes[0]).is_unknown;
  }
  ClusterCommands commands{patience};
  std::vector<std::pair<NodeNumber, std::uint64_t>> sent;
  std::vector<CommandOutcome> outcomes;
  bool link_is_up = true;
};

TEST_F(ClusterCommandsTest, ACommandWaitsForALeaderAndIsSentOnce) {
  send_to(0);
  EXPECT_THAT(sent, IsEmpty());
  for (const int leader : {2, 2, 3, 3}) send_to(static_cast<NodeNumber>(leader));
  ASSERT_THAT(sent, SizeIs(1)) << "who led before may have executed it";
  EXPECT_EQ(sent[0].first, 2);
  EXPECT_TRUE(commands.finish({sent[0].second, 2, LogIndex{7}}));
  EXPECT_TRUE(commands.finish({sent[0].second, 2, LogIndex{8}}));
  ASSERT_THAT(outcomes, SizeIs(1)) << "it has come twice";
  EXPECT_EQ(get<LogIndex>(outcomes[0]), 7U);
  send_to(2);
  EXPECT_THAT(sent, SizeIs(1));
}

TEST_F(ClusterCommandsTest, ACommandThatNobodyTookIsSentAgainUnderANewNumber) {
  link_is_up = false;
  send_to(2);
  link_is_up = true;
  send_to(2);
  ASSERT_THAT(sent, SizeIs(2)) << "it did not get there";
  EXPECT_TRUE(commands.finish({sent[1].second, 2, NotLed{false}}));
  EXPECT_THAT(outcomes, IsEmpty());
  send_to(3);
  ASSERT_THAT(sent, SizeIs(3)) << "it did not lead any more, or not yet";
  EXPECT_TRUE(commands.finish({sent[1].second, 2, NotLed{false}})) << "it has come twice";
  send_to(3);
  EXPECT_THAT(sent, SizeIs(3)) << "the third may be executed this very moment";
  EXPECT_TRUE(commands.finish({sent[2].second, 2, LogIndex{7}}));
  EXPECT_THAT(outcomes, SizeIs(1));
}

TEST_F(ClusterCommandsTest, WhatMayHaveBeenExecutedIsNotKnownAndNeverSentAgain) {
  send_to(2);
  EXPECT_TRUE(commands.finish({sent[0].second, 2, NotLed{true}}));
  EXPECT_EQ(is_unknown(), true) << "who asked hears it at once";
  send_to(3);
  EXPECT_THAT(sent, SizeIs(1));
}

TEST_F(ClusterCommandsTest, APeersCommandIsTakenOnce) {
  EXPECT_TRUE(commands.take({2, 20}, 1));
  EXPECT_FALSE(commands.take({2, 20}, 1));
  EXPECT_TRUE(commands.take({3, 20}, 1)) << "another node";
  EXPECT_TRUE(commands.take({2, 21}, 1)) << "its next process";
  EXPECT_FALSE(commands.take({2, 20}, 2)) << "late, of the one before";
}

TEST_F(ClusterCommandsTest, ThePatienceEndsAndSaysWhetherAnythingMayHaveHappened) {
  link_is_up = false;
  send_to(2);
  commands.expire(Time(patience) - std::chrono::milliseconds(1));
  EXPECT_THAT(outcomes, IsEmpty());
  commands.expire(Time(patience));
  EXPECT_EQ(is_unknown(), false) << "nobody has had it";
}

TEST_F(ClusterCommandsTest, WhatALeaderHadMayHaveBeenDone) {
  send_to(2);
  commands.end_all();
  EXPECT_EQ(is_unknown(), true);
}

TEST_F(ClusterCommandsTest, TheOutcomeOfAnotherCommandIsNobodys) {
  send_to(2);
  const std::size_t remove = ClusterCommand(RemoveNode{4}).index();
  EXPECT_FALSE(commands.finish({sent[0].second, remove, LogIndex{7}}));
  EXPECT_THAT(outcomes, IsEmpty());
  EXPECT_TRUE(commands.finish({sent[0].second, 2, LogIndex{7}}));
  EXPECT_THAT(outcomes, SizeIs(1));
}

}  // namespace
}  // namespace florin
