// A checkout gets its orders one after the other, or none of them (PAYMENTS.md, rule 7), and is
// over when each of them is.
#include "domain/payment/checkout/checkout_decide.hpp"

#include <gtest/gtest.h>

#include <random>

#include "domain/payment/checkout/checkout_evolve.hpp"
#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

PaymentId pid(std::string_view text) { return PaymentId::from_trusted(text); }

class CheckoutStory {
 public:
  explicit CheckoutStory(std::string_view id = "co-1") { state_.id = pid(id); }

  static CheckoutAsked asked(const std::vector<std::string>& orders, std::uint8_t content = 1) {
    CheckoutAsked news;
    news.content[0] = content;
    for (const std::string& order : orders)
      news.orders.push_back({pid(order), OrderStory::terms(), {}});
    return news;
  }
  CheckoutStory& when(const CheckoutNews& news) {
    last_ = decide(state_, news, OrderStory::noon);
    for (const AnyCheckoutEvent& event : last_.events)
      evolve(state_, event, {{++index_, 0, 1}, OrderStory::noon});
    return *this;
  }
  CheckoutStory& received(const std::vector<std::string>& orders) { return when(asked(orders)); }
  CheckoutStory& received_with_key(const std::vector<std::string>& orders) {
    CheckoutAsked news = asked(orders);
    news.key[0] = 7;
    return when(news);
  }
  CheckoutStory& hears_of_key(OrderReply reply, std::string_view holder = "") {
    return when(CheckoutKeyAnswered{state_.attempt, reply, PaymentId::from_trusted(holder)});
  }
  CheckoutStory& hears(std::string_view order, OrderReply reply, std::string_view holder = "") {
    return when(
        CheckoutOrderAnswered{pid(order), state_.attempt, reply, PaymentId::from_trusted(holder)});
  }
  CheckoutStory& told(std::string_view order, OrderWord word) {
    return when(CheckoutWordTold{pid(order), word});
  }
  CheckoutStory& then(const std::vector<std::string>& events) {
    std::vector<std::string> names;
    for (const AnyCheckoutEvent& event : last_.events)
      names.emplace_back(visit([](const auto& e) { return e.event_name; }, event));
    EXPECT_EQ(names, events);
    return *this;
  }
  CheckoutStory& sends(const std::vector<std::string>& steps) {
    EXPECT_EQ(texts(last_.steps), steps);
    return *this;
  }
  CheckoutStory& owes(const std::vector<std::string>& steps) {
    EXPECT_EQ(texts(owed_steps(state_)), steps);
    EXPECT_EQ(due(state_).has_value(), !steps.empty());
    return *this;
  }
  CheckoutStory& replies(CheckoutReply reply) {
    EXPECT_EQ(static_cast<int>(last_.reply), static_cast<int>(reply));
    return *this;
  }
  CheckoutStory& is(CheckoutPhase phase) {
    EXPECT_EQ(to_string(state_.phase), to_string(phase));
    return *this;
  }
  [[nodiscard]] const CheckoutState& state() const { return state_; }
  [[nodiscard]] const CheckoutDecision& last() const { return last_; }

 private:
  [[nodiscard]] std::vector<std::string> texts(const CheckoutSteps& steps) const {
    std::vector<std::string> all;
    for (const CheckoutStep& step : steps) {
      const std::string order = state_.orders.at(step.order).order.str();
      switch (step.kind) {
        case CheckoutStep::Kind::reserve: all.push_back("reserve " + order); break;
        case CheckoutStep::Kind::release: all.push_back("release " + order); break;
        case CheckoutStep::Kind::begin: all.push_back("begin " + order); break;
        case CheckoutStep::Kind::reserve_key: all.emplace_back("reserve key"); break;
        case CheckoutStep::Kind::release_key: all.emplace_back("release key"); break;
        case CheckoutStep::Kind::keep_key: all.emplace_back("keep key"); break;
      }
    }
    return all;
  }

  CheckoutState state_;
  CheckoutDecision last_;
  LogIndex index_ = 500;
};

