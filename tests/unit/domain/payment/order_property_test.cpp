// Properties of a payment order over random sequences of whatever can happen to it, in any order,
// late and twice: what must hold whatever the provider, the payer, other nodes and time do.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

// The engine's numbers are the same everywhere; distributions of the library are not, so none is used.
class OrderChaos {
 public:
  explicit OrderChaos(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  PspReport report() {
    const auto status = static_cast<PspStatus>(below(8));
    PspReport said = OrderStory::report(status);
    if (one_in(12)) said.amount += 1;
    if (one_in(20)) said.object = "cs_2";
    if (one_in(30)) said.order = OrderStory::id("po-2");
    if (status == PspStatus::failed_attempt) said.attempt = "ch_" + std::to_string(below(3));
    return said;
  }
  PspAnswerSeen answer() {
    PspAnswerSeen answer = OrderStory::came_to(static_cast<PspOutcome>(1 + below(11)));
    if (answer.outcome == PspOutcome::ok || answer.outcome == PspOutcome::mismatch)
      answer.report = report();
    answer.is_stored_answer = one_in(10);
    answer.is_unreadable = one_in(20);
    return answer;
  }
  OrderNews outside(const OrderState& order) {
    switch (below(6)) {
      case 0:
      case 1:
        return OrderCallAnswered{
            order.call.operation, order.call.number, order.call.sends - below(2), answer(), {}};
      case 2: return OrderReadAnswered{order.read.begun, answer()};
      case 3: return OrderReadAnswered{below(order.read.begun + 3), answer()};
      case 4: {
        OrderHint hint;
        hint.hint = "evt_" + std::to_string(below(12));
        if (!one_in(3)) hint.object = one_in(9) ? "cs_2" : "cs_1";
        hint.report = report();
        return hint;
      }
      default:
        return OrderCallAnswered{
            static_cast<OrderOperation>(below(4)), below(4), below(4), answer(), {}};
    }
  }
  OrderNews inside() {
    switch (below(5)) {
      case 0: return OrderCreditAnswered{{}, static_cast<LedgerFlow>(below(4)), 1 + below(2)};
      case 1:
        return OrderCreditAnswered{Rejection::account_frozen, static_cast<LedgerFlow>(below(4)),
                                   1 + below(2)};
      case 2: return OrderLedgerAnswered{static_cast<LedgerFlow>(below(4))};
      case 3: return OrderWordHeard{static_cast<OrderWord>(below(4))};
      default: return OrderOperatorAsked{static_cast<OrderOperatorAct>(below(6))};
    }
  }
  OrderNews of_checkout() {
    const OrderClaim claim = OrderStory::claim(6 + below(3), one_in(3) ? "co-2" : "co-1");
    switch (below(3)) {
      case 0: return OrderReserveAsked{claim, {}};
      case 1: return OrderReleaseAsked{claim};
      default: return OrderBeginAsked{claim, OrderStory::terms()};
    }
  }
  OrderNews anything(const OrderState& order) {
    switch (below(12)) {
      case 0: return inside();
      case 1: return of_checkout();
      case 2: return one_in(4) ? OrderNews(OrderCancelAsked{}) : OrderNews(OrderTimePassed{});
      case 3:
      case 4:
      case 5: return OrderTimePassed{};
      default: return outside(order);
    }
  }

 private:
  std::mt19937 random_;
};

// What it has done outside, as somebody would see it who reads the log and nothing else.
class OrderWatch {
 public:
  void on(const OrderState& before, const OrderState& after, const AnyOrderEvent& event) {
    if (const auto* begun = get_if<OrderCallBegun>(&event)) on_begun(before, *begun);
    if (const auto* ended = get_if<OrderCallEnded>(&event)) on_ended(*ended);
    if (const auto* moved = get_if<OrderMoved>(&event)) {
      credits_owed_ += moved->to == OrderPhase::crediting ? 1 : 0;
      EXPECT_FALSE(status_of(before.phase) == OrderStatus::success &&
                   status_of(moved->to) != OrderStatus::success);
      EXPECT_FALSE(before.phase == OrderPhase::failed);
      if (before.close != OrderFailure::none) {
        EXPECT_NE(moved->to, OrderPhase::awaiting_payer);
      }
    }
    EXPECT_LE(credits_owed_, 1) << "a second credit";
    if (before.close != OrderFailure::none) {
      EXPECT_EQ(after.close, before.close);
    }
    if (!before.object.empty()) {
      EXPECT_EQ(after.object, before.object);
    }
    EXPECT_EQ(before.attention & ~after.attention, 0U);
    EXPECT_LE(after.history.size(), limits::order_history_max);
    EXPECT_LE(after.hints.size(), limits::order_hints_max);
  }
  [[nodiscard]] int credits_owed() const { return credits_owed_; }

