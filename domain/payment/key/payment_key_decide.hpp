// Decides for one Idempotency-Key. Pure, as order/order_decide.hpp.
//
//   - Each question names the attempt that asks. A key's 24 hours are of its own partition's time, from when it is reserved: what other
//     partitions take for the time is not compared with it, so that a clock that was wrong once does not give a key to two.
//   - Twice, late, or before its predecessor: who holds it is told `same` and `begun` again; a Release that comes first leaves a flag, which
//     refuses the late Reserve of that attempt, for 24 hours. Who keeps what it has no more, its day over, is told `begun`.
//   - A Reserve that is more than a day late reserves it once more, for nobody: other checkouts are told `busy` until that day is over.
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
