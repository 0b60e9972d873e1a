// Two nodes and their frames: the asker is killed and started while the leader still decides, and nobody hears what
// another process has asked.
#include "actors/asks/peer_asks.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "actors/asks/ask_table.hpp"
#include "actors/asks/peer_messages.hpp"
#include "actors/messages/address.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr NodeNumber asking_node = 1;
constexpr NodeNumber leading_node = 2;

// A process of a node, and what it has sent.
struct NodeProcess {
  NodeProcess(NodeNumber node, Incarnation incarnation)
      : router(PartitionMap(1), node, incarnation),
        table(router, AskTime(4'000'000), [this](const Reply& r) { unfit.push_back(r.request); },
              {node, incarnation}),
        peers(router, incarnation, AskTime(20'000'000)) {
    router.set_send([this](NodeNumber, std::string frame) {
      sent.push_back(std::move(frame));
      return true;
    });
    peers.set_ports(
        [this](NodeNumber, std::string frame) {
          sent.push_back(std::move(frame));
          return true;
        },
        [this](std::vector<Reply> replies) {
          for (Reply& reply : replies)
            if (auto done = table.deliver(ask_id::number(reply.request), std::span(&reply, 1)))
              done->done(std::move(done->replies));
        });
    router.leader_seen(0, 1, leading_node);
  }
  // "7": the index of the position that the client heard.
  void ask(Message message) {
    std::vector<Addressed> one;
    one.push_back({0, std::move(message)});
    table.open(++last, one, AskTime(0), AskTime(10'000'000),
               [this](const AskReplies& replies) { heard.push_back(replies[0]->position.index); });
    std::vector<Message> messages;
    messages.push_back(std::move(one[0].message));
    EXPECT_EQ(router.ask(0, messages).count, 1U);
  }
  std::string next_frame() {
    std::string frame = std::move(sent.front());
    sent.pop_front();
    return frame;
  }
  std::optional<DroppedFrame> receive(NodeNumber from, const std::string& frame) {
    const auto opened = open_peer_message(frame);
    return opened->first == PeerMessage::ask ? peers.on_ask(from, opened->second, AskTime(0))
                                             : peers.on_replies(opened->second);
  }
  ClusterRouter router;
  AskTable table;
  PeerAsks peers;
  std::deque<std::string> sent;
  std::vector<RequestId> unfit;
  std::vector<LogIndex> heard;
  std::uint64_t last = 0;
};

class PeerAsksTest : public testing::Test {
 protected:
  PeerAsksTest() {
    inbox.set_wake([] {});
    leader.router.attach(0, inbox);
  }
  static Message transfer(std::uint8_t id) {
    StartTransfer message;
    message.from = words::alice;
    message.to = words::bob;
    message.transaction_id.bytes[0] = id;
    return message;
  }
  // What the leader has been asked.
  std::vector<Message> arrived() {
    std::vector<std::vector<Message>> chunks;
    inbox.take(chunks, SIZE_MAX);
    std::vector<Message> out;
    for (auto& chunk : chunks)
      for (Message& message : chunk) out.push_back(std::move(message));
    return out;
  }
  void answer(const Message& message, LogIndex index) {
    std::vector<Reply> replies;
    replies.push_back(
        {request_of(message), {index, 0, 0}, TransferOutcome{}, question_of(message).subject});
    leader.peers.deliver(std::move(replies));
  }
  Inbox inbox{10};
  NodeProcess leader{leading_node, 200};
};

TEST_F(PeerAsksTest, AnAnswerComesBackToWhoAsked) {
  NodeProcess asker(asking_node, 100);
  asker.ask(transfer(1));
  EXPECT_FALSE(leader.receive(asking_node, asker.next_frame()));
  const auto asked = arrived();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_TRUE(ask_id::is_forwarded(request_of(asked[0])));
  answer(asked[0], 7);
  EXPECT_FALSE(asker.receive(leading_node, leader.next_frame()));
  EXPECT_THAT(asker.heard, ElementsAre(7));
  EXPECT_EQ(leader.peers.owed(), 0U);
}

TEST_F(PeerAsksTest, ARestartedNodeDoesNotHearWhatItsProcessBeforeHasAsked) {
  NodeProcess before(asking_node, 100);
  before.ask(transfer(1));
  EXPECT_FALSE(leader.receive(asking_node, before.next_frame()));
  const auto first = arrived();
  NodeProcess after(asking_node, 101);  // killed and started
  after.ask(transfer(2));
  answer(first.at(0), 7);  // before the leader has heard of the restart
  const auto dropped = after.receive(leading_node, leader.next_frame());
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->why, DroppedFrame::Why::other_incarnation);
  EXPECT_THAT(after.heard, IsEmpty()) << "the same number, and another transfer";
  EXPECT_FALSE(leader.receive(asking_node, after.next_frame()));
  answer(arrived().at(0), 8);
  EXPECT_FALSE(after.receive(leading_node, leader.next_frame()));
  EXPECT_THAT(after.heard, ElementsAre(8));
  EXPECT_THAT(after.unfit, IsEmpty());
}

TEST_F(PeerAsksTest, WhoHearsOfTheRestartForgetsWhatItOwesToTheProcessBefore) {
  NodeProcess before(asking_node, 100);
  before.ask(transfer(1));
  EXPECT_FALSE(leader.receive(asking_node, before.next_frame()));
  const auto first = arrived();
  NodeProcess after(asking_node, 101);
  after.ask(transfer(2));
  EXPECT_FALSE(leader.receive(asking_node, after.next_frame()));
  answer(first.at(0), 7);
  EXPECT_THAT(leader.sent, IsEmpty());
  EXPECT_EQ(leader.peers.owed(), 1U);
}

TEST_F(PeerAsksTest, AFrameThatComesTwiceIsTakenOnce) {
  NodeProcess asker(asking_node, 100);
  asker.ask(ChangeAccount{.account = words::alice, .reason = ""});
  const std::string frame = asker.next_frame();
  EXPECT_FALSE(leader.receive(asking_node, frame));
  EXPECT_TRUE(leader.receive(asking_node, frame));
  EXPECT_THAT(arrived(), SizeIs(1));
}

TEST_F(PeerAsksTest, WhatIsNotLedHereIsRefusedUnderItsOwnNumber) {
  leader.router.leader_seen(0, 2, 3);
  NodeProcess asker(asking_node, 100);
  asker.ask(transfer(1));
  EXPECT_FALSE(leader.receive(asking_node, asker.next_frame()));
  EXPECT_FALSE(asker.receive(leading_node, leader.next_frame()));
  EXPECT_THAT(asker.heard, IsEmpty()) << "it asks again";
  std::vector<AskTable::Finished> finished;
  EXPECT_THAT(asker.table.take_due(AskTime(1), finished), SizeIs(1));
}

TEST_F(PeerAsksTest, WhatIsNoClientsMessageOrForNoPartitionIsNotRead) {
  std::vector<Message> between;
  between.emplace_back(FenceHeard{});
  const auto why = [](const std::optional<DroppedFrame>& dropped) {
    return dropped ? std::optional(dropped->why) : std::nullopt;
  };
  EXPECT_EQ(why(leader.receive(asking_node, encode_ask(100, 1, 0, between))),
            DroppedFrame::Why::refused);
  std::vector<Message> one;
  one.emplace_back(GetTrialBalance{5, 0});
  EXPECT_EQ(why(leader.receive(asking_node, encode_ask(100, 1, 9, one))),
            DroppedFrame::Why::refused);
  EXPECT_THAT(arrived(), IsEmpty());
}

}  // namespace
}  // namespace florin
