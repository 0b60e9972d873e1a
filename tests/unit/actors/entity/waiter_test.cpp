// Who waits for a transfer's end: clients' requests and actors, side by side. No kind of the product waits yet: a toy actor does,
// whose place in the list the test gives it.
#include "actors/entity/waiter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/actor_kit.hpp"
#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

using namespace words;

const ActorId toy{ActorKind{"toy"}, 1, "a"};

TEST(Waiter, IsARequestOrAnActorInTheSizeOfARequest) {
  EXPECT_TRUE(Waiter().is_nobody());
  EXPECT_TRUE(Waiter(0).is_nobody());
  const Waiter client(RequestId{1} << 63 | 7);
  EXPECT_FALSE(client.is_nobody());
  EXPECT_EQ(client.request(), RequestId{1} << 63 | 7);
  EXPECT_EQ(client.actor(), nullptr);
  const Waiter actor(toy);
  EXPECT_FALSE(actor.is_nobody());
  EXPECT_EQ(actor.request(), 0U);
  ASSERT_NE(actor.actor(), nullptr);
  EXPECT_EQ(*actor.actor(), toy);
  EXPECT_TRUE(Waiter(~RequestId{0}).is_nobody()) << "no request has this number";
}

TEST(Waiter, MovesWithItsName) {
  std::vector<Waiter> all;
  for (RequestId request = 1; request <= 20; ++request) {
    all.emplace_back(request);
    all.emplace_back(
        ActorId{TransferMessages::saga, 2, std::string(50, 'k') + std::to_string(request)});
  }
  all.erase(all.begin(), all.begin() + 2);
  EXPECT_EQ(all[0].request(), 2U);
  EXPECT_EQ(all[1].actor()->key, std::string(50, 'k') + "2");
  std::swap(all[0], all[1]);
  EXPECT_EQ(all[1].request(), 2U);
  const Waiter taken = std::move(all[0]);
  EXPECT_TRUE(all[0].is_nobody());
  EXPECT_EQ(taken.actor()->key, std::string(50, 'k') + "2");
}

class WaiterTest : public ::testing::Test {
 protected:
  const AccountId payer_ = account_in(0, 2, "payer");
  const AccountId payee_ = account_in(1, 2, "payee");
  ActorKit kit_;

  StartTransfer transfer(RequestId request) {
    StartTransfer message;
    message.request = request;
    message.from = payer_;
    message.to = payee_;
    message.transaction_id = uuid(1);  // a function of who asks, and of its step
    message.amount = 400;
    message.currency = usd;
    return message;
  }
  TransferId begun(RequestId request) {
    kit_.given_account(payer_, 1'000);
    const TransferId id = kit_.next();
    kit_.when(transfer(request));
    return id;
  }
  // What a kind that asks will do with a message of its own.
  void toy_waits(const TransferId& id) {
    kit_.state().transfer(id)->memory.waiters.emplace_back(toy);
  }
  void end(const TransferId& id) {
    for (const LegMessage asked : {LegMessage::try_, LegMessage::confirm})
      for (std::uint8_t leg = 0; leg < 2; ++leg) kit_.when(LegAnswered{{id, leg}, asked, yes});
  }
};

TEST_F(WaiterTest, AnActorHearsTheEndBesideAClient) {
  const TransferId id = begun(7);
  toy_waits(id);
  end(id);
  kit_.then({"transfer_completed", "toy a p1 < reply 0 completed replayed", "reply 7 completed"});
}

TEST_F(WaiterTest, AnActorAloneHearsTheEndAsNew) {
  const TransferId id = begun(0);
  toy_waits(id);
  end(id);
  kit_.then({"transfer_completed", "toy a p1 < reply 0 completed"});
}

TEST_F(WaiterTest, ACrashForgetsWhoWaitedAndWhoAsksAgainHearsTheSameEnd) {
  const TransferId id = begun(0);
  toy_waits(id);
  kit_.passivated();
  ASSERT_TRUE(kit_.state().transfer(id)->memory.waiters.empty());
  kit_.when(transfer(0)).then({});  // the same id: no second transfer
  toy_waits(id);
  end(id);
  kit_.then({"transfer_completed", "toy a p1 < reply 0 completed"});
}

TEST_F(WaiterTest, NoKindOfThisVersionHearsTheEnd) {
  for (const ActorKind kind : {AccountMessages::actor, TransferMessages::coordinator,
                               TransferMessages::saga, PartitionMessages::actor})
    EXPECT_FALSE(answer_message(ActorId{kind, 0, "a"}, Reply{}));
}

}  // namespace
}  // namespace florin
