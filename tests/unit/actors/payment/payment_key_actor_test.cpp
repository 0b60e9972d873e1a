// One Idempotency-Key alone: what it answers, and that it sleeps until it is forgotten.
#include <gtest/gtest.h>

#include "domain/payment/key/payment_key_state.hpp"
#include "tests/support/actor_kit.hpp"

namespace florin {
namespace {

class PaymentKeyActorTest : public ::testing::TestWithParam<bool> {
 protected:
  ActorKit kit_{{.partitions = 1, .passivating = GetParam()}};
  const PaymentId key_ = payment_key_id(sha256("cart"));
  const Timestamp until_ = words::noon + idempotency_key_us;
  static OrderClaim claim(std::string_view checkout, LogIndex attempt = 9) {
    return {PaymentId::from_trusted(checkout), {attempt, 0, 0}};
  }
  [[nodiscard]] bool is_known() { return kit_.state().awake<PaymentKeyEntity>(key_) != nullptr; }
};

TEST_P(PaymentKeyActorTest, AnswersTheAttemptThatAsks) {
  kit_.when(ReserveKey{key_, claim("co-1")})
      .then({"payment_key_reserved", "p0 < key of co-1 reserved"});
  kit_.when(ReserveKey{key_, claim("co-1")}).then({"p0 < key of co-1 same"});
  kit_.when(ReserveKey{key_, claim("co-2")}).then({"p0 < key of co-2 busy"});
  kit_.when(KeepKey{key_, claim("co-1")}).then({"payment_key_kept", "p0 < key of co-1 begun"});
  kit_.when(ReserveKey{key_, claim("co-2")}).then({"p0 < key of co-2 taken"});
  kit_.when(ReleaseKey{key_, claim("co-2")})
      .then({"payment_key_released", "p0 < key of co-2 released"});
}

// It is one checkout's for a day of its own partition's time: what checkouts take for the time is not asked.
TEST_P(PaymentKeyActorTest, IsOneCheckoutsForADayOfItsOwnTime) {
  kit_.when(ReserveKey{key_, claim("co-1")});
  kit_.when(KeepKey{key_, claim("co-1")});
  kit_.at(until_ + -1).when(ReserveKey{key_, claim("co-2")}).then({"p0 < key of co-2 taken"});
  kit_.at(until_).when(ReserveKey{key_, claim("co-3")});
  kit_.then({"payment_key_reserved", "p0 < key of co-3 reserved"});
  kit_.when(ReserveKey{key_, claim("co-2")}).then({"p0 < key of co-2 busy"});
}

TEST_P(PaymentKeyActorTest, IsForgottenWhenItsTimeIsOver) {
  kit_.when(ReserveKey{key_, claim("co-1")});
  ASSERT_TRUE(is_known());
  kit_.at(until_ + -1).when_due(std::type_identity<PaymentKeyEntity>{}, key_).then({});
  kit_.at(until_).when_due(std::type_identity<PaymentKeyEntity>{}, key_);
  kit_.then({"payment_key_forgotten"});
  EXPECT_FALSE(is_known());
  kit_.when(ReserveKey{key_, claim("co-2")})
      .then({"payment_key_reserved", "p0 < key of co-2 reserved"});
}

TEST_P(PaymentKeyActorTest, SaysWhoHasKeptIt) {
  kit_.when(GetPaymentKey{1, key_}).then({"reply 1 key of nobody"});
  kit_.when(ReserveKey{key_, claim("co-1")});
  kit_.when(GetPaymentKey{2, key_}).then({"reply 2 key of nobody"});
  kit_.when(KeepKey{key_, claim("co-1")});
  kit_.when(GetPaymentKey{3, key_}).then({"reply 3 key of co-1"});
  kit_.at(until_).when(GetPaymentKey{4, key_}).then({"reply 4 key of nobody"});
}

TEST_P(PaymentKeyActorTest, HearsNobodyWhoCannotBe) {
  kit_.when(ReserveKey{key_, {PaymentId::from_trusted("co-1"), {}}}).then({"alarm"});
  kit_.when(ReserveKey{key_, {PaymentId::from_trusted("\x01"), {9, 0, 0}}}).then({"alarm"});
  kit_.when(ReserveKey{PaymentId::from_trusted("\x01"), claim("co-1")}).then({"alarm"});
  EXPECT_FALSE(is_known());
}

INSTANTIATE_TEST_SUITE_P(AwakeAndAsleep, PaymentKeyActorTest, ::testing::Bool());

}  // namespace
}  // namespace florin
