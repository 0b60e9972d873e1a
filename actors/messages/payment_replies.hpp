// What is answered to clients who ask for checkouts and payment orders. Their codes are those of PAYMENTS.md, section 5.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/wire_number.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// A checkout as it is. Of its orders it knows their terms, how far it has got each (`hold`), and what each has told last (`word`); all else
// of an order is in that one's own view.
struct CheckoutView {
  static constexpr WireNumber wire{20, payments_level};
  static constexpr std::array field_names{"checkout", "state", "created"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.state, self.created); }
  PaymentId checkout;
  CheckoutState state;   // `state.id` is not sent: `checkout` is it
  bool created = false;  // to StartCheckout: by this very request; else it was there (replayed)
  bool operator==(const CheckoutView&) const = default;
};

// A payment order as it is. Never one that is only reserved: nobody may see those.
struct PaymentView {
  static constexpr WireNumber wire{21, payments_level};
  static constexpr std::array field_names{"order", "state"};
  static auto fields(auto& self) { return std::tie(self.order, self.state); }
  PaymentId order;
  OrderState state;  // without `state.id`, as above, and without the bytes of its call
  bool operator==(const PaymentView&) const = default;
};

// Orders of one partition in the order of their ids, as they are.
struct PaymentPage {
  static constexpr WireNumber wire{24, payment_keys_level};
  static constexpr std::array field_names{"payments", "seen_up_to"};
  static auto fields(auto& self) { return std::tie(self.payments, self.seen_up_to); }
  std::vector<PaymentView> payments;
  PaymentId seen_up_to;  // those behind it were not looked at; none: there are no others
  bool operator==(const PaymentPage&) const = default;
};

// Which checkout has kept an Idempotency-Key.
struct PaymentKeyView {
  static constexpr WireNumber wire{25, payment_keys_level};
  static constexpr std::array field_names{"checkout"};
  static auto fields(auto& self) { return std::tie(self.checkout); }
  PaymentId checkout;  // none: nobody, or its day is over, or it is not known yet whether it will
  bool operator==(const PaymentKeyView&) const = default;
};

// The hint is in the log, or was there.
struct HintTaken {
  static constexpr WireNumber wire{22, payments_level};
  static constexpr std::array<const char*, 0> field_names{};
  static auto fields(auto&) { return std::tie(); }
  bool operator==(const HintTaken&) const = default;
};

enum class PaymentRefusal : std::uint8_t {
  checkout_not_found = 0,
  payment_not_found = 1,        // nobody knows it, or it is only reserved
  checkout_id_reused = 2,       // the id has other content
  idempotency_key_reused = 3,   // ... and came with the same Idempotency-Key, within its 24 hours
  request_in_progress = 4,      // another request with this id is under way: ask again
  payment_order_id_reused = 5,  // an order is another checkout's; nothing was made
  payment_in_progress = 6,      // a cancel that comes too early or too late for now
  payment_final = 7,            // ... and for good
  psp_unknown = 8,              // no provider of that name here
  // Payments are not configured, or this cluster's nodes do not all know them yet: nothing was decided.
  not_ready = 9,
};
// The API's code: "checkout_not_found".
constexpr std::string_view to_string(PaymentRefusal refusal) {
  constexpr std::array<std::string_view, 10> names{"checkout_not_found",  "payment_not_found",
                                                   "checkout_id_reused",  "idempotency_key_reused",
                                                   "request_in_progress", "payment_order_id_reused",
                                                   "payment_in_progress", "payment_final",
                                                   "psp_unknown",         "not_ready"};
  return names[static_cast<std::size_t>(refusal)];
}

struct PaymentRefused {
  static constexpr WireNumber wire{23, payments_level};
  static constexpr std::array field_names{"code", "order"};
  static auto fields(auto& self) { return std::tie(self.code, self.order); }
  PaymentRefusal code = PaymentRefusal::payment_not_found;
  PaymentId order;  // with payment_order_id_reused: which one
  bool operator==(const PaymentRefused&) const = default;
};

// What a checkout was refused for: an order, or its key.
inline PaymentRefused refusal_of(const CheckoutState& checkout) {
  if (checkout.taken.empty()) return {PaymentRefusal::idempotency_key_reused, {}};
  return {PaymentRefusal::payment_order_id_reused, checkout.taken};
}

}  // namespace florin
