// What is open with legs elsewhere: of the product's kind, and of a toy beside it.
#include "actors/partition/sent_legs.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

struct SendingTransfer {};
struct SendingToy {};
using SentByTwo = SentLegs<SendingTransfer, SendingToy>;

TEST(SentLegs, OfNothingOpenHaveNoFirst) { EXPECT_EQ(SentByTwo(3).first_open(1), std::nullopt); }

TEST(SentLegs, BeginWhereTheFirstOfAnyKindBegan) {
  SentByTwo legs(3);
  legs.began<SendingToy>(1, 4);
  legs.began<SendingTransfer>(1, 6);
  EXPECT_EQ(legs.first_open(1), 4U);
  legs.ended<SendingToy>(1, 4);
  EXPECT_EQ(legs.first_open(1), 6U) << "the other kind is still open";
  legs.ended<SendingTransfer>(1, 6);
  EXPECT_EQ(legs.first_open(1), std::nullopt);
}

TEST(SentLegs, OfOneKindComeInOrderWhateverTheOtherDoes) {
  SentByTwo legs(2);
  legs.began<SendingTransfer>(0, 9);
  legs.began<SendingToy>(0, 5);  // an order of its own: both are loaded one after the other
  EXPECT_EQ(legs.first_open(0), 5U);
}

TEST(SentLegs, AtOneParticipantSayNothingOfAnother) {
  SentByTwo legs(3);
  legs.began<SendingToy>(2, 4);
  EXPECT_EQ(legs.first_open(1), std::nullopt);
  EXPECT_EQ(legs.first_open(2), 4U);
}

TEST(SentLegs, KnowThePartitionsThatThereAre) {
  EXPECT_TRUE(SentByTwo(3).knows(2));
  EXPECT_FALSE(SentByTwo(3).knows(3));
}

}  // namespace
}  // namespace florin
