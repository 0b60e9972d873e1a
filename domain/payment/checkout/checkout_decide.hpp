// Decides for one checkout, and says what it owes. Pure, as order/order_decide.hpp.
//
//   - Reserve goes to its key, if it has one, and then to one order at a time, in ascending order of ids. `busy` is no event: it is asked
//     again.
//   - Only when all are reserved is it accepted, and only then does each order hear Begin.
//   - `taken` refuses it, by a key as by an order: Release goes to whoever may have heard a Reserve of this attempt, until each has answered.
//   - Whoever hears an answer to another attempt ignores it, but for one: a refused checkout that hears a late `reserved` owes that Release
//     again, so that no order stays reserved by an attempt that is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "domain/payment/checkout/checkout_events.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_table.hpp"

namespace florin {

// A request that has been found right: 1-50 orders of different ids, one currency, in any order.
struct CheckoutAsked {
  Sha256 content{};
  Sha256 key{};        // as of CheckoutReceived
  CommandId asked_by;  // as of CheckoutReceived
  std::vector<CheckoutOrderAsked> orders;
};
// What an order answered to Reserve, Begin or Release of the attempt.
struct CheckoutOrderAnswered {
  PaymentId order;
  Position attempt;
  OrderReply reply = OrderReply::none;
  PaymentId holder;  // with `taken`
};
// The same of its Idempotency-Key; `begun`: it is kept.
struct CheckoutKeyAnswered {
  Position attempt;
  OrderReply reply = OrderReply::none;
  PaymentId holder;  // with `taken`
};
struct CheckoutWordTold {
  PaymentId order;
  OrderWord word = OrderWord::nothing;
};
using CheckoutNews =
    std::variant<CheckoutAsked, CheckoutOrderAnswered, CheckoutKeyAnswered, CheckoutWordTold>;

enum class CheckoutReply : std::uint8_t {
  none,
  received,    // it is under way from now on, or was by this very request
  known,       // the same content, accepted: its latest status
  reused,      // the id has other content: 409
  key_reused,  // ... and came with the same key, within its lifetime: 422
  under_way,   // neither accepted nor refused, or its refusal is still being told: 429, ask again
  accepted,    // whoever waits hears it now
  refused,  // ... 409 payment_order_id_reused, or, where no order is `taken`, 422 idempotency_key_reused
  heard,  // to an order: its word is recorded
};
struct CheckoutStep {
  enum class Kind : std::uint8_t { reserve, release, begin, reserve_key, release_key, keep_key };
  Kind kind = Kind::reserve;
  std::uint16_t order = 0;  // by its place; of a step of the key 0
  bool operator==(const CheckoutStep&) const = default;
};
using CheckoutSteps = std::vector<CheckoutStep>;

struct CheckoutDecision {
  std::vector<AnyCheckoutEvent> events;
  CheckoutReply reply = CheckoutReply::none;
  CheckoutSteps steps;  // leave when the events are durable
  std::string alarm;
};

// What it owes its orders and its key: a function of its state. Each is repeated for ever.
CheckoutSteps owed_steps(const CheckoutState& checkout);
// When to repeat them; none: it owes nothing.
std::optional<Timestamp> due(const CheckoutState& checkout);

// `checkout`: of one that nobody knows, the default state with its id. `now`: of the entry.
CheckoutDecision decide(const CheckoutState& checkout, const CheckoutAsked& news, Timestamp now);
CheckoutDecision decide(const CheckoutState& checkout, const CheckoutOrderAnswered& news,
                        Timestamp now);
CheckoutDecision decide(const CheckoutState& checkout, const CheckoutKeyAnswered& news,
                        Timestamp now);
CheckoutDecision decide(const CheckoutState& checkout, const CheckoutWordTold& news, Timestamp now);
CheckoutDecision decide(const CheckoutState& checkout, const CheckoutNews& news, Timestamp now);

}  // namespace florin
