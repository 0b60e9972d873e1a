// Decisions on what the checkout, wallets, the ledger and people say. Calls and reads are in
// order_decide_calls.cpp, time in order_decide_time.cpp.
#include "domain/payment/order/order_decide.hpp"

#include <algorithm>

#include "domain/payment/order/claim_flags.hpp"
#include "domain/payment/order/order_classify.hpp"
#include "domain/payment/order/order_draft.hpp"

namespace florin {
namespace {

// To Reserve of an order that is held (rule 7).
OrderReply reply_of_holder(const OrderState& order, const OrderClaim& claim) {
  if (order.claim == claim) return OrderReply::same;
  return order.phase == OrderPhase::reserved ? OrderReply::busy : OrderReply::taken;
}

}  // namespace

OrderDecision decide(const OrderState& order, const OrderReserveAsked& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  const OrderCell& cell = order_cell(order.phase, input_of(order, news));
  draft.reply(cell.reply);
  if (cell.moves) {
    draft.add(OrderReserved{{}, news.claim, news.content});
  } else if (cell.reply == OrderReply::same) {
    const OrderReply reply = reply_of_holder(order, news.claim);
    draft.reply(reply);
    if (reply != OrderReply::same) draft.name_holder();
    if (reply == OrderReply::same && order.content != news.content)
      draft.alarm("payment order: one attempt of a checkout reserves it with two contents");
  }
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderReleaseAsked& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  const OrderCell& cell = order_cell(order.phase, input_of(order, news));
  if (!cell.is_listed) {
    draft.alarm("payment order: released by the attempt that has begun it");
    return draft.finish();
  }
  draft.reply(cell.reply);
  if (cell.moves || !has_flag(order.flags, news.claim)) draft.add(OrderReleased{{}, news.claim});
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderBeginAsked& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  if (order.phase == OrderPhase::none || order.claim != news.claim) {
    draft.alarm("payment order: begun by an attempt that does not hold it");
    return draft.finish();
  }
  if (order.phase != OrderPhase::reserved) {
    draft.apply(OrderInput::begin);
    return draft.finish();
  }
  if (!is_sound(news.terms)) {
    draft.alarm("payment order: begun with terms that cannot be carried out");
    return draft.finish();
  }
  if (news.terms.method != PaymentMethod::hosted) {
    draft.alarm("payment order: the methods 'token' and 'wallet' are not built yet");
    return draft.finish();
  }
  draft.add(OrderBegun{{}, news.terms});
  draft.apply(OrderInput::begin);
  if (!context.policy.has_risk_service) draft.apply(OrderInput::risk_ok);
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderWordHeard& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  if (news.word > order.told) draft.add(OrderTold{{}, news.word});
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderCreditAnswered& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  const bool is_owed = order.phase == OrderPhase::crediting || order.phase == OrderPhase::parked;
  if (is_owed && !(news.number == order.credit_number && news.flow == credit_flow(order)))
    return draft.finish();
  // Behind a sale that was refused comes another step, out of suspense, which has attempts of its own.
  const bool is_same_step = news.flow == LedgerFlow::out_of_suspense;
  const std::uint32_t next_number = is_same_step ? order.credit_number + 1 : 1;
  if (news.refusal && is_owed)
    draft.add(OrderCreditRefused{
        {}, news.refusal, next_number, context.now + context.policy.parked_again_us});
  draft.apply(news.refusal ? OrderInput::credit_refused : OrderInput::credited);
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderLedgerAnswered& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  // Of what is not owed any more, or not yet, it is a repeat.
  const auto owed = owed_steps(order, context);
  const bool is_owed = std::ranges::any_of(owed, [&](const OrderStep& step) {
    return step.kind == OrderStep::Kind::post_ledger && step.flow == news.flow;
  });
  if (!is_owed) return draft.finish();
  if (news.flow == LedgerFlow::suspense)
    draft.add(OrderSuspensePosted{});
  else
    draft.apply(OrderInput::posted);
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderCancelAsked& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  draft.apply(input_of(order, news));
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderOperatorAsked& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  draft.apply(input_of(news.act));
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderNews& news, const OrderContext& context) {
  return visit([&](const auto& one) { return decide(order, one, context); }, news);
}

}  // namespace florin