TEST(Checkout, ReservesInAscendingOrderThenIsAcceptedThenBeginsAll) {
  CheckoutStory()
      .received({"po-b", "po-a"})
      .then({"checkout_received"})
      .sends({"reserve po-a"})
      .replies(CheckoutReply::received)
      .hears("po-a", OrderReply::reserved)
      .then({"checkout_order_reserved"})
      .sends({"reserve po-b"})
      .hears("po-b", OrderReply::reserved)
      .then({"checkout_order_reserved", "checkout_accepted"})
      .replies(CheckoutReply::accepted)
      .sends({"begin po-a", "begin po-b"})
      .is(CheckoutPhase::open)
      .hears("po-a", OrderReply::begun)
      .owes({"begin po-b"})
      .hears("po-b", OrderReply::begun)
      .owes({});
}

// --- its Idempotency-Key -----------------------------------------------------------------------------------------

TEST(Checkout, ReservesItsKeyBeforeItsOrdersAndKeepsItWhenItIsAccepted) {
  CheckoutStory()
      .received_with_key({"po-a"})
      .sends({"reserve key"})
      .owes({"reserve key"})
      .hears_of_key(OrderReply::reserved)
      .then({"checkout_key_moved"})
      .sends({"reserve po-a"})
      .hears_of_key(OrderReply::same)
      .then({})
      .hears("po-a", OrderReply::reserved)
      .sends({"keep key", "begin po-a"})
      .is(CheckoutPhase::open)
      .hears("po-a", OrderReply::begun)
      .owes({"keep key"})
      .hears_of_key(OrderReply::begun)
      .then({"checkout_key_moved"})
      .owes({})
      .hears_of_key(OrderReply::begun)
      .then({});
}

TEST(Checkout, AKeyOfAnotherOneRefusesItBeforeAnyOrderIsAsked) {
  CheckoutStory story;
  story.received_with_key({"po-a", "po-b"})
      .hears_of_key(OrderReply::busy, "co-9")
      .then({})
      .owes({"reserve key"})
      .hears_of_key(OrderReply::taken, "co-9")
      .then({"checkout_key_moved"})
      .replies(CheckoutReply::refused)
      .sends({"release key"})
      .is(CheckoutPhase::refused);
  EXPECT_TRUE(story.state().taken.empty());
  EXPECT_EQ(story.state().taken_by, pid("co-9"));
  story.hears_of_key(OrderReply::taken, "co-9").then({});
  story.received({"po-a"}).replies(CheckoutReply::under_way).then({});
  story.hears_of_key(OrderReply::released).owes({});
  story.received({"po-a"}).replies(CheckoutReply::received).sends({"reserve po-a"});
}

TEST(Checkout, GivesItsKeyBackWhenAnOrderRefusesIt) {
  CheckoutStory story;
  story.received_with_key({"po-a"})
      .hears_of_key(OrderReply::reserved)
      .hears("po-a", OrderReply::taken, "co-9")
      .sends({"release key", "release po-a"})
      .hears("po-a", OrderReply::released)
      .owes({"release key"});
  story.received({"po-c"}).replies(CheckoutReply::under_way).then({});
  story.hears_of_key(OrderReply::released).then({"checkout_key_moved"}).owes({});
  story.hears_of_key(OrderReply::reserved).then({"checkout_key_moved"}).owes({"release key"});
}

TEST(Checkout, HearsNothingOfAKeyThatItDoesNotHaveOrOfAnotherAttempt) {
  CheckoutStory story;
  story.received({"po-a"}).hears_of_key(OrderReply::reserved).then({}).owes({"reserve po-a"});
  CheckoutStory other;
  other.received_with_key({"po-a"});
  other.when(CheckoutKeyAnswered{{1, 0, 1}, OrderReply::taken, pid("co-9")}).then({});
  other.owes({"reserve key"});
}

TEST(Checkout, AnswersOfAKeyThatCannotBeAreAlarms) {
  CheckoutStory story;
  story.received_with_key({"po-a"}).hears_of_key(OrderReply::released).then({});
  EXPECT_FALSE(story.last().alarm.empty());
  story.hears_of_key(OrderReply::taken).then({});
  EXPECT_FALSE(story.last().alarm.empty());
  story.hears_of_key(OrderReply::cancelled).then({});
  EXPECT_FALSE(story.last().alarm.empty());
}

