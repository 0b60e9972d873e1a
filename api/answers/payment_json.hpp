// The objects `Payment` and `Checkout` of api/openapi.yaml: their fields and their order are the contract.
//
// Nothing of a person stands in them. The provider's words are shown as codes; whatever is read here was allow-listed before.
#pragma once

#include <vector>

#include "api/json/json_writer.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// `position`: up to where the answer reflects the order's partition.
void write_payment(JsonWriter& json, const OrderState& order, const Position& position);

// An order beside its checkout.
struct PaymentShown {
  OrderState order;
  Position position;  // of the order's partition; none: what the checkout says of it
};
// What the checkout itself knows of one of its orders that has not begun, or could not be asked.
OrderState order_of(const CheckoutState& checkout, const CheckoutOrder& one);
// `payments`: in the order of the checkout's, one for each.
void write_checkout(JsonWriter& json, const CheckoutState& checkout,
                    const std::vector<PaymentShown>& payments, const Position& position);

}  // namespace florin
