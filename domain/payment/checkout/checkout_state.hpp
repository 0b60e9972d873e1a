// CheckoutState: one purchase: its payment orders, how far it has got them, and what has become of
// each (PAYMENTS.md, rule 7 and the end of section 2).
//
// receiving: it reserves its Idempotency-Key, if it came with one, and then its orders, one after the other in ascending order of their
// ids, so that two checkouts that want the same ones never wait for each other. open: it has them all, and
// nothing has gone outside before. refused: an order, or the key, is another's; nothing has happened, and
// key and ids are free again when every Release has been heard.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.hpp"
#include "base/sha256.hpp"
#include "domain/payment/key/payment_key_state.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/payment/order/order_terms.hpp"
#include "domain/payment/payment_id.hpp"

namespace florin {

namespace limits {
inline constexpr std::size_t checkout_orders_max = 50;
}  // namespace limits

// Stored: only appended to. `none`: nobody has heard of it.
enum class CheckoutPhase : std::uint8_t {
  none = 0,
  receiving = 1,
  refused = 2,
  open = 3,
  done = 4,           // every order SUCCESS/done
  partly_failed = 5,  // all over, some SUCCESS/done
  failed = 6,         // every order FAILED
};
inline constexpr std::array<std::string_view, 7> checkout_phase_names{
    "none", "receiving", "refused", "open", "done", "partly_failed", "failed"};
constexpr std::string_view to_string(CheckoutPhase phase) {
  return checkout_phase_names[static_cast<std::size_t>(phase)];
}

// How far the checkout is with one of its orders, or with its key. Stored: only appended to.
enum class CheckoutHold : std::uint8_t {
  wanted = 0,
  reserved = 1,
  begun = 2,
  released = 3,
};

struct CheckoutOrder {
  static constexpr std::array field_names{"order", "terms", "content", "hold", "word"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.terms, self.content, self.hold, self.word);
  }
  PaymentId order;
  OrderTerms terms;
  Sha256 content{};  // of what the order is reserved for
  CheckoutHold hold = CheckoutHold::wanted;
  OrderWord word = OrderWord::nothing;  // what it has told last
  bool operator==(const CheckoutOrder&) const = default;
};

struct CheckoutState {
  static constexpr std::array field_names{"phase",       "attempt",    "content", "key",
                                          "asked_by",    "orders",     "taken",   "taken_by",
                                          "received_at", "changed_at", "changed", "key_hold"};
  static auto fields(auto& self) {
    return std::tie(self.phase, self.attempt, self.content, self.key, self.asked_by, self.orders,
                    self.taken, self.taken_by, self.received_at, self.changed_at, self.changed,
                    self.key_hold);
  }
  PaymentId id;  // its key; not among the fields of a row
  CheckoutPhase phase = CheckoutPhase::none;
  Position attempt;                   // of its CheckoutReceived: what its claims are told apart by
  Sha256 content{};                   // of the request
  Sha256 key{};                       // of its credential and Idempotency-Key; zero: none
  CommandId asked_by;                 // the request that began the attempt
  std::vector<CheckoutOrder> orders;  // in ascending order of their ids
  PaymentId taken;     // with `refused`: the order that another one has; none: it has the key
  PaymentId taken_by;  // ... and which
  Timestamp received_at;
  Timestamp changed_at;  // when it last got further
  Position changed;
  CheckoutHold key_hold = CheckoutHold::wanted;  // of its key, if it has one; `begun`: kept
  bool operator==(const CheckoutState&) const = default;

  [[nodiscard]] bool has_key() const { return key != Sha256{}; }
  // Until when its key means anything to it.
  [[nodiscard]] Timestamp key_until() const { return received_at + idempotency_key_us; }
  [[nodiscard]] OrderClaim claim() const { return {id, attempt}; }
  [[nodiscard]] bool is_payment_done() const { return phase == CheckoutPhase::done; }
};

}  // namespace florin
