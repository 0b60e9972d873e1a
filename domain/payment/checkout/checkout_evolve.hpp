// Applies facts to one checkout. Writes, never checks; an order that it does not have changes nothing.
#pragma once

#include "domain/payment/checkout/checkout_events.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_evolve.hpp"

namespace florin {

void evolve(CheckoutState& checkout, const CheckoutReceived& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutOrderReserved& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutAccepted& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutRefused& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutOrderReleased& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutOrderBegun& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutOrderTold& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutEnded& event, const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutReleaseReopened& event,
            const PaymentStamp& stamp);
void evolve(CheckoutState& checkout, const CheckoutKeyMoved& event, const PaymentStamp& stamp);

void evolve(CheckoutState& checkout, const AnyCheckoutEvent& event, const PaymentStamp& stamp);

}  // namespace florin
