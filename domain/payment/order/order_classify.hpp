// What has happened, given what the order knows, is one input of the state table. Pure; changes nothing.
#pragma once

#include "domain/payment/order/order_input.hpp"
#include "domain/payment/order/order_news.hpp"
#include "domain/payment/order/order_policy.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// An answer as it is believed: what cannot be read, or is longer than it may be, is `unknown`,
// whatever class it came with; and so is "not executed" of a send that left twice.
PspAnswerSeen believed(PspAnswerSeen answer);

// Rule 3: it speaks of another object than the one known, or of another payment below it.
bool is_other_object(const OrderState& order, const PspReport& said);

// The answer is to the send that is in flight. Of any other it counts only what it says of the provider's object.
bool is_current(const OrderState& order, const OrderCallAnswered& news);
bool is_current(const OrderState& order, const OrderReadAnswered& news);
// This end of a send is one of the five tries.
bool is_counted(OrderOperation operation, PspOutcome outcome);

OrderInput input_of(const OrderState& order, const OrderReserveAsked& news);
OrderInput input_of(const OrderState& order, const OrderReleaseAsked& news);
// `none`: it is to a send that is over, and says nothing.
OrderInput input_of(const OrderState& order, const OrderCallAnswered& news,
                    const OrderContext& context);
OrderInput input_of(const OrderState& order, const OrderReadAnswered& news);
// What is believed without a read: of a provider that has none.
OrderInput input_of_report(const OrderState& order, const PspReport& said);
OrderInput input_of(const OrderState& order, const OrderCancelAsked& news);
OrderInput input_of(OrderOperatorAct act);
// Its deadline has come.
OrderInput input_of_expiry(const OrderState& order);

}  // namespace florin
