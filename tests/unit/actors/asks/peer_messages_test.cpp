// Frames of the messages channel: there and back, cut anywhere, and under their numbers.
#include "actors/asks/peer_messages.hpp"

#include <gmock/gmock.h>

#include "actors/asks/cluster_commands.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

// Two nodes of one link protocol must mean the same by a frame.
int number_of(PeerMessage kind) { return frame_of(kind, "body").front(); }

TEST(PeerMessages, KindsHaveTheNumbersThatOtherNodesKnowThemBy) {
  EXPECT_EQ(number_of(PeerMessage::tell), 1);
  EXPECT_EQ(number_of(PeerMessage::ask), 2);
  EXPECT_EQ(number_of(PeerMessage::replies), 3);
  EXPECT_EQ(number_of(PeerMessage::leaders), 4);
  EXPECT_EQ(number_of(PeerMessage::read), 5);
  EXPECT_EQ(number_of(PeerMessage::entry), 6);
  EXPECT_EQ(number_of(PeerMessage::command), 7);
  EXPECT_EQ(number_of(PeerMessage::outcome), 8);
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
  EXPECT_FALSE(open_peer_message("\x0c"));
}

TEST(PeerMessages, CommandsAndTheirOutcomesComeBackAndCutOnesAreRefused) {
  const ClusterCommand commands[] = {AddNode{{4, "a:1", "b:2"}},
                                     DrainNode{4},
                                     ResumeNode{4},
                                     RejoinNode{4},
                                     RemoveNode{4},
                                     Rebalance{}};
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
  const CommandOutcome outcomes[] = {LogIndex{7},
                                     MembershipError{MembershipRefusal::too_few_nodes, "why"},
                                     NotLed{true}, NotLed{false}};
  for (const CommandOutcome& outcome : outcomes) {
    const std::string body = encode_outcome({9, 2, outcome});
    const auto decoded = decode_outcome(body);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->outcome.index(), outcome.index());
    EXPECT_EQ(decoded->asked, 2U);
    EXPECT_EQ(encode_outcome(*decoded), body);
    if (const auto* not_led = get_if<NotLed>(&outcome)) {
      EXPECT_EQ(get<NotLed>(decoded->outcome).is_unknown, not_led->is_unknown);
    }
    for (std::size_t size = 0; size < body.size(); ++size)
      EXPECT_FALSE(decode_outcome(body.substr(0, size))) << size;
  }
}

TEST(PeerMessages, QuestionsForEntriesAndTheirAnswersComeBack) {
  const std::string asked = encode_read({9, 7, 3, 1ULL << 40});
  const auto question = decode_read(open_peer_message(asked)->second);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->asker, 9U);
  EXPECT_EQ(question->number, 7U);
  EXPECT_EQ(question->partition, 3);
  EXPECT_EQ(question->index, 1ULL << 40);
  EXPECT_FALSE(decode_read("short"));
  const std::string found = encode_entry_answer({*question, "bytes"});
  EXPECT_EQ(decode_entry_answer(open_peer_message(found)->second)->entry, "bytes");
  const std::string none = encode_entry_answer({*question, std::nullopt});
  const auto answer = decode_entry_answer(open_peer_message(none)->second);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->entry);
  EXPECT_EQ(answer->question.index, 1ULL << 40) << "what it is an answer to";
  EXPECT_FALSE(decode_entry_answer(""));
}

TEST(PeerMessages, QuestionsAndRepliesSayWhichProcessAsksAndCutOnesAreRefused) {
  std::vector<Message> one;
  one.emplace_back(GetAccount{.request = 5, .account = words::alice});
  const std::string asked = encode_ask(9, 3, 1, one);
  const auto ask = decode_ask(open_peer_message(asked)->second);
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->asker, 9U);
  EXPECT_EQ(ask->frame, 3U);
  EXPECT_EQ(ask->batch.to, 1U);
  EXPECT_FALSE(decode_ask(open_peer_message(encode_ask(0, 3, 1, one))->second)) << "nobody's";
  std::vector<Reply> replies;
  replies.push_back({5, {}, CheckResult{}, 77});
  const std::string replied = encode_peer_replies(9, replies);
  const auto answer = decode_peer_replies(open_peer_message(replied)->second);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->asker, 9U);
  EXPECT_EQ(answer->replies.at(0).request, 5U);
  EXPECT_EQ(answer->replies.at(0).subject, 77U);
  for (std::size_t size = 1; size < asked.size(); ++size)
    EXPECT_FALSE(decode_ask(std::string_view(asked).substr(1, size - 1))) << size;
  for (std::size_t size = 1; size < replied.size(); ++size)
    EXPECT_FALSE(decode_peer_replies(std::string_view(replied).substr(1, size - 1))) << size;
}

// What travels between nodes keeps its number: two versions that number them otherwise refuse each other's links, and
// whoever changes one must say so (cluster/links/hello.hpp).
TEST(PeerMessages, KindsHaveTheirNumbers) {
  const std::vector<std::pair<PeerMessage, int>> numbers{
      {PeerMessage::tell, 1},    {PeerMessage::ask, 2},     {PeerMessage::replies, 3},
      {PeerMessage::leaders, 4}, {PeerMessage::read, 5},    {PeerMessage::entry, 6},
      {PeerMessage::command, 7}, {PeerMessage::outcome, 8}, {PeerMessage::clock, 9},
      {PeerMessage::disk, 10},   {PeerMessage::heads, 11}};
  for (const auto& [kind, number] : numbers) {
    const std::string frame = frame_of(kind, "");
    EXPECT_EQ(static_cast<int>(frame.at(0)), number);
    EXPECT_EQ(open_peer_message(frame)->first, kind);
  }
}

}  // namespace
}  // namespace florin