TEST(Checkout, NothingGoesOutsideBeforeAllAreReserved) {
  CheckoutStory story;
  story.received({"po-a", "po-b"}).hears("po-a", OrderReply::reserved);
  story.hears("po-a", OrderReply::reserved).then({}).owes({"reserve po-b"});
}

TEST(Checkout, AsksABusyOrderAgain) {
  CheckoutStory()
      .received({"po-a"})
      .hears("po-a", OrderReply::busy, "co-2")
      .then({})
      .owes({"reserve po-a"})
      .is(CheckoutPhase::receiving)
      .hears("po-a", OrderReply::same)
      .is(CheckoutPhase::open);
}

TEST(Checkout, ATakenOrderRefusesItAndReleasesWhatItAsked) {
  CheckoutStory story;
  story.received({"po-a", "po-b", "po-c"}).hears("po-a", OrderReply::reserved);
  story.hears("po-b", OrderReply::taken, "co-2").then({"checkout_refused"});
  story.replies(CheckoutReply::refused)
      .sends({"release po-a", "release po-b"})
      .is(CheckoutPhase::refused);
  EXPECT_EQ(story.state().taken, pid("po-b"));
  EXPECT_EQ(story.state().taken_by, pid("co-2"));
}

TEST(Checkout, ItsIdIsFreeAgainWhenEveryReleaseWasHeard) {
  CheckoutStory story;
  story.received({"po-a", "po-b"}).hears("po-a", OrderReply::taken, "co-2");
  const Position first = story.state().attempt;
  story.received({"po-a"}).replies(CheckoutReply::under_way).then({});
  story.hears("po-a", OrderReply::released).owes({});
  story.when(CheckoutStory::asked({"po-c"}, 9)).replies(CheckoutReply::received);
  story.is(CheckoutPhase::receiving).owes({"reserve po-c"});
  EXPECT_NE(story.state().attempt, first);
  story.when(CheckoutOrderAnswered{pid("po-c"), first, OrderReply::taken, pid("co-2")}).then({});
}

TEST(Checkout, ALateReservedAfterItsReleaseIsReleasedAgain) {
  CheckoutStory()
      .received({"po-a"})
      .hears("po-a", OrderReply::taken, "co-2")
      .hears("po-a", OrderReply::released)
      .owes({})
      .hears("po-a", OrderReply::reserved)
      .then({"checkout_release_reopened"})
      .sends({"release po-a"})
      .hears("po-a", OrderReply::released)
      .owes({});
}

TEST(Checkout, ARepeatIsKnownAndOtherContentIsNot) {
  CheckoutStory story;
  story.received({"po-a"}).received({"po-a"}).replies(CheckoutReply::under_way).then({});
  story.hears("po-a", OrderReply::reserved).received({"po-a"}).replies(CheckoutReply::known);
  story.when(CheckoutStory::asked({"po-a"}, 2)).replies(CheckoutReply::reused).then({});
}

TEST(Checkout, IsDoneOnlyWhenEveryOrderIs) {
  CheckoutStory story;
  story.received({"po-a", "po-b"}).hears("po-a", OrderReply::reserved);
  story.hears("po-b", OrderReply::reserved)
      .told("po-a", OrderWord::payable)
      .is(CheckoutPhase::open);
  story.replies(CheckoutReply::heard).told("po-a", OrderWord::succeeded).is(CheckoutPhase::open);
  EXPECT_FALSE(story.state().is_payment_done());
  CheckoutStory partly = story;
  CheckoutStory done = story;
  done.told("po-b", OrderWord::succeeded).is(CheckoutPhase::done);
  EXPECT_TRUE(done.state().is_payment_done());
  partly.told("po-b", OrderWord::failed).is(CheckoutPhase::partly_failed);
  EXPECT_FALSE(partly.state().is_payment_done());
}

TEST(Checkout, FailsWhenNoOrderSucceeds) {
  CheckoutStory()
      .received({"po-a"})
      .hears("po-a", OrderReply::reserved)
      .told("po-a", OrderWord::failed)
      .then({"checkout_order_told", "checkout_order_begun", "checkout_ended"})
      .is(CheckoutPhase::failed)
      .told("po-a", OrderWord::failed)
      .then({})
      .replies(CheckoutReply::heard);
}

