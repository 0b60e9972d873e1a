// Applies facts to one payment order. Writes, never checks: whatever decide gave, or a log holds, it takes.
#pragma once

#include "base/ids.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// Where an event stands in the log, and the time of its entry.
struct PaymentStamp {
  Position at;
  Timestamp time;
};

void evolve(OrderState& order, const OrderReserved& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderReleased& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderBegun& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCallBegun& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCallRepeated& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCallEnded& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderHinted& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderReadBegun& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderReadWanted& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderReadEnded& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderSeen& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderMoved& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCloseAsked& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderAttentionRaised& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCreditRefused& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderSuspensePosted& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderTold& event, const PaymentStamp& stamp);
void evolve(OrderState& order, const OrderCreditDue& event, const PaymentStamp& stamp);

void evolve(OrderState& order, const AnyOrderEvent& event, const PaymentStamp& stamp);

}  // namespace florin
