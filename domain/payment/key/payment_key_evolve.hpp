// Applies facts to one Idempotency-Key. Writes, never checks. What is forgotten has no state: whoever keeps the rows takes it away.
#pragma once

#include "domain/payment/key/payment_key_events.hpp"

namespace florin {

void evolve(PaymentKeyState& key, const PaymentKeyReserved& event);
void evolve(PaymentKeyState& key, const PaymentKeyKept& event);
void evolve(PaymentKeyState& key, const PaymentKeyReleased& event);

}  // namespace florin
