// An Idempotency-Key between checkouts: who gets it, who waits, who is refused, and until when; with every question twice, late, and before
// its predecessor.
#include "domain/payment/key/payment_key_decide.hpp"

#include <gtest/gtest.h>

#include "domain/payment/key/payment_key_evolve.hpp"

namespace florin {
namespace {

constexpr Timestamp key_noon{1'700'000'000'000'000};
constexpr Timestamp key_end{key_noon.us + idempotency_key_us};

OrderClaim key_claim(std::string_view checkout, LogIndex attempt = 1) {
  return {PaymentId::from_trusted(checkout), {attempt, 0, 1}};
}

class PaymentKeyStory {
 public:
  PaymentKeyStory() { state_.id = payment_key_id(sha256("cart")); }

  PaymentKeyStory& at(Timestamp now) {
    now_ = now;
    return *this;
  }
  PaymentKeyStory& asks(PaymentKeyAsked::Kind kind, const OrderClaim& claim) {
    last_ = decide(state_, {kind, claim}, now_);
    if (!last_.event) return *this;
    EXPECT_TRUE(last_.alarm.empty());
    visit(
        [this](const auto& event) {
          EXPECT_EQ(event.key, state_.id);
          if constexpr (requires { evolve(state_, event); }) evolve(state_, event);
        },
        *last_.event);
    return *this;
  }
  PaymentKeyStory& reserve(const OrderClaim& claim) {
    return asks(PaymentKeyAsked::Kind::reserve, claim);
  }
  PaymentKeyStory& release(const OrderClaim& claim) {
    return asks(PaymentKeyAsked::Kind::release, claim);
  }
  PaymentKeyStory& keep(const OrderClaim& claim) {
    return asks(PaymentKeyAsked::Kind::keep, claim);
  }
  // With its event, or none.
  PaymentKeyStory& hears(OrderReply reply, bool has_event, std::string_view holder = "") {
    EXPECT_EQ(static_cast<int>(last_.reply), static_cast<int>(reply));
    EXPECT_EQ(last_.event.has_value(), has_event);
    EXPECT_EQ(last_.holder.view(), holder);
    EXPECT_EQ(last_.alarm, "");
    return *this;
  }
  PaymentKeyStory& alarms() {
    EXPECT_FALSE(last_.alarm.empty());
    EXPECT_FALSE(last_.event);
    EXPECT_EQ(static_cast<int>(last_.reply), static_cast<int>(OrderReply::none));
    return *this;
  }
  [[nodiscard]] const PaymentKeyState& state() const { return state_; }

 private:
  PaymentKeyState state_;
  PaymentKeyDecision last_;
  Timestamp now_ = key_noon;
};

TEST(PaymentKey, IsFoundByItsHashAlone) {
  EXPECT_TRUE(PaymentId::parse(payment_key_id(sha256("cart")).view()));
  EXPECT_NE(payment_key_id(sha256("cart")), payment_key_id(sha256("cart2")));
}

TEST(PaymentKey, IsReservedThenKeptAndSaysSoAgain) {
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .hears(OrderReply::reserved, true)
      .reserve(key_claim("co-1"))
      .hears(OrderReply::same, false)
      .keep(key_claim("co-1"))
      .hears(OrderReply::begun, true)
      .keep(key_claim("co-1"))
      .hears(OrderReply::begun, false)
      .reserve(key_claim("co-1"))
      .hears(OrderReply::same, false);
}

TEST(PaymentKey, AnotherCheckoutWaitsUntilItIsKeptAndIsRefusedThen) {
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .reserve(key_claim("co-2"))
      .hears(OrderReply::busy, false, "co-1")
      .keep(key_claim("co-1"))
      .reserve(key_claim("co-2"))
      .hears(OrderReply::taken, false, "co-1");
}

TEST(PaymentKey, AnotherCheckoutGetsItWhenItWasReleased) {
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .release(key_claim("co-1"))
      .hears(OrderReply::released, true)
      .release(key_claim("co-1"))
      .hears(OrderReply::released, false)
      .reserve(key_claim("co-2"))
      .hears(OrderReply::reserved, true);
}

TEST(PaymentKey, AReleaseThatComesFirstRefusesTheLateReserveOfThatAttemptOnly) {
  PaymentKeyStory()
      .release(key_claim("co-1", 5))
      .hears(OrderReply::released, true)
      .reserve(key_claim("co-1", 5))
      .hears(OrderReply::released, false)
      .reserve(key_claim("co-1", 4))
      .hears(OrderReply::released, false)
      .reserve(key_claim("co-1", 6))
      .hears(OrderReply::reserved, true)
      .release(key_claim("co-1", 5))
      .hears(OrderReply::released, false)
      .reserve(key_claim("co-1", 6))
      .hears(OrderReply::same, false);
}

TEST(PaymentKey, AReleaseOfWhoDoesNotHaveItTakesItFromNobody) {
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .release(key_claim("co-2"))
      .hears(OrderReply::released, true)
      .reserve(key_claim("co-1"))
      .hears(OrderReply::same, false);
}

TEST(PaymentKey, IsAnybodysWhenItsTimeIsOver) {
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .keep(key_claim("co-1"))
      .at({key_end.us - 1})
      .reserve(key_claim("co-2"))
      .hears(OrderReply::taken, false, "co-1")
      .at(key_end)
      .reserve(key_claim("co-2"))
      .hears(OrderReply::reserved, true)
      .keep(key_claim("co-2"))
      .hears(OrderReply::begun, true);
}

// A checkout that took a day to be accepted: the key is another one's, who loses nothing by it.
TEST(PaymentKey, WhoseDayIsOverKeepsNothing) {
  PaymentKeyStory story;
  story.reserve(key_claim("co-1")).at(key_end).reserve(key_claim("co-2"));
  const PaymentKeyState before = story.state();
  story.keep(key_claim("co-1")).hears(OrderReply::begun, false);
  EXPECT_EQ(story.state(), before);
  story.release(key_claim("co-1")).hears(OrderReply::released, true);
  story.reserve(key_claim("co-2")).hears(OrderReply::same, false);
}

// Nobody else has asked meanwhile: its day begins again.
TEST(PaymentKey, IsReservedAnewByWhoAsksAgainAfterADay) {
  PaymentKeyStory story;
  story.reserve(key_claim("co-1")).at(key_end).reserve(key_claim("co-1"));
  story.hears(OrderReply::reserved, true);
  story.reserve(key_claim("co-2")).hears(OrderReply::busy, false, "co-1");
}

TEST(PaymentKey, WhatCannotBeIsAnAlarm) {
  PaymentKeyStory().release(key_claim("co-1")).keep(key_claim("co-1")).alarms();
  PaymentKeyStory()
      .reserve(key_claim("co-1"))
      .keep(key_claim("co-1"))
      .release(key_claim("co-1"))
      .alarms();
}

TEST(PaymentKey, IsForgottenWhenNothingOfItMeansAnythingAnyMore) {
  PaymentKeyStory story;
  story.reserve(key_claim("co-1")).at(key_noon + 5).release(key_claim("co-2"));
  EXPECT_EQ(story.state().until, key_end);
  EXPECT_EQ(story.state().forget_at, key_end + 5) << "a flag means something longer";
  EXPECT_FALSE(decide_forgotten(story.state(), key_end));
  EXPECT_TRUE(decide_forgotten(story.state(), key_end + 5));
}

TEST(PaymentKey, KeepsABoundedNumberOfFlags) {
  PaymentKeyStory story;
  for (int i = 0; i < 100; ++i) story.release(key_claim("co-" + std::to_string(i)));
  EXPECT_EQ(story.state().flags.size(), limits::order_flags_max);
}

}  // namespace
}  // namespace florin
