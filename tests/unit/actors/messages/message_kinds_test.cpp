// What follows from the declarations of messages: which list each is in, and what kind of message it is.
#include "actors/messages/message_kinds.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

// Another list than the product's: a toy's beside it.
struct ToyTold {
  static constexpr WireNumber wire{90};
  static constexpr MessageUse use = MessageUse::inside;
};
struct ToyMessages {
  using Any = std::variant<ToyTold>;
};
using WithToy = MessageLists<PartitionMessages, ToyMessages>;

TEST(MessageKinds, AMessageIsInTheListOfWhoHearsIt) {
  static_assert(std::is_same_v<AllMessages::Of<TryLeg>, AccountMessages>);
  static_assert(std::is_same_v<AllMessages::Of<LegAnswered>, TransferMessages>);
  static_assert(std::is_same_v<AllMessages::Of<FollowerRead<ListAccounts>>, PartitionMessages>);
  static_assert(std::is_same_v<WithToy::Of<ToyTold>, ToyMessages>);
}

TEST(MessageKinds, TheVariantIsAllListsInTheirOrder) {
  EXPECT_EQ(
      std::variant_size_v<Message>,
      std::variant_size_v<AccountMessages::Any> + std::variant_size_v<TransferMessages::Any> +
          std::variant_size_v<PartitionMessages::Any> + std::variant_size_v<CheckoutMessages::Any> +
          std::variant_size_v<OrderMessages::Any> + std::variant_size_v<PaymentKeyMessages::Any> +
          std::variant_size_v<WalletMessages::Any>);
  constexpr std::size_t of_partitions = std::variant_size_v<PartitionMessages::Any>;
  static_assert(std::variant_size_v<WithToy::Any> == of_partitions + 1);
  static_assert(std::is_same_v<std::variant_alternative_t<of_partitions, WithToy::Any>, ToyTold>);
}

TEST(MessageKinds, EachIsOfTheKindThatItSays) {
  static_assert(ClientQuestion<CheckLeg> && FromClient<CheckLeg> && !ClientCommand<CheckLeg>);
  static_assert(ClientCommand<StartTransfer> && !ClientQuestion<StartTransfer>);
  static_assert(ClientQuestion<FollowerRead<GetAccount>>);
  static_assert(AnyReplicaAnswers<FollowerRead<GetAccount>> && !AnyReplicaAnswers<GetAccount>);
  static_assert(BetweenPartitions<FenceHeard> && !FromClient<FenceHeard>);
  static_assert(InsideNode<ToyTold> && !FromClient<ToyTold> && !BetweenPartitions<ToyTold>);
}

TEST(MessageKinds, SixMessagesLeaveALegOrAStepWhereTheyAreTaken) {
  EXPECT_TRUE(leaves_a_leg(DoMoneyStep{}));
  EXPECT_TRUE(leaves_a_leg(EnterMoneyStep{}));
  EXPECT_TRUE(leaves_a_leg(TryLeg{}));
  EXPECT_TRUE(leaves_a_leg(CancelLeg{}));
  EXPECT_TRUE(leaves_a_leg(ApplyStep{}));
  EXPECT_TRUE(leaves_a_leg(CompensateStep{}));
  EXPECT_FALSE(leaves_a_leg(ConfirmLeg{}));
  EXPECT_FALSE(leaves_a_leg(LegAnswered{}));
  EXPECT_FALSE(leaves_a_leg(AdvanceFence{}));
  EXPECT_FALSE(leaves_a_leg(GetAccount{}));
  EXPECT_FALSE(leaves_a_leg(MoneyStepAnswered{}));
}

// Legs beside their sender go with it; the record of a step stays until its fence.
TEST(MessageKinds, OnlyStepsAreKeptBesideWhoAsked) {
  EXPECT_TRUE(leaves_a_step(DoMoneyStep{}));
  EXPECT_TRUE(leaves_a_step(EnterMoneyStep{}));
  EXPECT_FALSE(leaves_a_step(TryLeg{}));
  EXPECT_FALSE(leaves_a_step(CancelLeg{}));
}

}  // namespace
}  // namespace florin
