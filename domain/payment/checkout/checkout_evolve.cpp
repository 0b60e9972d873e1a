// How each fact changes a checkout.
#include "domain/payment/checkout/checkout_evolve.hpp"

namespace florin {
namespace {

void got_further(CheckoutState& checkout, const PaymentStamp& stamp) {
  checkout.changed_at = stamp.time;
  checkout.changed = stamp.at;
}

void set_hold(CheckoutState& checkout, std::uint16_t order, CheckoutHold hold,
              const PaymentStamp& stamp) {
  if (order < checkout.orders.size()) checkout.orders[order].hold = hold;
  got_further(checkout, stamp);
}

}  // namespace

void evolve(CheckoutState& checkout, const CheckoutReceived& event, const PaymentStamp& stamp) {
  checkout = CheckoutState{};
  checkout.id = event.checkout;
  checkout.phase = CheckoutPhase::receiving;
  checkout.attempt = stamp.at;
  checkout.content = event.content;
  checkout.key = event.key;
  checkout.asked_by = event.asked_by;
  checkout.received_at = stamp.time;
  for (const CheckoutOrderAsked& asked : event.orders)
    checkout.orders.push_back(
        {asked.order, asked.terms, asked.content, CheckoutHold::wanted, OrderWord::nothing});
  got_further(checkout, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutOrderReserved& event,
            const PaymentStamp& stamp) {
  set_hold(checkout, event.order, CheckoutHold::reserved, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutAccepted&, const PaymentStamp& stamp) {
  checkout.phase = CheckoutPhase::open;
  got_further(checkout, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutRefused& event, const PaymentStamp& stamp) {
  checkout.phase = CheckoutPhase::refused;
  if (event.order < checkout.orders.size()) checkout.taken = checkout.orders[event.order].order;
  checkout.taken_by = event.taken_by;
  // No Reserve of what stands behind the refused one has left: there is nothing to release.
  for (std::size_t i = std::size_t{event.order} + 1; i < checkout.orders.size(); ++i)
    checkout.orders[i].hold = CheckoutHold::released;
  got_further(checkout, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutOrderReleased& event,
            const PaymentStamp& stamp) {
  set_hold(checkout, event.order, CheckoutHold::released, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutOrderBegun& event, const PaymentStamp& stamp) {
  set_hold(checkout, event.order, CheckoutHold::begun, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutOrderTold& event, const PaymentStamp& stamp) {
  if (event.order < checkout.orders.size()) checkout.orders[event.order].word = event.word;
  got_further(checkout, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutEnded& event, const PaymentStamp& stamp) {
  checkout.phase = event.phase;
  got_further(checkout, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutReleaseReopened& event,
            const PaymentStamp& stamp) {
  set_hold(checkout, event.order, CheckoutHold::wanted, stamp);
}

void evolve(CheckoutState& checkout, const CheckoutKeyMoved& event, const PaymentStamp& stamp) {
  checkout.key_hold = event.hold;
  got_further(checkout, stamp);
  if (event.taken_by.empty()) return;
  checkout.phase = CheckoutPhase::refused;
  checkout.taken_by = event.taken_by;
  // The key comes first: no Reserve of an order has left.
  for (CheckoutOrder& one : checkout.orders) one.hold = CheckoutHold::released;
}

void evolve(CheckoutState& checkout, const AnyCheckoutEvent& event, const PaymentStamp& stamp) {
  visit([&](const auto& e) { evolve(checkout, e, stamp); }, event);
}

}  // namespace florin
