// Addresses: who a message is for follows from the message alone.
#include "actors/messages/address.hpp"

#include <gtest/gtest.h>

#include "actors/asks/router.hpp"

namespace florin {
namespace {

const PartitionMap map(16);
const AccountId alice = AccountId::from_trusted("alice");
const AccountId outside = AccountId::from_trusted("@outside:USD");
const TransferId transfer{7, 2, 5};

TEST(Address, AnAccountIsWhereItsIdHashesTo) {
  for (const Message& message :
       {Message(GetAccount{1, alice}), Message(ConfirmLeg{{transfer, 1}, alice}),
        Message(CancelLeg{{transfer, 1}, alice}), Message(CompensateStep{{transfer, 1}, alice})})
    EXPECT_EQ(address_of(message, map),
              (ActorId{AccountMessages::actor, map.partition_of(alice), "alice"}));
}

TEST(Address, ATransferStartsInThePartitionOfTheSideThatIsAClients) {
  StartTransfer deposit;
  deposit.from = outside;
  deposit.to = alice;
  const ActorId id = address_of(deposit, map);
  EXPECT_EQ(id.kind, TransferMessages::coordinator);
  EXPECT_EQ(id.partition, map.partition_of(alice));
  EXPECT_EQ(id.key, "alice/00000000-0000-0000-0000-000000000000");
}

TEST(Address, AnAnswerGoesToTheTransferThatAskedForIt) {
  EXPECT_EQ(address_of(LegAnswered{{transfer, 0}, LegMessage::try_, {}}, map),
            (ActorId{TransferMessages::coordinator, 5, "p5:7:2"}));
  EXPECT_EQ(address_of(LegAnswered{{transfer, 0}, LegMessage::compensate, {}}, map),
            (ActorId{TransferMessages::saga, 5, "p5:7:2"}));
}

TEST(Address, PartitionsAreAddressedByNumber) {
  const ActorId third{PartitionMessages::actor, 3, ""};
  EXPECT_EQ(address_of(AdvanceFence{3, 5, 9}, map), third);
  EXPECT_EQ(address_of(FenceHeard{3, 5, 9}, map), third);
  EXPECT_EQ(to_string(address_of(GetTrialBalance{1, 12}, map)), "partition p12");
  EXPECT_EQ(to_string(ActorId{AccountMessages::actor, 3, "alice"}), "account alice p3");
}

TEST(Address, AReadForAnyReplicaIsForWhomItsQuestionIs) {
  const Message read = FollowerRead<GetAccount>{7, 12, {0, alice}};
  EXPECT_EQ(address_of(read, map), address_of(GetAccount{1, alice}, map));
  EXPECT_EQ(request_of(read), 7U);
  EXPECT_EQ(follower_read_index(read), 12U);
  EXPECT_EQ(follower_read_index(GetAccount{1, alice}), std::nullopt);
  EXPECT_TRUE(is_read(read));
  EXPECT_TRUE(is_read(GetTrialBalance{1, 2}));
  EXPECT_FALSE(is_read(StartTransfer{}));
  EXPECT_FALSE(is_read(ChangeAccount{}));
}

TEST(Router, TellsAnActorByWhoItIs) {
  LocalRouter router{PartitionMap(2)};
  Inbox first(8), second(8);
  first.set_wake([] {});
  second.set_wake([] {});
  router.attach(0, first);
  router.attach(1, second);
  router.tell(ConfirmLeg{{transfer, 1}, alice});
  const bool in_first = PartitionMap(2).partition_of(alice) == 0;
  EXPECT_EQ(first.size(), in_first ? 1U : 0U);
  EXPECT_EQ(second.size(), in_first ? 0U : 1U);
}

}  // namespace
}  // namespace florin
