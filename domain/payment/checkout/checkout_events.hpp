// Events of checkouts, numbers 80 to 89: of their kind alone, as those of orders (order/order_events.hpp).
//
// They are stored: what holds for all events is in domain/events.hpp. All are of format level 2.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_events.hpp"

namespace florin {

// As it came, in ascending order of ids. Its position is the attempt, so it begins anew what was refused.
struct CheckoutOrderAsked {
  static constexpr std::array field_names{"order", "terms", "content"};
  static auto fields(auto& self) { return std::tie(self.order, self.terms, self.content); }
  PaymentId order;
  OrderTerms terms;
  Sha256 content{};
  bool operator==(const CheckoutOrderAsked&) const = default;
};
struct CheckoutReceived {
  static constexpr WireNumber wire{80, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_received";
  static constexpr std::array field_names{"checkout", "content", "key", "asked_by", "orders"};
  static auto fields(auto& self) {
    return std::tie(self.checkout, self.content, self.key, self.asked_by, self.orders);
  }
  PaymentId checkout;
  Sha256 content{};
  Sha256 key{};        // of credential and Idempotency-Key; zero: it had none
  CommandId asked_by;  // the request: sent again by its own desk, it is no second one
  std::vector<CheckoutOrderAsked> orders;
  bool operator==(const CheckoutReceived&) const = default;
};
// `order`: which one, by its place.
struct CheckoutOrderReserved {
  static constexpr WireNumber wire{81, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_order_reserved";
  static constexpr std::array field_names{"checkout", "order"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order); }
  PaymentId checkout;
  std::uint16_t order = 0;
  bool operator==(const CheckoutOrderReserved&) const = default;
};
// All are reserved; from here on orders may go outside.
struct CheckoutAccepted {
  static constexpr WireNumber wire{82, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_accepted";
  static constexpr std::array field_names{"checkout"};
  static auto fields(auto& self) { return std::tie(self.checkout); }
  PaymentId checkout;
  bool operator==(const CheckoutAccepted&) const = default;
};
struct CheckoutRefused {
  static constexpr WireNumber wire{83, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_refused";
  static constexpr std::array field_names{"checkout", "order", "taken_by"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order, self.taken_by); }
  PaymentId checkout;
  std::uint16_t order = 0;  // the one that is another's
  PaymentId taken_by;
  bool operator==(const CheckoutRefused&) const = default;
};
struct CheckoutOrderReleased {
  static constexpr WireNumber wire{84, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_order_released";
  static constexpr std::array field_names{"checkout", "order"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order); }
  PaymentId checkout;
  std::uint16_t order = 0;
  bool operator==(const CheckoutOrderReleased&) const = default;
};
struct CheckoutOrderBegun {
  static constexpr WireNumber wire{85, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_order_begun";
  static constexpr std::array field_names{"checkout", "order"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order); }
  PaymentId checkout;
  std::uint16_t order = 0;
  bool operator==(const CheckoutOrderBegun&) const = default;
};
// What an order has told.
struct CheckoutOrderTold {
  static constexpr WireNumber wire{86, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_order_told";
  static constexpr std::array field_names{"checkout", "order", "word"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order, self.word); }
  PaymentId checkout;
  std::uint16_t order = 0;
  OrderWord word = OrderWord::nothing;
  bool operator==(const CheckoutOrderTold&) const = default;
};
// Every order is over.
struct CheckoutEnded {
  static constexpr WireNumber wire{87, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_ended";
  static constexpr std::array field_names{"checkout", "phase"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.phase); }
  PaymentId checkout;
  CheckoutPhase phase = CheckoutPhase::done;
  bool operator==(const CheckoutEnded&) const = default;
};
// An order said after the Release that it was reserved: its Release is owed again.
struct CheckoutReleaseReopened {
  static constexpr WireNumber wire{88, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_release_reopened";
  static constexpr std::array field_names{"checkout", "order"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.order); }
  PaymentId checkout;
  std::uint16_t order = 0;
  bool operator==(const CheckoutReleaseReopened&) const = default;
};

// How far it is with its Idempotency-Key. By another one that has the key (`taken_by`) it is refused; `hold` stays as it was.
struct CheckoutKeyMoved {
  static constexpr WireNumber wire{89, payment_keys_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "checkout_key_moved";
  static constexpr std::array field_names{"checkout", "hold", "taken_by"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.hold, self.taken_by); }
  PaymentId checkout;
  CheckoutHold hold = CheckoutHold::wanted;
  PaymentId taken_by;
  bool operator==(const CheckoutKeyMoved&) const = default;
};

using AnyCheckoutEvent =
    std::variant<CheckoutReceived, CheckoutOrderReserved, CheckoutAccepted, CheckoutRefused,
                 CheckoutOrderReleased, CheckoutOrderBegun, CheckoutOrderTold, CheckoutEnded,
                 CheckoutReleaseReopened, CheckoutKeyMoved>;

template <class E>
concept CheckoutEvent = AlternativeOf<E, AnyCheckoutEvent>;

}  // namespace florin
