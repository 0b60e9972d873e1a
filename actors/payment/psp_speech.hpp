// What a payment order says to its provider, and hears from it: from the order's own words (domain/payment) to the adapter's
// (psp/) and back. Pure; knows the adapter, and nothing of who makes the call.
//
// Each exchange has an id that is a function of the order: of a call its key, of a read its number and what was asked. So an answer that comes
// late is known for what it answers, whichever leader asked. A read of many pages is one read: the next page is asked by whoever hears that
// there is one, under the same id; lost on the way, the whole read is given up for lost and begun again.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "actors/messages/outside_call.hpp"
#include "actors/payment/payment_setup.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/payment/order/order_news.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/payment/order/order_steps.hpp"

namespace florin {

// The bytes of a call that is to be prepared: what will be logged and sent, without secrets. `invalid`: nothing that the adapter can say.
Result<std::string, Error> prepared_request(const OrderState& order, const OrderStep& step,
                                            const PaymentSetup& setup);

// The call that is in flight, with its logged bytes.
OutsideCall call_in_flight(const OrderState& order, ActorId from);

// The read that is in flight: of its object, by the payment below it, or, while nothing is known, of all that was registered about
// when this order was. `after`: of a further page; empty: the first.
Result<OutsideCall, Error> read_in_flight(const OrderState& order, const PaymentSetup& setup,
                                          Timestamp now, const std::string& after, ActorId from);

// To whom the payer comes back: the shop's own address, with what it wants to know (PAYMENTS.md, section 5). Nobody trusts it.
std::string payer_return_url(const OrderState& order, bool was_paid);

// A further page of the read that is in flight.
struct OrderPageWanted {
  std::string after;
};
// Of an answer to what this order never asked: nothing.
using OrderHeardOutside =
    std::variant<std::monostate, OrderCallAnswered, OrderReadAnswered, OrderPageWanted>;
OrderHeardOutside heard_outside(const OrderState& order, const OrderCallCame& came,
                                const PaymentSetup& setup);

}  // namespace florin
