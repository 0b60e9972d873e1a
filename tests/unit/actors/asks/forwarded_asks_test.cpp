// Whose a forwarded message was, and that a process is answered what it asked itself.
#include "actors/asks/forwarded_asks.hpp"

#include <gmock/gmock.h>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(ForwardedAsks, RepliesFindTheirAskersOnceUnderTheirOwnNumbers) {
  ForwardedAsks asks(AskTime(1'000'000));
  const AskTime now{};
  std::vector<Message> of_two, of_three;
  of_two.emplace_back(GetAccount{.request = 5, .account = words::alice});
  of_three.emplace_back(GetAccount{.request = 5, .account = words::bob});
  EXPECT_TRUE(asks.take({2, 20}, 1, of_two, now));
  EXPECT_TRUE(asks.take({3, 30}, 1, of_three, now));
  const RequestId two = get<GetAccount>(of_two[0]).request;
  const RequestId three = get<GetAccount>(of_three[0]).request;
  EXPECT_NE(two, three);
  std::vector<Reply> replies;
  replies.push_back({three, {}, CheckResult{}});
  replies.push_back({9, {}, CheckResult{}});
  replies.push_back({two, {}, CheckResult{}});
  const auto back = asks.give_back(replies);
  ASSERT_THAT(replies, SizeIs(1)) << "ours stay";
  EXPECT_EQ(replies[0].request, 9U);
  ASSERT_THAT(back, SizeIs(2));
  EXPECT_EQ(back.at({2, 20}).at(0).request, 5U);
  EXPECT_EQ(back.at({3, 30}).at(0).request, 5U);
  std::vector<Reply> twice;
  twice.push_back({two, {}, CheckResult{}});
  EXPECT_THAT(asks.give_back(twice), IsEmpty());
}

TEST(ForwardedAsks, ForgetsWhatWasNeverAnswered) {
  ForwardedAsks asks(AskTime(1'000'000));
  AskTime now{};
  for (std::uint64_t frame = 1; frame <= 5; ++frame) {
    std::vector<Message> one;
    one.emplace_back(GetAccount{.request = 1, .account = words::alice});
    EXPECT_TRUE(asks.take({2, 20}, frame, one, now));
    now += AskTime(1'500'000);
  }
  EXPECT_LE(asks.size(), 2U);
}

class RestartedAsker : public testing::Test {
 protected:
  RequestId take(Incarnation incarnation, std::uint64_t frame, RequestId request = 5) {
    std::vector<Message> one;
    one.emplace_back(GetAccount{.request = request, .account = words::alice});
    if (!asks.take({2, incarnation}, frame, one, AskTime(0))) return 0;
    return get<GetAccount>(one[0]).request;
  }
  std::map<PeerProcess, std::vector<Reply>> reply(RequestId number) {
    std::vector<Reply> replies;
    replies.push_back({number, {}, CheckResult{}});
    return asks.give_back(replies);
  }
  ForwardedAsks asks{AskTime(1'000'000)};
};

TEST_F(RestartedAsker, IsNotGivenWhatTheOneBeforeWasOwed) {
  const RequestId before = take(20, 1);
  const RequestId after = take(21, 1);
  ASSERT_NE(after, 0U);
  EXPECT_THAT(reply(before), IsEmpty()) << "nobody waits for it any more";
  const auto back = reply(after);
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back.begin()->first, (PeerProcess{2, 21}));
  EXPECT_EQ(back.begin()->second.at(0).request, 5U);
}

TEST_F(RestartedAsker, IsNotTakenForTheOneBeforeWhoseFramesComeLate) {
  EXPECT_NE(take(20, 1), 0U);
  EXPECT_NE(take(21, 1), 0U);
  EXPECT_EQ(take(20, 2), 0U);
  EXPECT_NE(take(21, 2), 0U) << "and is not forgotten for it";
  EXPECT_EQ(asks.size(), 2U);
}

TEST_F(RestartedAsker, AFrameIsTakenOnceInWhateverOrder) {
  for (const std::uint64_t frame : {3U, 1U, 2U}) EXPECT_NE(take(20, frame), 0U);
  for (const std::uint64_t frame : {1U, 2U, 3U}) EXPECT_EQ(take(20, frame), 0U);
  EXPECT_EQ(asks.size(), 3U);
}

TEST_F(RestartedAsker, CommandsAreOfWhoAskedForThem) {
  std::vector<Message> one;
  const RequestId request = ask_id::make(7, 3, 1);
  one.emplace_back(ChangeAccount{.request = request, .account = words::alice, .reason = ""});
  ASSERT_TRUE(asks.take({2, 20}, 1, one, AskTime(0)));
  EXPECT_EQ(get<ChangeAccount>(one[0]).command, (CommandId{2, 20, ask_id::make(7, 0, 1)}))
      << "whatever attempt it is";
}

TEST(OnceWindow, WhatIsFarBehindOrCameBeforeIsRefused) {
  OnceWindow window;
  EXPECT_FALSE(window.take(0));
  EXPECT_TRUE(window.take(1));
  EXPECT_TRUE(window.take(OnceWindow::width));
  EXPECT_TRUE(window.take(2));
  EXPECT_FALSE(window.take(1));
  EXPECT_TRUE(window.take(2 * OnceWindow::width + 1)) << "newer than the whole window";
  EXPECT_FALSE(window.take(OnceWindow::width + 1)) << "one behind the window";
  EXPECT_TRUE(window.take(OnceWindow::width + 2));
  EXPECT_TRUE(window.take(2 * OnceWindow::width));
  EXPECT_FALSE(window.take(2 * OnceWindow::width));
}

}  // namespace
}  // namespace florin
