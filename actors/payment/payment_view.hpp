// What clients are shown of a payment order.
#pragma once

#include "actors/messages/payment_replies.hpp"

namespace florin {

// Without the bytes of its call: they are for its provider.
inline PaymentView make_payment_view(const PaymentId& id, const OrderState& order) {
  PaymentView view{id, order};
  view.state.id = {};
  view.state.call.request.clear();
  return view;
}

}  // namespace florin
