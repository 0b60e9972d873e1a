// Events of payment orders, numbers 60 to 78. None of them moves money: what a credit does to
// accounts, and what the ledger writes, are events of theirs, which name the order as their origin.
// So they are of their kind alone (domain/own_event.hpp).
//
// decide puts into an event whatever depends on time or configuration (when to try again, when to
// look again): evolve only stores it. They are stored: what holds for all events is in
// domain/events.hpp. All are of format level 2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

inline constexpr FormatLevel payments_level = 2;
// Since which a checkout holds its Idempotency-Key, and payments are listed; no checkout begins in a cluster that cannot read that.
inline constexpr FormatLevel payment_keys_level = 3;

// --- who holds the order (rule 7) ----------------------------------------

struct OrderReserved {
  static constexpr WireNumber wire{60, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_reserved";
  static constexpr std::array field_names{"order", "claim", "content"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim, self.content); }
  PaymentId order;
  OrderClaim claim;
  Sha256 content{};
  bool operator==(const OrderReserved&) const = default;
};
// Frees the order when this attempt holds it, and leaves the flag that refuses a late Reserve of it.
struct OrderReleased {
  static constexpr WireNumber wire{61, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_released";
  static constexpr std::array field_names{"order", "claim"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim); }
  PaymentId order;
  OrderClaim claim;
  bool operator==(const OrderReleased&) const = default;
};
struct OrderBegun {
  static constexpr WireNumber wire{62, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_begun";
  static constexpr std::array field_names{"order", "terms"};
  static auto fields(auto& self) { return std::tie(self.order, self.terms); }
  PaymentId order;
  OrderTerms terms;
  bool operator==(const OrderBegun&) const = default;
};

// --- calls and reads outside ----------------------------------------

// Before the first send: the key and the bytes. Again with the same number only when no send can
// have arrived (rule 14).
struct OrderCallBegun {
  static constexpr WireNumber wire{63, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_call_begun";
  static constexpr std::array field_names{"order",   "operation",      "number", "key",
                                          "request", "psp_expires_at", "lost_at"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.operation, self.number, self.key, self.request,
                    self.psp_expires_at, self.lost_at);
  }
  PaymentId order;
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  std::string key;
  std::string request;
  Timestamp psp_expires_at;
  Timestamp lost_at;
  bool operator==(const OrderCallBegun&) const = default;
};
// The same key and bytes leave once more.
struct OrderCallRepeated {
  static constexpr WireNumber wire{64, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_call_repeated";
  static constexpr std::array field_names{"order", "operation", "number", "lost_at"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.operation, self.number, self.lost_at);
  }
  PaymentId order;
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  Timestamp lost_at;
  bool operator==(const OrderCallRepeated&) const = default;
};
// The send that was in flight has come to something, or was given up for lost (then `unknown`).
struct OrderCallEnded {
  static constexpr WireNumber wire{65, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_call_ended";
  static constexpr std::array field_names{"order", "operation",  "number", "outcome",
                                          "code",  "is_counted", "next_at"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.operation, self.number, self.outcome, self.code,
                    self.is_counted, self.next_at);
  }
  PaymentId order;
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  PspOutcome outcome = PspOutcome::unknown;
  std::string code;         // the provider's own
  bool is_counted = false;  // as one of the tries
  Timestamp next_at;        // when it may be sent again, if it is still owed then
  bool operator==(const OrderCallEnded&) const = default;
};
// A signed webhook that was not known yet. Changes nothing of the order but where to read.
struct OrderHinted {
  static constexpr WireNumber wire{66, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_hinted";
  static constexpr std::array field_names{"order",   "hint", "type",      "object",
                                          "payment", "time", "raw_sha256"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.hint, self.type, self.object, self.payment, self.time,
                    self.raw_sha256);
  }
  PaymentId order;
  std::string hint;  // the provider's id of the webhook
  std::string type;
  std::string object;
  std::string payment;
  Timestamp time;       // that it says
  Sha256 raw_sha256{};  // of its bytes
  bool operator==(const OrderHinted&) const = default;
};
struct OrderReadBegun {
  static constexpr WireNumber wire{67, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_read_begun";
  static constexpr std::array field_names{"order", "number", "lost_at"};
  static auto fields(auto& self) { return std::tie(self.order, self.number, self.lost_at); }
  PaymentId order;
  std::uint32_t number = 0;
  Timestamp lost_at;
  bool operator==(const OrderReadBegun&) const = default;
};
// A hint came while a read was in flight: one more read behind it.
struct OrderReadWanted {
  static constexpr WireNumber wire{68, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_read_wanted";
  static constexpr std::array field_names{"order"};
  static auto fields(auto& self) { return std::tie(self.order); }
  PaymentId order;
  bool operator==(const OrderReadWanted&) const = default;
};
// What the read that was in flight came to. `poll_at`: the next one by time; none: there is none.
struct OrderReadEnded {
  static constexpr WireNumber wire{69, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_read_ended";
  static constexpr std::array field_names{"order", "number", "outcome", "poll_at"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.number, self.outcome, self.poll_at);
  }
  PaymentId order;
  std::uint32_t number = 0;
  PspOutcome outcome = PspOutcome::unknown;
  Timestamp poll_at;
  bool operator==(const OrderReadEnded&) const = default;
};
// What the provider says of the order's object that was not known yet: the token among it, before
// anybody is shown it.
struct OrderSeen {
  static constexpr WireNumber wire{70, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_seen";
  static constexpr std::array field_names{"order", "report"};
  static auto fields(auto& self) { return std::tie(self.order, self.report); }
  PaymentId order;
  PspReport report;
  bool operator==(const OrderSeen&) const = default;
};

// --- what comes of it ----------------------------------------

// A move of the state table.
struct OrderMoved {
  static constexpr WireNumber wire{71, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_moved";
  static constexpr std::array field_names{"order",   "to",      "input",    "failure",
                                          "poll_at", "step_at", "alert_at", "note"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.to, self.input, self.failure, self.poll_at, self.step_at,
                    self.alert_at, self.note);
  }
  PaymentId order;
  OrderPhase to = OrderPhase::none;
  OrderInput input = OrderInput::none;
  OrderFailure failure = OrderFailure::none;  // with `failed`
  Timestamp poll_at;                          // none: nobody polls there
  Timestamp step_at;                          // when a step that is owed inside is looked at again
  Timestamp alert_at;
  std::string note;
  bool operator==(const OrderMoved&) const = default;
};
struct OrderCloseAsked {
  static constexpr WireNumber wire{72, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_close_asked";
  static constexpr std::array field_names{"order", "reason"};
  static auto fields(auto& self) { return std::tie(self.order, self.reason); }
  PaymentId order;
  OrderFailure reason = OrderFailure::none;
  bool operator==(const OrderCloseAsked&) const = default;
};
struct OrderAttentionRaised {
  static constexpr WireNumber wire{73, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_attention_raised";
  static constexpr std::array field_names{"order", "attention"};
  static auto fields(auto& self) { return std::tie(self.order, self.attention); }
  PaymentId order;
  OrderAttention attention = OrderAttention::none;
  bool operator==(const OrderAttentionRaised&) const = default;
};
// The wallet will not credit the seller: why, and when it is asked again (OrderCreditDue).
struct OrderCreditRefused {
  static constexpr WireNumber wire{74, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_credit_refused";
  static constexpr std::array field_names{"order", "code", "next_number", "credit_at"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.code, self.next_number, self.credit_at);
  }
  PaymentId order;
  std::optional<Rejection> code;
  std::uint32_t next_number = 1;  // of the attempt that follows
  Timestamp credit_at;
  bool operator==(const OrderCreditRefused&) const = default;
};
// The ledger has the entry of the money that waits.
struct OrderSuspensePosted {
  static constexpr WireNumber wire{75, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_suspense_posted";
  static constexpr std::array field_names{"order"};
  static auto fields(auto& self) { return std::tie(self.order); }
  PaymentId order;
  bool operator==(const OrderSuspensePosted&) const = default;
};
// The checkout has heard it.
struct OrderTold {
  static constexpr WireNumber wire{76, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_told";
  static constexpr std::array field_names{"order", "word"};
  static auto fields(auto& self) { return std::tie(self.order, self.word); }
  PaymentId order;
  OrderWord word = OrderWord::nothing;
  bool operator==(const OrderTold&) const = default;
};

// The time to ask for a parked credit has come: from this event on the next attempt is owed, and answered with its name. Before, nobody
// waits for the wallet, however long the order is parked.
struct OrderCreditDue {
  static constexpr WireNumber wire{77, payments_level};
  static constexpr bool is_of_its_kind_alone = true;
  static constexpr std::string_view event_name = "order_credit_due";
  static constexpr std::array field_names{"order", "step_at"};
  static auto fields(auto& self) { return std::tie(self.order, self.step_at); }
  PaymentId order;
  Timestamp step_at;  // when it is asked once more
  bool operator==(const OrderCreditDue&) const = default;
};

using AnyOrderEvent =
    std::variant<OrderReserved, OrderReleased, OrderBegun, OrderCallBegun, OrderCallRepeated,
                 OrderCallEnded, OrderHinted, OrderReadBegun, OrderReadWanted, OrderReadEnded,
                 OrderSeen, OrderMoved, OrderCloseAsked, OrderAttentionRaised, OrderCreditRefused,
                 OrderSuspensePosted, OrderTold, OrderCreditDue>;

template <class E>
concept OrderEvent = AlternativeOf<E, AnyOrderEvent>;

}  // namespace florin
