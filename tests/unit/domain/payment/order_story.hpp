// OrderStory: one payment order and what it decides. Given what has happened so far, when something
// more does, then these events follow, these steps leave, and this is where it stands.
#pragma once

#include <gtest/gtest.h>

#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "domain/payment/order/order_decide.hpp"
#include "domain/payment/order/order_evolve.hpp"

namespace florin {

class OrderStory {
 public:
  static constexpr std::int64_t second = 1'000'000;
  static constexpr std::int64_t minute = 60 * second;
  static constexpr Timestamp noon{20'000 * 86'400 * second + 12 * 60 * minute};

  static PaymentId id(std::string_view text) { return PaymentId::from_trusted(text); }
  static OrderClaim claim(std::uint64_t attempt = 7, std::string_view checkout = "co-1") {
    return {id(checkout), {attempt, 0, 3}};
  }
  static OrderTerms terms() {
    OrderTerms t;
    t.buyer = AccountId::from_trusted("buyer");
    t.seller = AccountId::from_trusted("seller");
    t.amount = 1'000;
    t.currency = {{'U', 'S', 'D'}};
    t.psp = "sandbox";
    t.psp_amount = 1'000;
    t.fee = 59;
    t.return_url = "https://shop.example/back";
    t.expires_at = noon + 30 * minute;
    return t;
  }
  // What the provider says of this order's object, all equal.
  static PspReport report(PspStatus status) {
    PspReport said;
    said.status = status;
    said.object = "cs_1";
    said.payment = "pi_1";
    said.order = id("po-1");
    said.amount = 1'000;
    said.received = status == PspStatus::succeeded ? 1'000 : 0;
    said.currency = {{'U', 'S', 'D'}};
    if (status == PspStatus::open) said.url = "https://pay.example/cs_1";
    if (status == PspStatus::failed_attempt) {
      said.attempt = "ch_1";
      said.decline_code = "insufficient_funds";
    }
    return said;
  }
  static PspAnswerSeen ok(const PspReport& said) {
    PspAnswerSeen answer;
    answer.outcome = PspOutcome::ok;
    answer.report = said;
    return answer;
  }
  static PspAnswerSeen ok(PspStatus status) { return ok(report(status)); }
  static PspAnswerSeen came_to(PspOutcome outcome) {
    PspAnswerSeen answer;
    answer.outcome = outcome;
    return answer;
  }

  OrderStory() {
    state_.id = id("po-1");
    context_.now = noon;
  }

  // --- what happens ----------------------------------------
  OrderStory& when(const OrderNews& news) {
    last_ = decide(state_, news, context_);
    decided_.insert(decided_.end(), last_.events.begin(), last_.events.end());
    for (const AnyOrderEvent& event : last_.events)
      evolve(state_, event, {{++index_, 0, 3}, context_.now});
    return *this;
  }
  OrderStory& reserved() { return when(OrderReserveAsked{claim(), {}}); }
  OrderStory& begun() { return reserved().when(OrderBeginAsked{claim(), terms()}); }
  // The adapter makes the bytes of the call that is owed, and it leaves.
  OrderStory& prepared() {
    const OrderSteps owed = owed_steps(state_, context_);
    for (const OrderStep& step : owed)
      if (step.kind == OrderStep::Kind::prepare_call)
        return when(OrderCallPrepared{step.operation, step.number, "bytes"});
    ADD_FAILURE() << "no call is owed to be prepared";
    return *this;
  }
  OrderStory& registering() { return begun().prepared(); }
  OrderStory& answered(const PspAnswerSeen& answer) {
    return when(OrderCallAnswered{state_.call.operation, state_.call.number, state_.call.sends,
                                  answer, std::nullopt});
  }
  OrderStory& answered(PspOutcome outcome) { return answered(came_to(outcome)); }
  OrderStory& read(const PspAnswerSeen& answer) {
    return when(OrderReadAnswered{state_.read.begun, answer});
  }
  OrderStory& read(PspStatus status) { return read(ok(status)); }
  OrderStory& hinted(std::string hint = "evt_1") {
    OrderHint said;
    said.hint = std::move(hint);
    said.type = "checkout.session.completed";
    said.object = "cs_1";
    return when(said);
  }
  OrderStory& hint_and_read(PspStatus status) {
    return hinted("evt_" + std::to_string(++hints_)).read(status);
  }
  OrderStory& awaiting() {  // and the checkout knows it
    return registering().answered(ok(PspStatus::open)).when(OrderWordHeard{OrderWord::payable});
  }
  OrderStory& crediting() { return awaiting().hint_and_read(PspStatus::succeeded); }
  OrderStory& cancelled() { return when(OrderCancelAsked{}); }

