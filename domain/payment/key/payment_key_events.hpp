// Events of Idempotency-Keys, numbers 92 to 95: of their kind alone, as those of orders (order/order_events.hpp).
//
// They are stored: what holds for all events is in domain/events.hpp. All are of format level 3.
#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <variant>

#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/payment/key/payment_key_state.hpp"
#include "domain/payment/order/order_events.hpp"

namespace florin {

// By nobody, or by one whose time is over.
struct PaymentKeyReserved {
  static constexpr WireNumber wire{92, payment_keys_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "payment_key_reserved";
  static constexpr std::array field_names{"key", "claim", "until"};
  static auto fields(auto& self) { return std::tie(self.key, self.claim, self.until); }
  PaymentId key;
  OrderClaim claim;
  Timestamp until;
  bool operator==(const PaymentKeyReserved&) const = default;
};
// Its checkout is accepted.
struct PaymentKeyKept {
  static constexpr WireNumber wire{93, payment_keys_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "payment_key_kept";
  static constexpr std::array field_names{"key"};
  static auto fields(auto& self) { return std::tie(self.key); }
  PaymentId key;
  bool operator==(const PaymentKeyKept&) const = default;
};
// Frees the key when this attempt holds it, and leaves the flag that refuses a late Reserve of it.
struct PaymentKeyReleased {
  static constexpr WireNumber wire{94, payment_keys_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "payment_key_released";
  static constexpr std::array field_names{"key", "claim", "until"};
  static auto fields(auto& self) { return std::tie(self.key, self.claim, self.until); }
  PaymentId key;
  OrderClaim claim;
  Timestamp until;
  bool operator==(const PaymentKeyReleased&) const = default;
};
// Its time is over: nothing is left of it.
struct PaymentKeyForgotten {
  static constexpr WireNumber wire{95, payment_keys_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "payment_key_forgotten";
  static constexpr std::array field_names{"key"};
  static auto fields(auto& self) { return std::tie(self.key); }
  PaymentId key;
  bool operator==(const PaymentKeyForgotten&) const = default;
};

using AnyPaymentKeyEvent =
    std::variant<PaymentKeyReserved, PaymentKeyKept, PaymentKeyReleased, PaymentKeyForgotten>;

template <class E>
concept PaymentKeyEvent = AlternativeOf<E, AnyPaymentKeyEvent>;

}  // namespace florin
