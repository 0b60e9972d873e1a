// Which events change an Idempotency-Key, and what of them cannot be true of it. What they do is domain/payment/key/payment_key_evolve.hpp.
#pragma once

#include "actors/entity/event_sides.hpp"
#include "domain/payment/key/payment_key_evolve.hpp"

namespace florin {

struct PaymentKeySides {
  static const PaymentId& key_of(const PaymentKeyEvent auto& event) { return event.key; }

  // The first that anybody knows of a key is who reserves it, or has released it before.
  static const char* against(const PaymentKeyState*, const PaymentKeyReserved& event) {
    if (event.key.empty()) return "key: has no name";
    return event.claim.checkout.empty() ? "claim: is no checkout's" : nullptr;
  }
  static const char* against(const PaymentKeyState*, const PaymentKeyReleased& event) {
    return event.key.empty() ? "key: has no name" : nullptr;
  }
  static const char* against(const PaymentKeyState* key, const PaymentKeyKept&) {
    const bool is_reserved = key != nullptr && key->phase == PaymentKeyPhase::reserved;
    return is_reserved ? nullptr : "key: is not reserved";
  }
  static const char* against(const PaymentKeyState* key, const PaymentKeyForgotten&) {
    return key == nullptr ? "key: is known to nobody" : nullptr;
  }

  // Before its first use: clang 14 looks into no class before its end.
  static auto by(const auto& event) {
    return [&event](PaymentKeyState& key) { florin::evolve(key, event); };
  }

  static void evolve(auto& keys, const PaymentKeyReserved& event, const EventStamp&) {
    keys.make(event.key, by(event));
  }
  static void evolve(auto& keys, const PaymentKeyReleased& event, const EventStamp&) {
    keys.make(event.key, by(event));
  }
  static void evolve(auto& keys, const PaymentKeyKept& event, const EventStamp&) {
    keys.change(event.key, by(event));
  }
  static void evolve(auto& keys, const PaymentKeyForgotten& event, const EventStamp&) {
    keys.end(event.key);
  }
};

}  // namespace florin
