// The desk: every ask is answered once, its replies in the order of its messages, whatever happens.
#include "runtime/engine/request_desk.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

namespace florin {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

Addressed check(PartitionId to) { return {to, CheckLeg{.account = {}, .currency = {}}}; }
Reply checked(RequestId request, LogIndex index) {
  return {request, {index, 0, 0}, CheckResult{}, subject_of(get<CheckLeg>(check(0).message))};
}

// "-" = no answer in time; "overloaded", "stopping", or the position's index of a real answer.
std::vector<std::string> text(const AskReplies& replies) {
  std::vector<std::string> out;
  for (const auto& reply : replies) {
    const auto* refused = reply ? get_if<NotAccepted>(&reply->body) : nullptr;
    if (!reply)
      out.emplace_back("-");
    else if (refused != nullptr && refused->why == NotAccepted::Why::behind)
      out.emplace_back("behind");
    else if (refused != nullptr)
      out.emplace_back(refused->why == NotAccepted::Why::overloaded ? "overloaded" : "stopping");
    else
      out.push_back(std::to_string(reply->position.index));
  }
  return out;
}

class RequestDeskTest : public testing::Test {
 protected:
  static constexpr std::size_t inbox_max = 3;

  RequestDeskTest() {
    for (PartitionId p = 0; p < 2; ++p) {
      inboxes_[p].set_wake([] {});
      router_.attach(p, inboxes_[p]);
    }
  }
  void ask(std::vector<Addressed> messages, milliseconds patience = hours(1)) {
    desk_.ask(std::move(messages), patience,
              [this](const AskReplies& replies) { answers_.push_back(text(replies)); });
  }
  // Requests that arrived at a partition, in order.
  std::vector<RequestId> arrived(PartitionId at) {
    std::vector<std::vector<Message>> chunks;
    inboxes_[at].take(chunks, SIZE_MAX);
    std::vector<RequestId> out;
    for (const auto& chunk : chunks)
      for (const Message& message : chunk) out.push_back(get<CheckLeg>(message).request);
    return out;
  }
  void reply(RequestId request, LogIndex index) { deliver({{request, index}}); }
  void deliver(std::vector<std::pair<RequestId, LogIndex>> each) {
    std::vector<Reply> replies;
    for (const auto& [request, index] : each) replies.push_back(checked(request, index));
    desk_.deliver(std::move(replies));
  }

  std::array<Inbox, 2> inboxes_{Inbox{inbox_max}, Inbox{inbox_max}};
  LocalRouter router_{PartitionMap(2)};
  std::mutex overloaded_mutex_;  // the desk tells on the thread that asks
  std::vector<std::size_t> overloaded_;
  RequestDesk desk_{router_,
                    [this](std::size_t count) {
                      const std::lock_guard lock(overloaded_mutex_);
                      overloaded_.push_back(count);
                    },
                    [](const Reply&) { ADD_FAILURE() << "a reply that fits"; }, PeerProcess{}};
  std::vector<std::vector<std::string>> answers_;
};

TEST_F(RequestDeskTest, AnswersWhenTheLastReplyHasComeInTheOrderOfTheMessages) {
  ask({check(1), check(0), check(1)});
  const auto first = arrived(0);
  const auto second = arrived(1);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 2U);
  reply(second[1], 13);
  reply(first[0], 12);
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_EQ(desk_.pending(), 1U);
  reply(second[0], 11);
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("11", "12", "13")));
  EXPECT_EQ(desk_.pending(), 0U);
}

TEST_F(RequestDeskTest, RepliesOfSeveralAsksMayComeTogether) {
  ask({check(0), check(0)});
  ask({check(0)});
  const auto requests = arrived(0);
  ASSERT_EQ(requests.size(), 3U);
  deliver({{requests[0], 1}, {requests[2], 3}, {requests[1], 2}});
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("3"), ElementsAre("1", "2")));
}

TEST_F(RequestDeskTest, AReplyThatComesTwiceCountsOnce) {
  ask({check(0), check(0)});
  const auto requests = arrived(0);
  reply(requests[0], 1);
  reply(requests[0], 9);
  EXPECT_THAT(answers_, IsEmpty());
  reply(requests[1], 2);
  reply(requests[1], 9);
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("1", "2")));
}

TEST_F(RequestDeskTest, AnAskOfNothingIsAnsweredAtOnce) {
  ask({});
  EXPECT_THAT(answers_, ElementsAre(IsEmpty()));
}

TEST_F(RequestDeskTest, WhatFindsNoRoomIsOverloadedAndTheRestGoesOn) {
  ask({check(0), check(1), check(0), check(0), check(0)});  // room for three each
  const auto requests = arrived(0);
  EXPECT_EQ(requests.size(), inbox_max);
  EXPECT_THAT(overloaded_, ElementsAre(1));
  for (const RequestId request : requests) reply(request, 5);
  EXPECT_THAT(answers_, IsEmpty());
  reply(arrived(1).at(0), 6);
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("5", "6", "5", "5", "overloaded")));
}