TEST(Checkout, OrdersThatCannotBeCarriedOutAreAnAlarm) {
  for (const auto& orders : {std::vector<std::string>{}, std::vector<std::string>{"po-a", "po-a"},
                             std::vector<std::string>(51, "po")}) {
    CheckoutStory story;
    story.received(orders).then({}).is(CheckoutPhase::none);
    EXPECT_FALSE(story.last().alarm.empty());
  }
  CheckoutAsked mixed = CheckoutStory::asked({"po-a", "po-b"});
  mixed.orders[1].terms.currency = {{'E', 'U', 'R'}};
  CheckoutStory story;
  story.when(mixed).then({});
  EXPECT_FALSE(story.last().alarm.empty());
}

TEST(Checkout, IsNotToldByAnOrderThatIsNotItsOwn) {
  CheckoutStory story;
  story.received({"po-a"}).told("po-a", OrderWord::succeeded).then({});
  EXPECT_FALSE(story.last().alarm.empty());
}

// Two checkouts that want the same orders, with messages lost, late and twice: one of them gets
// all, the other none, and no order stays with the one that was refused.
TEST(CheckoutProperty, OfTwoThatWantTheSameOrdersOneGetsThemAll) {
  const std::vector<std::string> names{"po-a", "po-b", "po-c"};
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    std::array<CheckoutStory, 2> checkouts{CheckoutStory("co-1"), CheckoutStory("co-2")};
    std::vector<OrderState> orders(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) orders[i].id = pid(names[i]);
    for (CheckoutStory& checkout : checkouts) checkout.received(names);
    struct Ask {
      std::size_t checkout;
      CheckoutStep step;
      OrderClaim claim;
    };
    std::vector<Ask> on_the_way;
    OrderContext context;
    context.now = OrderStory::noon;
    const auto ask = [&](std::size_t c) {
      for (const CheckoutStep& step : owed_steps(checkouts[c].state()))
        on_the_way.push_back({c, step, checkouts[c].state().claim()});
    };
    const auto deliver = [&](const Ask& one, bool answer_arrives) {
      OrderState& order = orders[one.step.order];
      OrderNews news = OrderReserveAsked{one.claim, {}};
      if (one.step.kind == CheckoutStep::Kind::release) news = OrderReleaseAsked{one.claim};
      if (one.step.kind == CheckoutStep::Kind::begin)
        news = OrderBeginAsked{one.claim, OrderStory::terms()};
      const OrderDecision decision = decide(order, news, context);
      EXPECT_EQ(decision.alarm, "") << "seed " << seed;
      for (const AnyOrderEvent& event : decision.events)
        evolve(order, event, {{1, 0, 0}, context.now});
      if (answer_arrives)
        checkouts[one.checkout].when(
            CheckoutOrderAnswered{order.id, one.claim.attempt, decision.reply, decision.holder});
    };
    for (int i = 0; i < 60; ++i) {
      ask(random() % 2);
      if (on_the_way.empty()) continue;
      const std::size_t at = random() % on_the_way.size();
      const Ask one = on_the_way[at];
      if (random() % 3 != 0) on_the_way.erase(on_the_way.begin() + static_cast<std::ptrdiff_t>(at));
      if (random() % 5 != 0) deliver(one, random() % 5 != 0);
    }
    // From here on nothing is lost; what is still on its way comes late.
    for (const Ask& late : on_the_way) deliver(late, true);
    for (int round = 0; round < 40; ++round) {
      on_the_way.clear();
      ask(0);
      ask(1);
      for (const Ask& one : on_the_way) deliver(one, true);
    }
    const bool first = checkouts[0].state().phase == CheckoutPhase::open;
    const CheckoutStory& winner = checkouts[first ? 0 : 1];
    const CheckoutStory& loser = checkouts[first ? 1 : 0];
    EXPECT_EQ(winner.state().phase, CheckoutPhase::open) << "seed " << seed;
    EXPECT_EQ(loser.state().phase, CheckoutPhase::refused) << "seed " << seed;
    for (const OrderState& order : orders)
      EXPECT_EQ(order.claim.checkout, winner.state().id) << "seed " << seed;
  }
}

}  // namespace
}  // namespace florin