  // --- time ----------------------------------------
  OrderStory& at(Timestamp now) { return context_.now = now, *this; }
  OrderStory& after(std::int64_t us) { return at(context_.now + us); }
  // To the next moment at which it wants to be told of time, and it is told.
  OrderStory& in_time() {
    const auto next = due(state_);
    if (!next) {
      ADD_FAILURE() << "it waits for nothing";
      return *this;
    }
    if (context_.now < *next) at(*next);
    return when(OrderTimePassed{});
  }
  OrderStory& with_psp(const PspTerms& psp) { return context_.psp = psp, *this; }
  OrderStory& with_risk_service() { return context_.policy.has_risk_service = true, *this; }

  // --- what follows ----------------------------------------
  OrderStory& then(const std::vector<std::string>& events,
                   std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    std::vector<std::string> names;
    for (const AnyOrderEvent& event : last_.events)
      names.emplace_back(visit([](const auto& e) { return e.event_name; }, event));
    EXPECT_EQ(names, events);
    return *this;
  }
  OrderStory& is(OrderPhase phase, OrderFailure failure = OrderFailure::none,
                 std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    EXPECT_EQ(to_string(state_.phase), to_string(phase));
    EXPECT_EQ(to_string(state_.failure), to_string(failure));
    return *this;
  }
  OrderStory& replies(OrderReply reply,
                      std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    EXPECT_EQ(static_cast<int>(last_.reply), static_cast<int>(reply));
    return *this;
  }
  // Of the last decision, in order: "prepare register 1", "call register", "read 1", "credit", "post 0", "tell 1".
  OrderStory& sends(const std::vector<std::string>& steps,
                    std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    std::vector<std::string> texts;
    for (const OrderStep& step : last_.steps) texts.push_back(text(step));
    EXPECT_EQ(texts, steps);
    return *this;
  }
  OrderStory& has_attention(OrderAttention what,
                            std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    EXPECT_TRUE(state_.has(what)) << to_string(what);
    return *this;
  }

  static std::string text(const OrderStep& step) {
    const std::string number = " " + std::to_string(step.number);
    switch (step.kind) {
      case OrderStep::Kind::prepare_call:
        return std::string("prepare ") + to_string(step.operation) + number;
      case OrderStep::Kind::make_call: return std::string("call ") + to_string(step.operation);
      case OrderStep::Kind::read: return "read" + number;
      case OrderStep::Kind::credit_seller: return "credit";
      case OrderStep::Kind::post_ledger:
        return "post " + std::to_string(static_cast<int>(step.flow));
      case OrderStep::Kind::tell_checkout:
        return "tell " + std::to_string(static_cast<int>(step.word));
    }
    return "?";
  }

  [[nodiscard]] const OrderState& state() const { return state_; }
  [[nodiscard]] OrderState& mutable_state() { return state_; }
  [[nodiscard]] const OrderContext& context() const { return context_; }
  [[nodiscard]] const OrderDecision& last() const { return last_; }
  [[nodiscard]] const std::vector<AnyOrderEvent>& decided() const { return decided_; }

 private:
  OrderState state_;
  OrderContext context_;
  OrderDecision last_;
  std::vector<AnyOrderEvent> decided_;
  LogIndex index_ = 100;
  int hints_ = 100;
};

}  // namespace florin