 private:
  void on_begun(const OrderState& before, const OrderCallBegun& begun) {
    const auto key = std::pair(begun.operation, begun.number);
    if (begun.operation == OrderOperation::registration) {
      EXPECT_EQ(begun.key, "po-1") << "a registration under another key";
      EXPECT_FALSE(may_have_arrived_.contains(key)) << "bytes made anew after a maybe";
    } else if (begun.number > 1) {
      EXPECT_TRUE(answered_.contains({begun.operation, begun.number - 1}))
          << "a new key after unknown";
    }
    EXPECT_FALSE(before.call.in_flight) << "two calls at once";
  }
  void on_ended(const OrderCallEnded& ended) {
    const auto key = std::pair(ended.operation, ended.number);
    switch (ended.outcome) {
      case PspOutcome::ok:
      case PspOutcome::mismatch:
      case PspOutcome::refused:
      case PspOutcome::declined: answered_.insert(key); break;
      case PspOutcome::unknown:
      case PspOutcome::in_progress:
      case PspOutcome::key_conflict:
      case PspOutcome::absent: may_have_arrived_.insert(key); break;
      case PspOutcome::not_sent:
      case PspOutcome::auth:
      case PspOutcome::throttled: break;
    }
  }

  std::set<std::pair<OrderOperation, std::uint32_t>> answered_;
  std::set<std::pair<OrderOperation, std::uint32_t>> may_have_arrived_;
  int credits_owed_ = 0;
};

void apply_watched(const OrderState& before, const OrderDecision& decision, Timestamp now,
                   OrderState& after, OrderWatch& watch) {
  after = before;
  for (const AnyOrderEvent& event : decision.events) {
    const OrderState then = after;
    evolve(after, event, {{1, 0, 0}, now});
    watch.on(then, after, event);
  }
}

// The steps that a node would carry out: calls are prepared in the same turn.
void prepare_owed(OrderState& order, const OrderContext& context, OrderWatch& watch) {
  for (const OrderStep& step : owed_steps(order, context)) {
    if (step.kind != OrderStep::Kind::prepare_call) continue;
    const OrderCallPrepared ready{step.operation, step.number, "bytes"};
    OrderState after;
    apply_watched(order, decide(order, OrderNews(ready), context), context.now, after, watch);
    order = after;
    return;
  }
}

TEST(OrderProperty, HoldsWhateverHappensInWhateverOrder) {
  std::set<OrderPhase> reached;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    OrderChaos chaos(seed);
    OrderWatch watch;
    OrderContext context = OrderStory().begun().context();
    context.policy.has_risk_service = chaos.one_in(4);
    context.psp.has_reads = !chaos.one_in(5);
    OrderState order = OrderStory().begun().state();
    for (int i = 0; i < 120; ++i) {
      const OrderNews news = chaos.anything(order);
      OrderState after;
      apply_watched(order, decide(order, news, context), context.now, after, watch);
      // What is twice the same is once.
      const OrderDecision repeated = decide(after, news, context);
      if (holds_alternative<OrderHint>(news)) {
        EXPECT_TRUE(repeated.events.empty());
      }
      order = after;
      if (!chaos.one_in(5)) prepare_owed(order, context, watch);
      reached.insert(order.phase);
      context.now = context.now + static_cast<std::int64_t>(chaos.below(90)) * 1'000'000;
    }
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  for (const OrderPhase phase :
       {OrderPhase::registering, OrderPhase::awaiting_payer, OrderPhase::action,
        OrderPhase::psp_pending, OrderPhase::cancelling, OrderPhase::unresolved,
        OrderPhase::mismatch, OrderPhase::crediting, OrderPhase::parked, OrderPhase::posting,
        OrderPhase::done, OrderPhase::failed})
    EXPECT_TRUE(reached.contains(phase)) << to_string(phase);
}

// evolve takes what a log holds, in whatever order: it never asserts.
TEST(OrderProperty, EvolveTakesEveryEventInEveryState) {
  std::vector<AnyOrderEvent> events = OrderStory().crediting().decided();
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    OrderChaos chaos(seed);
    OrderState order;
    for (int i = 0; i < 60; ++i) {
      const auto at = chaos.below(static_cast<std::uint32_t>(events.size()));
      evolve(order, events[at], {{1, 0, 0}, OrderStory::noon});
      owed_steps(order, OrderContext{OrderStory::noon, {}, {}});
      due(order);
    }
  }
}

