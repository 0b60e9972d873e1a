// Where a message goes in a cluster, and when an asker must ask again.
#include "runtime/cluster/cluster_router.hpp"

#include <gmock/gmock.h>

#include "actors/message_codec.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "runtime/cluster/cluster_commands.hpp"
#include "runtime/cluster/forwarded_asks.hpp"
#include "runtime/cluster/peer_messages.hpp"
#include "runtime/cluster/remote_entries.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ClusterRouterTest : public testing::Test {
 protected:
  ClusterRouterTest() {
    inbox_.set_wake([] {});
    router_.attach(0, inbox_);
    router_.set_send([this](NodeNumber to, std::string frame) {
      sent_.emplace_back(to, std::move(frame));
      return link_is_up_;
    });
  }
  static std::vector<Message> one_read(RequestId request) {
    std::vector<Message> one;
    one.emplace_back(GetAccount{.request = request, .account = words::alice});
    return one;
  }

  ClusterRouter router_{PartitionMap(2), 1};
  Inbox inbox_{10};
  std::vector<std::pair<NodeNumber, std::string>> sent_;
  bool link_is_up_ = true;
};

TEST_F(ClusterRouterTest, WithoutALeaderNothingIsTaken) {
  auto messages = one_read(1);
  const auto taken = router_.ask(0, messages);
  EXPECT_EQ(taken.count, 0U);
  EXPECT_EQ(taken.why, NotAccepted::Why::no_leader);
  EXPECT_THAT(messages, SizeIs(1)) << "it stays with the asker";
}

TEST_F(ClusterRouterTest, WhatIsLedHereGoesToTheInbox) {
  router_.leader_seen(0, 1, 1);
  auto messages = one_read(1);
  EXPECT_EQ(router_.ask(0, messages).count, 1U);
  EXPECT_EQ(inbox_.size(), 1U);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(ClusterRouterTest, WhatIsLedElsewhereGoesOverTheLink) {
  router_.leader_seen(0, 1, 2);
  auto messages = one_read(77);
  EXPECT_EQ(router_.ask(0, messages).count, 1U);
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].first, 2);
  const auto opened = open_peer_message(sent_[0].second);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->first, PeerMessage::ask);
  const auto batch = decode_messages(opened->second);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->to, 0);
  EXPECT_EQ(std::get<GetAccount>(batch->messages.at(0)).request, 77U);
  link_is_up_ = false;
  auto again = one_read(78);
  EXPECT_EQ(router_.ask(0, again).why, NotAccepted::Why::no_leader);
}

std::vector<Message> one_read_for_any_replica() {
  std::vector<Message> one;
  one.emplace_back(FollowerRead<GetAccount>{1, 5, {0, words::alice}});
  return one;
}

