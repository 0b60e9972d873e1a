// OrderActor: the entity actor of one payment order. A sans-I/O state machine: what it hears becomes news for the domain
// (domain/payment/order), what is decided becomes events, and what is owed leaves: calls and reads by the outside port, steps of
// money to the seller's partition, words to the checkout. No decision is made here.
//
// Every message may come twice, late, never, or before its predecessor: each says what it answers (an attempt's claim, a step's name and the
// event that asked, an exchange's id), and what the order does not owe any more is no news. What it owes is a function of its state:
// outside, by the times that its events hold; inside, until it is answered (on_due).
//
// Crash: it knows nothing that is not state. What had left is in flight by an event, and given up for lost when its time has come.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/subject.hpp"
#include "actors/payment/order_money.hpp"
#include "actors/payment/payment_setup.hpp"
#include "actors/payment/payment_uses.hpp"
#include "actors/payment/payment_view.hpp"
#include "actors/payment/psp_speech.hpp"
#include "base/overloaded.hpp"
#include "domain/payment/order/order_decide.hpp"

namespace florin {

// `Own`: the order that the message is for. state() wakes it, and is null when there is none.
template <class Own, class Answers>
class OrderActor {
 public:
  OrderActor(Own own, EntityContext<Answers> context, const PartitionMap& map,
             const PaymentSetup& setup)
      : own_(own), context_(context), map_(map), setup_(setup) {
    blank_.id = own_.id();
  }

  // --- of its checkout ---------------------------------------------------------------------------------
  // payment path 3/12: an order belongs to one checkout from here on; nothing has left for outside.
  void on(const ReserveOrder& message) {
    heed_checkout(message, OrderReserveAsked{message.claim, message.content});
  }
  void on(const ReleaseOrder& message) { heed_checkout(message, OrderReleaseAsked{message.claim}); }
  void on(const BeginOrder& message) {
    heed_checkout(message, OrderBeginAsked{message.claim, message.terms});
  }
  void on(const CheckoutHeard& message) {
    if (order().claim == message.claim) heed(OrderWordHeard{message.word});
  }

  // --- of the outside ------------------------------------------------------------------------------------
  // payment path 7/12: what came of it is news: a page to pay on, or a class of PAYMENTS.md.
  void on(const OrderCallCame& message) {
    visit(
        Overloaded{[](std::monostate) {}, [this](const OrderPageWanted& page) { read(page.after); },
                   [this](const auto& news) { this->heed(news); }},
        heard_outside(order(), message, setup_));
  }

  // --- of wallet and ledger --------------------------------------------------------------------------------
  void on(const MoneyStepAnswered& message) {
    const auto flow = flow_of(message.name.rule);
    if (!flow || message.asked.is_none() || message.asked != order().credit_asked) return;
    switch (message.code) {
      case StepAnswerCode::done:
        heed(OrderCreditAnswered{std::nullopt, *flow, message.name.n});
        return;
      case StepAnswerCode::refused:
        if (!message.rejection) break;
        heed(OrderCreditAnswered{message.rejection, *flow, message.name.n});
        return;
      case StepAnswerCode::fenced:
        return;  // of what is over; this one is not, so it is not this one
      case StepAnswerCode::mismatch: break;
    }
    context_.alarm("payment order: the wallet does not know its own step", {});
  }
  void on(const MoneyStepEntered& message) {
    const auto flow = flow_of(message.name.rule);
    if (!flow || message.asked.is_none() || message.asked != asked_for(*flow)) return;
    switch (message.code) {
      case EnterCode::entered: heed(OrderLedgerAnswered{*flow}); return;
      case EnterCode::not_done:  // asked again when its time has come
      case EnterCode::fenced: return;
      case EnterCode::refused:
      case EnterCode::mismatch: break;
    }
    context_.alarm("payment order: the ledger does not know its own step", {});
  }

  // --- of clients -------------------------------------------------------------------------------------------
  void on(const GetPayment& message) {
    if (order().is_visible()) return show(message);
    refuse(message, PaymentRefusal::payment_not_found);
  }
  void on(const CancelPayment& message) {
    if (!order().is_visible()) return refuse(message, PaymentRefusal::payment_not_found);
    const OrderReply said = heed(OrderCancelAsked{});
    if (said == OrderReply::cancelled || said == OrderReply::cancelling) return show(message);
    const bool is_final = said == OrderReply::final_;
    refuse(message, is_final ? PaymentRefusal::payment_final : PaymentRefusal::payment_in_progress);
  }
  void on(const TakeHint& message) {
    if (!order().is_visible() || order().terms.psp != message.psp)
      return refuse(message, PaymentRefusal::payment_not_found);
    heed(OrderHint{message.hint,
                   message.type,
                   message.object,
                   message.payment,
                   message.time,
                   message.raw_sha256,
                   {}});
    context_.reply_to(message, HintTaken{});
  }