// After any trouble, an honest provider, wallet and ledger bring every order to an end, or to a
// list that people look at.
TEST(OrderProperty, ComesToAnEndWhenEverybodyIsWellAgain) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    OrderChaos chaos(seed);
    OrderStory story;
    story.begun();
    for (int i = 0; i < 30; ++i) {
      const OrderNews news = chaos.anything(story.state());
      if (!holds_alternative<OrderBeginAsked>(news)) story.when(news);
      for (const OrderStep& step : owed_steps(story.state(), story.context()))
        if (step.kind == OrderStep::Kind::prepare_call) {
          story.prepared();
          break;
        }
      story.after(static_cast<std::int64_t>(chaos.below(40)) * OrderStory::second);
    }
    bool is_closed = story.state().psp_status == PspStatus::canceled ||
                     story.state().psp_status == PspStatus::expired;
    const bool is_paid = story.state().psp_status == PspStatus::succeeded;
    for (int i = 0; i < 2'000 && due(story.state()); ++i) {
      // A page that nobody pays is over at the provider's own end.
      if (story.context().now > OrderStory::noon + 120 * OrderStory::minute) is_closed = true;
      const PspStatus says = is_paid     ? PspStatus::succeeded
                             : is_closed ? PspStatus::expired
                                         : PspStatus::open;
      const OrderSteps owed = owed_steps(story.state(), story.context());
      if (owed.empty()) {
        story.in_time();
        continue;
      }
      const OrderStep step = owed.front();
      PspReport said = OrderStory::report(says);
      if (!story.state().object.empty()) said.object = story.state().object;
      switch (step.kind) {
        case OrderStep::Kind::prepare_call: story.prepared(); break;
        case OrderStep::Kind::make_call:
          if (step.operation == OrderOperation::expiry && !is_paid) {
            is_closed = true;
            said.status = PspStatus::expired;
          }
          story.answered(OrderStory::ok(said));
          break;
        case OrderStep::Kind::read: story.read(OrderStory::ok(said)); break;
        case OrderStep::Kind::credit_seller:
          story.when(OrderCreditAnswered{{}, step.flow, step.number});
          break;
        case OrderStep::Kind::post_ledger: story.when(OrderLedgerAnswered{step.flow}); break;
        case OrderStep::Kind::tell_checkout: story.when(OrderWordHeard{step.word}); break;
      }
    }
    const OrderPhase end = story.state().phase;
    EXPECT_TRUE(end == OrderPhase::done || end == OrderPhase::failed || end == OrderPhase::mismatch)
        << to_string(end) << ", seed " << seed;
  }
}

}  // namespace
}  // namespace florin
