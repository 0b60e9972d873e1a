// PaymentKeyState: an Idempotency-Key and the checkout that it came with (PAYMENTS.md, section 5). A key belongs to its credential for 24 hours
// from when the checkout was received and has reserved it; in this time no other checkout is accepted with it.
//
// It is reserved as orders are (rule 7): before anything goes outside, by an attempt of a checkout, and given back when that is refused.
// Reserved: another checkout waits until it is known whether it will be kept. Kept: another one is refused.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.hpp"
#include "base/sha256.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/payment/payment_id.hpp"

namespace florin {

// For so long an Idempotency-Key is known again (microseconds).
inline constexpr std::int64_t idempotency_key_us = 24LL * 3600 * 1'000'000;

// By which it is found: of the hash of credential and key, whose text nobody stores.
inline PaymentId payment_key_id(const Sha256& key) { return PaymentId::from_trusted(hex_of(key)); }

// Stored: only appended to. `free`: of it there are flags at most.
enum class PaymentKeyPhase : std::uint8_t { free = 0, reserved = 1, kept = 2 };

struct PaymentKeyState {
  static constexpr std::array field_names{"phase", "claim", "until", "flags", "forget_at"};
  static auto fields(auto& self) {
    return std::tie(self.phase, self.claim, self.until, self.flags, self.forget_at);
  }
  PaymentId id;  // its key; not among the fields of a row
  PaymentKeyPhase phase = PaymentKeyPhase::free;
  OrderClaim claim;               // who holds it; empty with `free`
  Timestamp until;                // from then on nobody does, whatever the phase says
  std::vector<OrderClaim> flags;  // released attempts, one of each checkout: its newest
  Timestamp forget_at;            // then nothing of it means anything any more
  bool operator==(const PaymentKeyState&) const = default;

  [[nodiscard]] bool is_held(Timestamp now) const {
    return phase != PaymentKeyPhase::free && now < until;
  }
  [[nodiscard]] bool is_held_by(const OrderClaim& attempt) const {
    return phase != PaymentKeyPhase::free && claim == attempt;
  }
};

}  // namespace florin
