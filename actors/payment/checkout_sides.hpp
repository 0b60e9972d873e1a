// Which events change a checkout, and what of them cannot be true of it. What they do is domain/payment/checkout/checkout_evolve.hpp.
#pragma once

#include "actors/entity/event_sides.hpp"
#include "domain/payment/checkout/checkout_evolve.hpp"

namespace florin {

struct CheckoutSides {
  static const PaymentId& key_of(const CheckoutEvent auto& event) { return event.checkout; }

  static const char* against(const CheckoutState* checkout, const CheckoutReceived& event) {
    if (event.checkout.empty()) return "checkout: has no name";
    if (event.orders.empty() || event.orders.size() > limits::checkout_orders_max)
      return "orders: none, or too many";
    const bool is_free = checkout == nullptr || checkout->phase == CheckoutPhase::none ||
                         checkout->phase == CheckoutPhase::refused;
    return is_free ? nullptr : "checkout: is under way already";
  }
  static const char* against(const CheckoutState* checkout, const CheckoutAccepted&) {
    const bool receives = checkout != nullptr && checkout->phase == CheckoutPhase::receiving;
    return receives ? nullptr : "checkout: does not wait to be accepted";
  }
  static const char* against(const CheckoutState* checkout, const CheckoutEnded&) {
    const bool is_open = checkout != nullptr && checkout->phase == CheckoutPhase::open;
    return is_open ? nullptr : "checkout: is not open";
  }
  static const char* against(const CheckoutState* checkout, const CheckoutKeyMoved& event) {
    if (checkout == nullptr || !checkout->has_key()) return "checkout: has no key";
    const bool receives = checkout->phase == CheckoutPhase::receiving;
    return event.taken_by.empty() || receives ? nullptr : "checkout: does not wait for its key";
  }
  static const char* against(const CheckoutState* checkout, const CheckoutEvent auto& event) {
    if (checkout == nullptr) return "checkout: does not exist";
    return event.order < checkout->orders.size() ? nullptr : "order: it has none there";
  }

  // Before its first use: clang 14 looks into no class before its end.
  static auto by(const auto& event, const EventStamp& stamp) {
    return [&event, &stamp](CheckoutState& checkout) {
      florin::evolve(checkout, event, PaymentStamp{stamp.at, stamp.time});
    };
  }

  static void evolve(auto& checkouts, const CheckoutReceived& event, const EventStamp& stamp) {
    checkouts.make(event.checkout, by(event, stamp));
  }
  static void evolve(auto& checkouts, const CheckoutEvent auto& event, const EventStamp& stamp) {
    checkouts.change(event.checkout, by(event, stamp));
  }
};

}  // namespace florin
