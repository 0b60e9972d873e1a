// What a payment order owes, and when it has to look at itself: functions of its state, never a
// queue (docs/adr/0021). After a crash or a change of leader they are computed again.
//
// A step outside (call, read) leaves with the event that makes it owed, and is then in flight until
// its answer, or until it is given up for lost, each by an event: no two copies of it are wanted,
// and what may have arrived is counted. A step inside (wallet, ledger, checkout) is repeated for
// ever; whoever hears it knows it by {order, step}.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "domain/payment/order/order_news.hpp"
#include "domain/payment/order/order_policy.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

struct OrderStep {
  enum class Kind : std::uint8_t {
    prepare_call,  // the adapter makes the bytes, which come back as OrderCallPrepared in the same turn
    make_call,  // send `call.key` and `call.request` of the state
    read,       // by the state's `object`; by metadata while there is none
    credit_seller,  // the wallet's step {payment, order id, flow, number}: G to the seller, F to the fees
    post_ledger,  // the ledger's entry of that step
    tell_checkout,
  };
  Kind kind = Kind::read;
  OrderOperation operation = OrderOperation::none;  // of a call
  // Of a call to prepare its number, of one to make its send, of a read and a credit its number: what tells one from the next.
  std::uint32_t number = 0;
  Timestamp psp_expires_at = {};  // of a registration to prepare: what to write into it (rule 14)
  LedgerFlow flow = LedgerFlow::sale;
  OrderWord word = OrderWord::nothing;
  bool operator==(const OrderStep&) const = default;
};
using OrderSteps = std::vector<OrderStep>;

// It is answered inside of the cluster, and repeated when its time has come.
constexpr bool is_inside(const OrderStep& step) {
  return step.kind >= OrderStep::Kind::credit_seller;
}

// By which row of the ledger its seller is credited: what lies in suspense comes from there.
LedgerFlow credit_flow(const OrderState& order);

// The call that the phase wants made, in flight or not; none: no call.
struct OwedCall {
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  bool is_logged = false;  // its key and bytes are in the state
};
std::optional<OwedCall> owed_call(const OrderState& order);
// When it leaves next, if it is not in flight.
Timestamp owed_call_due(const OrderState& order);

// A close is not repeated while a read may say that it is over.
bool waits_for_read(const OrderState& order);

// A key that may be known at the provider is too old to be sent.
bool is_stale(const OrderCall& call, const OrderContext& context);
// Bytes that no send can have executed, and whose end is not far enough ahead any more (rule 14):
// made anew, under the same key.
bool is_outdated(const OrderCall& call, const OrderContext& context);
// What a registration that is made now says of its end: ours, or as early as the provider allows.
Timestamp registration_end(const OrderState& order, const OrderContext& context);

// All that is owed now.
OrderSteps owed_steps(const OrderState& order, const OrderContext& context);
// What events have made owed: what leaves with their entry.
OrderSteps new_steps(const OrderState& before, const OrderState& after,
                     const OrderContext& context);

// Its deadline stands, and time will close it.
bool can_expire(const OrderState& order);
// When to tell it that time has passed; none: it waits for messages only.
std::optional<Timestamp> due(const OrderState& order);

}  // namespace florin