TEST_F(ClusterRouterTest, AReadForAnyReplicaStaysHereWhoeverLeads) {
  for (const NodeNumber leader : {NodeNumber{0}, NodeNumber{2}}) {
    router_.leader_seen(0, 1, leader);
    auto messages = one_read_for_any_replica();
    EXPECT_EQ(router_.ask(0, messages).count, 1U);
  }
  auto of_peer = one_read_for_any_replica();
  EXPECT_EQ(router_.ask_here(0, of_peer).count, 1U);
  EXPECT_EQ(inbox_.reads().take_all().size(), 3U);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(ClusterRouterTest, AReadForAnyReplicaGoesToWhoeverHasOne) {
  auto messages = one_read_for_any_replica();
  EXPECT_EQ(router_.ask(1, messages).why, NotAccepted::Why::no_leader) << "none here, nobody known";
  router_.set_reachable([](PartitionId) { return std::vector<NodeNumber>{1, 3, 2}; });
  EXPECT_EQ(router_.ask(1, messages).count, 1U);
  router_.leader_seen(1, 1, 2);
  EXPECT_EQ(router_.ask(1, messages).count, 1U);
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(sent_[0].first, 3);
  EXPECT_EQ(sent_[1].first, 2) << "the leader, when it is known";
  EXPECT_THAT(router_.holders(1), ElementsAre(2, 3)) << "not this node";
  link_is_up_ = false;
  EXPECT_EQ(router_.ask(1, messages).count, 0U);
  EXPECT_EQ(router_.ask_here(1, messages).count, 0U) << "what a peer sends is not sent on";
}

TEST_F(ClusterRouterTest, WhatAPeerSendsIsNeverSentOn) {
  router_.leader_seen(0, 1, 2);
  auto messages = one_read(1);
  EXPECT_EQ(router_.ask_here(0, messages).count, 0U);
  EXPECT_FALSE(router_.push_here(0, one_read(0)));
  EXPECT_FALSE(router_.push_here(9, one_read(0))) << "a partition that there is not";
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(ClusterRouterTest, ANewLeaderOrABrokenLinkBeginsANewEra) {
  EXPECT_TRUE(router_.leader_seen(0, 1, 2));
  const auto first = router_.era(0);
  EXPECT_FALSE(router_.leader_seen(0, 1, 2));
  EXPECT_EQ(router_.era(0), first) << "no news";
  EXPECT_FALSE(router_.leader_seen(0, 2, 0));
  EXPECT_EQ(router_.era(0), first) << "nobody to ask again yet";
  EXPECT_TRUE(router_.leader_seen(0, 2, 3));
  const auto second = router_.era(0);
  EXPECT_GT(second, first);
  EXPECT_FALSE(router_.leader_seen(0, 1, 2));
  EXPECT_EQ(router_.leader(0), 3) << "news of an older term comes late";
  router_.lost_node(2);
  EXPECT_EQ(router_.era(0), second);
  router_.lost_node(3);
  EXPECT_GT(router_.era(0), second);
}

TEST(ForwardedAsks, RepliesFindTheirAskersOnceUnderTheirOwnNumbers) {
  ForwardedAsks asks(std::chrono::milliseconds(1000));
  const ForwardedAsks::SteadyTime now{};
  std::vector<Message> of_two, of_three;
  of_two.emplace_back(GetAccount{.request = 5, .account = words::alice});
  of_three.emplace_back(GetAccount{.request = 5, .account = words::bob});
  asks.take(2, of_two, now);
  asks.take(3, of_three, now);
  const RequestId two = std::get<GetAccount>(of_two[0]).request;
  const RequestId three = std::get<GetAccount>(of_three[0]).request;
  EXPECT_NE(two, three);
  std::vector<Reply> replies;
  replies.push_back({three, {}, CheckResult{}});
  replies.push_back({9, {}, CheckResult{}});
  replies.push_back({two, {}, CheckResult{}});
  const auto back = asks.give_back(replies);
  ASSERT_THAT(replies, SizeIs(1)) << "ours stay";
  EXPECT_EQ(replies[0].request, 9U);
  ASSERT_THAT(back, SizeIs(2));
  EXPECT_EQ(back.at(2).at(0).request, 5U);
  EXPECT_EQ(back.at(3).at(0).request, 5U);
  std::vector<Reply> twice;
  twice.push_back({two, {}, CheckResult{}});
  EXPECT_THAT(asks.give_back(twice), IsEmpty());
}

TEST(ForwardedAsks, ForgetsWhatWasNeverAnswered) {
  ForwardedAsks asks(std::chrono::milliseconds(1000));
  ForwardedAsks::SteadyTime now{};
  for (int i = 0; i < 5; ++i) {
    std::vector<Message> one;
    one.emplace_back(GetAccount{.request = 1, .account = words::alice});
    asks.take(2, one, now);
    now += std::chrono::milliseconds(1500);
  }
  EXPECT_LE(asks.size(), 2U);
}

TEST(PeerMessages, FactsOfLeadersComeBackAndCutFramesAreRefused) {
  const FactsFrame facts{
      9,
      {{4, "a:1", "b:2"}},
      {1, 2, 3},
      {{3, {7, 5, {1, 2, 3}, {4}, {65'540}}}, {16, {1ULL << 40, 0, {1}, {}, {}}}}};
  const std::string frame = frame_of(PeerMessage::leaders, encode_facts(facts));
  const auto opened = open_peer_message(frame);
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->first, PeerMessage::leaders);
  EXPECT_EQ(decode_facts(opened->second), facts);
  for (std::size_t size = 0; size < opened->second.size(); ++size)
    EXPECT_FALSE(decode_facts(opened->second.substr(0, size))) << size;
  EXPECT_FALSE(open_peer_message(""));
  EXPECT_FALSE(open_peer_message("\x09"));
}

TEST(PeerMessages, CommandsAndTheirOutcomesComeBackAndCutOnesAreRefused) {
  const ClusterCommand commands[] = {AddNode{{4, "a:1", "b:2"}}, DrainNode{4}, ResumeNode{4},
                                     RemoveNode{4}, Rebalance{}};
  for (const ClusterCommand& command : commands) {
    const std::string body = encode_command({9, command});
    const auto decoded = decode_command(body);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->number, 9U);
    EXPECT_EQ(decoded->command.index(), command.index());
    EXPECT_EQ(encode_command(*decoded), body);
    for (std::size_t size = 0; size < body.size(); ++size)
      EXPECT_FALSE(decode_command(body.substr(0, size))) << size;
  }
  const CommandOutcome outcomes[] = {
      LogIndex{7}, MembershipError{MembershipRefusal::too_few_nodes, "why"}, NotLed{}};
  for (const CommandOutcome& outcome : outcomes) {
    const std::string body = encode_outcome({9, outcome});
    const auto decoded = decode_outcome(body);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->outcome.index(), outcome.index());
    EXPECT_EQ(encode_outcome(*decoded), body);
    for (std::size_t size = 0; size < body.size(); ++size)
      EXPECT_FALSE(decode_outcome(body.substr(0, size))) << size;
  }
}

class ClusterCommandsTest : public testing::Test {
 protected:
  using Time = ClusterCommands::Clock::time_point;
  static constexpr std::chrono::seconds patience{5};
  ClusterCommandsTest() {
    commands.add(
        DrainNode{4}, [this](const CommandOutcome& outcome) { outcomes.push_back(outcome); },
        Time());
  }
  void send_to(NodeNumber leader) {
    commands.send_to(leader, [&](const NumberedCommand& command) {
      sent.emplace_back(leader, command.number);
      return link_is_up;
    });
  }
  [[nodiscard]] std::optional<bool> is_unknown() const {
    if (outcomes.size() != 1 || !std::holds_alternative<NotLed>(outcomes[0])) return std::nullopt;
    return std::get<NotLed>(outcomes[0]).is_unknown;
  }
  ClusterCommands commands{patience};
  std::vector<std::pair<NodeNumber, std::uint64_t>> sent;
  std::vector<CommandOutcome> outcomes;
  bool link_is_up = true;
};

TEST_F(ClusterCommandsTest, ACommandWaitsForALeaderAndIsSentOnceToEach) {
  send_to(0);
  EXPECT_THAT(sent, IsEmpty());
  for (const int leader : {2, 2, 3, 3}) send_to(static_cast<NodeNumber>(leader));
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].first, 2);
  EXPECT_EQ(sent[1].first, 3) << "who led before may have died with it";
  EXPECT_EQ(sent[0].second, sent[1].second);
  commands.finish(sent[0].second, LogIndex{7});
  commands.finish(sent[0].second, LogIndex{8});
  ASSERT_THAT(outcomes, SizeIs(1)) << "both have answered";
  EXPECT_EQ(std::get<LogIndex>(outcomes[0]), 7U);
  send_to(2);
  EXPECT_THAT(sent, SizeIs(2));
}

TEST_F(ClusterCommandsTest, ACommandThatNobodyTookIsSentAgain) {
  link_is_up = false;
  send_to(2);
  link_is_up = true;
  send_to(2);
  ASSERT_THAT(sent, SizeIs(2)) << "it did not get there";
  commands.finish(sent[0].second, NotLed{});
  EXPECT_THAT(outcomes, IsEmpty());
  send_to(2);
  EXPECT_THAT(sent, SizeIs(3)) << "it did not lead any more, or not yet";
}

TEST_F(ClusterCommandsTest, ThePatienceEndsAndSaysWhetherAnythingMayHaveHappened) {
  link_is_up = false;
  send_to(2);
  commands.expire(Time() + patience - std::chrono::milliseconds(1));
  EXPECT_THAT(outcomes, IsEmpty());
  commands.expire(Time() + patience);
  EXPECT_EQ(is_unknown(), false) << "nobody has had it";
}

TEST_F(ClusterCommandsTest, WhatALeaderHadMayHaveBeenDone) {
  send_to(2);
  commands.end_all();
  EXPECT_EQ(is_unknown(), true);
}

TEST(PeerMessages, QuestionsForEntriesAndTheirAnswersComeBack) {
  const std::string asked = encode_read({7, 3, 1ULL << 40});
  const auto question = decode_read(open_peer_message(asked)->second);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->number, 7U);
  EXPECT_EQ(question->partition, 3);
  EXPECT_EQ(question->index, 1ULL << 40);
  EXPECT_FALSE(decode_read("short"));
  const std::string found = encode_entry_answer({7, "bytes"});
  EXPECT_EQ(decode_entry_answer(open_peer_message(found)->second)->entry, "bytes");
  const std::string none = encode_entry_answer({7, std::nullopt});
  const auto answer = decode_entry_answer(open_peer_message(none)->second);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->entry);
  EXPECT_FALSE(decode_entry_answer(""));
}