TEST_F(RequestDeskTest, ASingleRequestWithoutRoomIsAnsweredAtOnce) {
  ask({check(0), check(0), check(0)});
  ask({check(0)});
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("overloaded")));
  EXPECT_THAT(overloaded_, ElementsAre(1));
}

TEST_F(RequestDeskTest, AClosedDeskLetsNothingInAndStillAnswersWhatIsOpen) {
  ask({check(0)});
  desk_.close();
  ask({check(0), check(1)});
  EXPECT_THAT(answers_, ElementsAre(ElementsAre("stopping", "stopping")));
  const auto requests = arrived(0);
  ASSERT_EQ(requests.size(), 1U);
  reply(requests[0], 1);
  EXPECT_THAT(answers_.back(), ElementsAre("1"));
}

TEST_F(RequestDeskTest, WhenPatienceIsOverWhatHasComeIsAnsweredAndTheRestIsNot) {
  std::promise<AskReplies> answered;
  std::atomic<int> calls{0};
  desk_.ask({check(0), check(0)}, milliseconds(200), [&](AskReplies replies) {
    if (++calls == 1) answered.set_value(std::move(replies));
  });
  const auto requests = arrived(0);
  reply(requests[1], 2);
  EXPECT_THAT(text(answered.get_future().get()), ElementsAre("-", "2"));
  EXPECT_EQ(desk_.pending(), 0U);
  reply(requests[0], 1);
  EXPECT_EQ(calls, 1) << "a late reply is dropped";
}

TEST_F(RequestDeskTest, AnswerAllAnswersEverybodyOnce) {
  ask({check(0), check(1)});
  ask({check(0)});
  const auto requests = arrived(0);
  reply(requests[0], 1);
  desk_.answer_all();
  EXPECT_THAT(answers_, testing::UnorderedElementsAre(ElementsAre("1", "-"), ElementsAre("-")));
  desk_.answer_all();
  reply(requests[1], 2);
  EXPECT_EQ(answers_.size(), 2U);
}

TEST_F(RequestDeskTest, AnAnswerMayAskAgain) {
  std::vector<std::string> second;
  desk_.ask({check(0)}, hours(1), [&](const AskReplies&) {
    desk_.ask({check(0)}, hours(1), [&](const AskReplies& replies) { second = text(replies); });
  });
  reply(arrived(0).at(0), 1);
  reply(arrived(0).at(0), 2);
  EXPECT_THAT(second, ElementsAre("2"));
}

TEST_F(RequestDeskTest, EveryAskOfManyThreadsIsAnsweredOnce) {
  constexpr int asks_each = 300;
  std::atomic<int> answers{0};
  std::atomic<int> asking{2};
  const auto client = [&] {
    for (int i = 0; i < asks_each; ++i)
      desk_.ask({check(0), check(1)}, i % 3 == 0 ? milliseconds(0) : hours(1),
                [&](const AskReplies&) { ++answers; });
    --asking;
  };
  std::thread first(client);
  std::thread second(client);
  for (bool more = true; more;) {
    more = asking > 0;
    for (const PartitionId p : {PartitionId{0}, PartitionId{1}})
      for (const RequestId request : arrived(p)) reply(request, 1);
  }
  first.join();
  second.join();
  desk_.answer_all();
  EXPECT_EQ(answers, 2 * asks_each);
  EXPECT_EQ(desk_.pending(), 0U);
}

// --- in a cluster: asking again ------------------------------------------------------------------------

// Takes what it is asked when it is told to, and says in which era it is.
class MovingRouter final : public Router {
 public:
  MovingRouter() : Router(PartitionMap(1)) {}
  Taken ask(PartitionId, std::vector<Message>& messages) override {
    const std::lock_guard lock(mutex_);
    if (!has_leader_) return {0, NotAccepted::Why::no_leader};
    for (const Message& message : messages) asked_.push_back(request_of(message));
    condition_.notify_all();
    return {messages.size(), NotAccepted::Why::overloaded};
  }
  using Router::tell;
  void tell(PartitionId, std::vector<Message>) override {}
  [[nodiscard]] std::uint64_t era(PartitionId) const override { return era_; }

  void set_leader(bool yes) {
    const std::lock_guard lock(mutex_);
    has_leader_ = yes;
    ++era_;
  }
  void next_era() { ++era_; }
  // Waits until something was asked `times` times.
  std::vector<RequestId> asked(std::size_t times) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(condition_.wait_for(lock, std::chrono::seconds(30),
                                    [&] { return asked_.size() >= times; }));
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  std::vector<RequestId> asked_;
  bool has_leader_ = true;
  std::atomic<std::uint64_t> era_{1};
};

