// Where a message goes in a cluster, and when an asker must ask again.
#include "actors/asks/cluster_router.hpp"

#include <gmock/gmock.h>

#include "actors/asks/peer_messages.hpp"
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

  ClusterRouter router_{PartitionMap(2), 1, 99};
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

// A node that was not upgraded yet would take its frame for a lie.
TEST_F(ClusterRouterTest, NobodyIsAskedInWordsThatTheClusterDoesNotWriteYet) {
  FormatLevels levels;
  router_.set_levels(levels);
  router_.leader_seen(0, 1, 2);
  const auto one_checkout = [] {
    std::vector<Message> one;
    one.emplace_back(GetCheckout{.request = 1, .checkout = {}});
    return one;
  };
  auto messages = one_checkout();
  EXPECT_EQ(router_.ask(0, messages).why, NotAccepted::Why::level_too_low);
  EXPECT_THAT(messages, SizeIs(1)) << "it stays with the asker";
  EXPECT_THAT(sent_, IsEmpty());

  levels.raise(payments_level);
  messages = one_checkout();
  EXPECT_EQ(router_.ask(0, messages).count, 1U);
  EXPECT_THAT(sent_, SizeIs(1));
}

// Each transfer of a batch stands alone.
TEST_F(ClusterRouterTest, WhatNotAllNodesKnowHoldsNothingElseBack) {
  FormatLevels levels;
  router_.set_levels(levels);
  router_.leader_seen(0, 1, 2);
  const auto start = [](RequestId request) {
    StartTransfer message;
    message.request = request;
    return message;
  };
  std::vector<Message> messages;
  messages.emplace_back(StartNotedTransfer{start(1), TransferNotes{"r", "", {}, ""}});
  messages.emplace_back(start(2));
  messages.emplace_back(StartNotedTransfer{start(3), TransferNotes{"r", "", {}, ""}});
  messages.emplace_back(start(4));
  const auto taken = router_.ask(0, messages);
  EXPECT_EQ(taken.count, 2U);
  EXPECT_EQ(taken.why, NotAccepted::Why::level_too_low);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(request_of(messages[0]), 1U);
  EXPECT_EQ(request_of(messages[1]), 3U);
  ASSERT_THAT(sent_, SizeIs(1));
  const auto ask = decode_ask(open_peer_message(sent_[0].second)->second);
  ASSERT_TRUE(ask);
  ASSERT_THAT(ask->batch.messages, SizeIs(2));
  EXPECT_EQ(request_of(ask->batch.messages[1]), 4U);
  link_is_up_ = false;
  messages.emplace_back(start(5));
  EXPECT_EQ(router_.ask(0, messages).why, NotAccepted::Why::no_leader);
  EXPECT_THAT(messages, SizeIs(3));
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
  const auto ask = decode_ask(opened->second);
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->asker, 99U);
  EXPECT_EQ(ask->frame, 1U);
  EXPECT_EQ(ask->batch.to, 0);
  EXPECT_EQ(get<GetAccount>(ask->batch.messages.at(0)).request, 77U);
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
  EXPECT_THAT(router_.link_changed(2, ClusterRouter::Link::to, false), IsEmpty());
  EXPECT_EQ(router_.era(0), second);
  EXPECT_THAT(router_.link_changed(3, ClusterRouter::Link::to, false), IsEmpty());
  EXPECT_GT(router_.era(0), second);
}

TEST_F(ClusterRouterTest, ALinkFromTheLeaderThatBreaksOrReturnsLosesAnswers) {
  router_.leader_seen(0, 1, 3);
  const auto first = router_.era(0);
  EXPECT_THAT(router_.link_changed(3, ClusterRouter::Link::from, false), IsEmpty());
  const auto second = router_.era(0);
  EXPECT_GT(second, first);
  EXPECT_THAT(router_.link_changed(3, ClusterRouter::Link::from, true), ElementsAre(0));
  EXPECT_GT(router_.era(0), second) << "it was refused while the link was gone";
}

TEST_F(ClusterRouterTest, ALinkToTheLeaderThatReturnsLosesNothingMore) {
  router_.leader_seen(0, 1, 3);
  const auto first = router_.era(0);
  EXPECT_THAT(router_.link_changed(3, ClusterRouter::Link::to, true), ElementsAre(0));
  EXPECT_EQ(router_.era(0), first);
}

}  // namespace
}  // namespace florin