class RemoteEntriesTest : public testing::Test {
 protected:
  using Answers = std::map<NodeNumber, std::optional<std::string>>;  // of the nodes that answer
  RemoteEntriesTest() {
    entries.set_peers([this](PartitionId) { return holders; },
                      [this](NodeNumber to, std::uint64_t number, PartitionId, LogIndex) {
                        asked.push_back(to);
                        last = number;
                        const auto answer = answers.find(to);
                        if (answer != answers.end()) entries.answered(number, answer->second);
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
  entries.set_peers([&](PartitionId) { return ++rounds < 3 ? std::vector<NodeNumber>() : holders; },
                    [&](NodeNumber to, std::uint64_t number, PartitionId, LogIndex) {
                      if (to == 3) entries.answered(number, "bytes");
                      return true;
                    });
  EXPECT_TRUE(entries.read(1, 2));
  EXPECT_EQ(rounds, 3U);
}

TEST_F(RemoteEntriesTest, SaysWhyThereIsNothing) {
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::unavailable) << "no answer";
  answers[3] = std::nullopt;
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::missing) << "who answers has none";
  holders.clear();
  EXPECT_EQ(entries.read(1, 2).error().code, Errc::unavailable) << "nobody to ask";
  entries.answered(last, "late");
}

}  // namespace
}  // namespace florin
