// Decides for one Idempotency-Key. Pure, as order/order_decide.hpp.
//
//   - Each question names the attempt that asks and until when the key means anything to it: 24 hours from its checkout's receipt. From then
//     on it is answered as if it had its way, and nothing is recorded: a key whose time is over is in nobody's way.
//   - Twice, late, or before its predecessor: who holds it is told `same` and `begun` again; a Release that comes first leaves a flag, which
//     refuses the late Reserve of that attempt, until the time of both is over.
#pragma once

#include <optional>
#include <string>

#include "domain/payment/key/payment_key_events.hpp"
#include "domain/payment/order/order_table.hpp"

namespace florin {

struct PaymentKeyAsked {
  enum class Kind : std::uint8_t { reserve, release, keep };
  Kind kind = Kind::reserve;
  OrderClaim claim;
  Timestamp until;
};

struct PaymentKeyDecision {
  std::optional<AnyPaymentKeyEvent> event;  // none: nothing changes
  OrderReply reply = OrderReply::none;      // as orders say it: of a kept one `begun`
  PaymentId holder;                         // with `busy` and `taken`
  std::string alarm;
};

// `key`: of one that nobody knows, the default state with its id. `now`: of the entry.
PaymentKeyDecision decide(const PaymentKeyState& key, const PaymentKeyAsked& asked, Timestamp now);
// Its time is over; none: not yet.
std::optional<PaymentKeyForgotten> decide_forgotten(const PaymentKeyState& key, Timestamp now);

}  // namespace florin
