// Decides for one payment order. Pure: the same state, news and context always give the same events.
//
// The state table (order_table.hpp) says what an input does in a phase; this says what goes with
// it: the books of calls and reads, what was seen, times. The order of the events is fixed: what
// happened, what was seen, what was asked, the move, what is raised, what is read next.
//
//   - A repeat, an answer to a send that is over, and what the table does not list give no event, or only the record of it.
//   - A cell of what is not built yet, and what no honest peer sends, give an alarm and leave the phase as it is.
#pragma once

#include <string>
#include <vector>

#include "domain/payment/order/order_events.hpp"
#include "domain/payment/order/order_news.hpp"
#include "domain/payment/order/order_policy.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/payment/order/order_steps.hpp"
#include "domain/payment/order/order_table.hpp"

namespace florin {

struct OrderDecision {
  std::vector<AnyOrderEvent> events;  // in the order of the log
  OrderReply reply = OrderReply::none;
  PaymentId holder;   // with `busy` and `taken`
  OrderSteps steps;   // leave when the events are durable
  std::string alarm;  // not empty: something that must never happen did, or is not built yet
};

// `order`: of one that nobody knows, the default state with its id.
OrderDecision decide(const OrderState& order, const OrderReserveAsked& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderReleaseAsked& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderBeginAsked& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderWordHeard& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderCallPrepared& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderCallAnswered& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderReadAnswered& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderHint& news, const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderCreditAnswered& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderLedgerAnswered& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderCancelAsked& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderOperatorAsked& news,
                     const OrderContext& context);
OrderDecision decide(const OrderState& order, const OrderTimePassed& news,
                     const OrderContext& context);

OrderDecision decide(const OrderState& order, const OrderNews& news, const OrderContext& context);

}  // namespace florin
