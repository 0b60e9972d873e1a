// How each fact changes a key.
#include "domain/payment/key/payment_key_evolve.hpp"

#include <algorithm>

#include "domain/payment/order/claim_flags.hpp"

namespace florin {

void evolve(PaymentKeyState& key, const PaymentKeyReserved& event) {
  key.id = event.key;
  key.phase = PaymentKeyPhase::reserved;
  key.claim = event.claim;
  key.until = event.until;
  key.forget_at = std::max(key.forget_at, event.until);
}

void evolve(PaymentKeyState& key, const PaymentKeyKept&) { key.phase = PaymentKeyPhase::kept; }

void evolve(PaymentKeyState& key, const PaymentKeyReleased& event) {
  key.id = event.key;
  leave_flag(key.flags, event.claim);
  key.forget_at = std::max(key.forget_at, event.until);
  if (!key.is_held_by(event.claim)) return;
  key.phase = PaymentKeyPhase::free;
  key.claim = {};
  key.until = {};
}

}  // namespace florin