  // --- of time ------------------------------------------------------------------------------------------------
  // When to look again at what is still due then: steps inside, which have no events of their own. The longer they wait the more
  // seldom.
  Timestamp on_due() {
    const Timestamp since = order().step_due;
    heed(OrderTimePassed{});
    const std::int64_t waited = since.is_none() ? 0 : context_.now().us - since.us;
    const std::int64_t least = std::min(setup_.policy.step_again_us, step_again_us_max);
    return context_.now() + std::clamp(waited, least, step_again_us_max);
  }

 private:
  static constexpr std::int64_t step_again_us_max = 30LL * 1'000'000;

  [[nodiscard]] const OrderState& order() const {
    const OrderState* const known = own_.state();
    return known == nullptr ? blank_ : *known;
  }
  [[nodiscard]] Position asked_for(LedgerFlow flow) const {
    return flow == LedgerFlow::suspense ? order().suspense_asked : order().credit_asked;
  }
  [[nodiscard]] ActorId self() const { return OrderMessages::address_of(order().id, map_); }

  // --- what is heard --------------------------------------------------------------------------------------------
  template <class Asking, class News>
  void heed_checkout(const Asking& message, const News& news) {
    const OrderClaim& claim = message.claim;
    const bool can_be = PaymentId::parse(claim.checkout.view()).has_value() &&
                        claim.attempt.partition == partition_of(claim.checkout, map_) &&
                        !claim.attempt.is_none();
    if (!can_be) return context_.alarm("payment order: asked by no checkout that can be", {});
    const OrderDecision decision = decide(order(), news, context());
    act(decision);
    if (decision.reply == OrderReply::none) return;
    context_.tell(claim.attempt.partition,
                  OrderAnswered{claim, own_.id(), decision.reply, decision.holder});
  }
  template <class News>
  OrderReply heed(const News& news) {
    const OrderDecision decision = decide(order(), news, context());
    act(decision);
    return decision.reply;
  }
  [[nodiscard]] OrderContext context() const {
    const PspSetup* const psp = setup_.psp(order().terms.psp);
    return {context_.now(), setup_.policy,
            terms_of(psp != nullptr ? psp->declaration : PspSetup().declaration)};
  }

  // --- what is done ---------------------------------------------------------------------------------------------
  void act(const OrderDecision& decision) {
    for (const AnyOrderEvent& event : decision.events)
      visit([this](const auto& one) { context_.emit(one); }, event);
    if (!decision.alarm.empty()) context_.alarm(decision.alarm, {});
    for (const OrderStep& step : decision.steps) take(step);
  }
  void take(const OrderStep& step) {
    switch (step.kind) {
      case OrderStep::Kind::prepare_call: return prepare(step);
      case OrderStep::Kind::make_call:
        return context_.call_outside(call_in_flight(order(), self()));
      case OrderStep::Kind::read: return read({});
      case OrderStep::Kind::credit_seller: return credit(step);
      case OrderStep::Kind::post_ledger: return enter(step);
      case OrderStep::Kind::tell_checkout:
        return context_.tell(partition_of(order().claim.checkout, map_),
                             TellCheckout{order().claim, order().id, step.word});
    }
  }
  // The bytes come back in the same turn: key, bytes and the send are one event.
  // payment path 4/12: key and bytes of the registration, logged as one event with the send that they are for.
  void prepare(const OrderStep& step) {
    auto bytes = prepared_request(order(), step, setup_);
    if (!bytes) return context_.alarm("payment order: " + bytes.error().context, {});
    heed(OrderCallPrepared{step.operation, step.number, *std::move(bytes)});
  }
  void read(const std::string& after) {
    auto call = read_in_flight(order(), setup_, context_.now(), after, self());
    if (!call) return context_.alarm("payment order: " + call.error().context, {});
    context_.call_outside(*std::move(call));
  }
  void credit(const OrderStep& step) {
    auto content = money_step_of(order(), step.flow, step.number);
    if (!content) return context_.alarm(not_bookable, {});
    const PartitionId to = WalletMessages::partition_of(*content, map_);
    context_.tell(to, DoMoneyStep{*std::move(content)});
  }
  void enter(const OrderStep& step) {
    auto content = money_step_of(order(), step.flow, step.number);
    if (!content) return context_.alarm(not_bookable, {});
    const PartitionId to = WalletMessages::partition_of(*content, map_);
    context_.tell(to, EnterMoneyStep{*std::move(content), order().changed_at.utc_day(), "florin"});
  }

  // --- replies --------------------------------------------------------------------------------------------------
  template <class Asked>
  void show(const Asked& message) {
    context_.reply_to(message,
                      std::make_unique<PaymentView>(make_payment_view(own_.id(), order())));
  }
  template <class Asked>
  void refuse(const Asked& message, PaymentRefusal why) {
    context_.reply_to(message, PaymentRefused{why, {}});
  }

  static constexpr std::string_view not_bookable =
      "payment order: what came is of no amount or currency that the ledger can hold";

  Own own_;
  EntityContext<Answers> context_;
  const PartitionMap& map_;
  const PaymentSetup& setup_;
  OrderState blank_;  // of an order that nobody knows
};

}  // namespace florin
