// Which events change a payment order, and what of them cannot be true of it. What they do is domain/payment/order/order_evolve.hpp.
#pragma once

#include "actors/entity/event_sides.hpp"
#include "domain/payment/order/order_evolve.hpp"

namespace florin {

struct OrderSides {
  static const PaymentId& key_of(const OrderEvent auto& event) { return event.order; }

  // The first that anybody knows of an order is who reserves it, or has released it before.
  static const char* against(const OrderState* order, const OrderReserved& event) {
    if (event.order.empty()) return "order: has no name";
    if (event.claim.checkout.empty()) return "claim: is no checkout's";
    return order != nullptr && order->phase != OrderPhase::none ? "order: is held already"
                                                                : nullptr;
  }
  static const char* against(const OrderState*, const OrderReleased& event) {
    return event.order.empty() ? "order: has no name" : nullptr;
  }
  static const char* against(const OrderState* order, const OrderBegun& event) {
    if (order == nullptr || order->phase != OrderPhase::reserved) return "order: is not reserved";
    return is_sound(event.terms) ? nullptr : "terms: cannot be carried out";
  }
  static const char* against(const OrderState* order, const OrderCallBegun& event) {
    if (!is_held(order)) return nobodys;
    if (event.operation == OrderOperation::none) return "operation: is none";
    return order->call.in_flight ? "number: another call is in flight" : nullptr;
  }
  static const char* against(const OrderState* order, const OrderCallRepeated& event) {
    if (!is_held(order)) return nobodys;
    return is_call_of(*order, event) && !order->call.in_flight ? nullptr : "number: is not owed";
  }
  static const char* against(const OrderState* order, const OrderCallEnded& event) {
    if (!is_held(order)) return nobodys;
    return is_call_of(*order, event) && order->call.in_flight ? nullptr
                                                              : "number: is not in flight";
  }
  static const char* against(const OrderState* order, const OrderReadBegun& event) {
    if (!is_held(order)) return nobodys;
    const bool is_next = !order->read.in_flight && event.number == order->read.begun + 1;
    return is_next ? nullptr : "number: is not the next one";
  }
  static const char* against(const OrderState* order, const OrderReadEnded& event) {
    if (!is_held(order)) return nobodys;
    const bool is_it = order->read.in_flight && event.number == order->read.begun;
    return is_it ? nullptr : "number: is not in flight";
  }
  // To credit or enter what nobody was asked for would be a step that no fence knows of.
  static const char* against(const OrderState* order, const OrderMoved& event) {
    if (!is_held(order)) return nobodys;
    const bool is_asked = event.to != OrderPhase::posting || !order->credit_asked.is_none();
    return is_asked ? nullptr : "to: no wallet was asked for the credit";
  }
  static const char* against(const OrderState* order, const OrderCreditDue&) {
    const bool waits = order != nullptr && order->phase == OrderPhase::parked;
    return waits ? nullptr : "order: is not parked";
  }
  static const char* against(const OrderState* order, const OrderEvent auto&) {
    return is_held(order) ? nullptr : nobodys;
  }

  // Before its first use: clang 14 looks into no class before its end.
  static auto by(const auto& event, const EventStamp& stamp) {
    return [&event, &stamp](OrderState& order) {
      florin::evolve(order, event, PaymentStamp{stamp.at, stamp.time});
    };
  }

  static void evolve(auto& orders, const OrderReserved& event, const EventStamp& stamp) {
    orders.make(event.order, by(event, stamp));
  }
  static void evolve(auto& orders, const OrderReleased& event, const EventStamp& stamp) {
    orders.make(event.order, by(event, stamp));
  }
  static void evolve(auto& orders, const OrderEvent auto& event, const EventStamp& stamp) {
    orders.change(event.order, by(event, stamp));
  }

 private:
  static constexpr const char* nobodys = "order: is nobody's";

  static bool is_held(const OrderState* order) {
    return order != nullptr && order->phase >= OrderPhase::reserved;
  }
  static bool is_call_of(const OrderState& order, const auto& event) {
    return order.call.operation == event.operation && order.call.number == event.number;
  }
};

}  // namespace florin