struct AskingAgain : testing::Test {
  std::future<std::vector<std::string>> ask(milliseconds patience = hours(1),
                                            Message message = StartTransfer{}) {
    auto answer = std::make_shared<std::promise<std::vector<std::string>>>();
    std::vector<Addressed> one;
    one.push_back({0, std::move(message)});
    desk.ask(std::move(one), patience, [answer](const AskReplies& replies) {
      const auto* refused = replies[0] ? get_if<NotAccepted>(&replies[0]->body) : nullptr;
      if (refused != nullptr && refused->why == NotAccepted::Why::no_leader)
        answer->set_value({"no_leader"});
      else
        answer->set_value(text(replies));
    });
    return answer->get_future();
  }
  void reply(RequestId request, ReplyBody body) {
    std::vector<Reply> replies;
    replies.push_back({request, {7, 0, 0}, std::move(body), subject_of(StartTransfer{})});
    desk.deliver(std::move(replies));
  }
  MovingRouter router;
  RequestDesk desk{router, [](std::size_t) {}, [](const Reply&) {}, PeerProcess{},
                   milliseconds(400)};
};

TEST_F(AskingAgain, WaitsForALeaderToCome) {
  router.set_leader(false);
  auto answer = ask();
  router.set_leader(true);
  reply(router.asked(1).at(0), TransferOutcome{});
  EXPECT_THAT(answer.get(), ElementsAre("7"));
}

TEST_F(AskingAgain, SaysNoLeaderWhenNoneCameAndNobodyCanHaveDecided) {
  router.set_leader(false);
  EXPECT_THAT(ask().get(), ElementsAre("no_leader"));
}

TEST_F(AskingAgain, AsksTheNextLeaderUnderTheSameNumberAndTheNextAttempt) {
  auto answer = ask();
  const RequestId first = router.asked(1).at(0);
  router.next_era();
  const RequestId second = router.asked(2).at(1);
  EXPECT_EQ(ask_id::number(second), ask_id::number(first));
  EXPECT_EQ(ask_id::attempt(second), 1U);
  reply(first, TransferOutcome{});  // the lost leader was only slow
  EXPECT_THAT(answer.get(), ElementsAre("7"));
  reply(second, TransferOutcome{});
}

TEST_F(AskingAgain, AsksAgainWhatWasLostAndNeverSaysThatItWasNotExecuted) {
  auto answer = ask(milliseconds(900));
  const RequestId first = router.asked(1).at(0);
  router.set_leader(false);
  reply(first, NotAccepted{NotAccepted::Why::lost});
  EXPECT_THAT(answer.get(), ElementsAre("-")) << "a leader may have decided it: not known";
}

// The leadership is on its way to a node whose clock is right; where nobody else can lead, the client hears why.
TEST_F(AskingAgain, AsksAgainWhatALeaderWithAnUnsureClockDoesNotTake) {
  auto answer = ask();
  const RequestId first = router.asked(1).at(0);
  reply(first, NotAccepted{NotAccepted::Why::clock_unsure});
  const RequestId second = router.asked(2).at(1);
  EXPECT_EQ(ask_id::attempt(second), 1U);
  reply(second, TransferOutcome{});
  EXPECT_THAT(answer.get(), ElementsAre("7"));
}

TEST_F(AskingAgain, AReadThatWasLostWithItsLeaderFindsNoLeader) {
  auto answer = ask(hours(1), GetTrialBalance{});
  const RequestId first = router.asked(1).at(0);
  router.set_leader(false);
  reply(first, NotAccepted{NotAccepted::Why::lost});
  EXPECT_THAT(answer.get(), ElementsAre("no_leader")) << "a read decides nothing";
}

TEST_F(AskingAgain, AReadThatNobodyAnswersFindsNoLeaderToo) {
  EXPECT_THAT(ask(milliseconds(100), GetTrialBalance{}).get(), ElementsAre("no_leader"));
  EXPECT_THAT(ask(milliseconds(100)).get(), ElementsAre("-")) << "a command may still be executed";
}

TEST_F(AskingAgain, BehindIsAnAnswer) {
  auto answer = ask(hours(1), FollowerRead<GetTrialBalance>{});
  reply(router.asked(1).at(0), NotAccepted{NotAccepted::Why::behind});
  EXPECT_THAT(answer.get(), ElementsAre("behind"));
}

TEST_F(AskingAgain, DoesNotCloseAnAccountTwice) {
  std::promise<bool> answered;
  std::vector<Addressed> one;
  one.push_back({0, ChangeAccount{.account = {}, .change = AccountChange::close, .reason = ""}});
  desk.ask(std::move(one), milliseconds(300),
           [&](const AskReplies& replies) { answered.set_value(replies[0].has_value()); });
  router.next_era();
  EXPECT_FALSE(answered.get_future().get()) << "not known; the client asks for the account";
  EXPECT_EQ(router.asked(1).size(), 1U);
}

TEST_F(AskingAgain, OverloadedIsAnAnswer) {
  auto answer = ask();
  reply(router.asked(1).at(0), NotAccepted{NotAccepted::Why::overloaded});
  EXPECT_THAT(answer.get(), ElementsAre("overloaded"));
}

}  // namespace
}  // namespace florin
