// OrderState: what one payment order knows: which phase it is in, what it has asked a provider and
// heard from it, and when it has to look at itself again. What it owes is a function of this and of
// nothing else: order_steps.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/ids.hpp"
#include "base/sha256.hpp"
#include "domain/payment/order/order_input.hpp"
#include "domain/payment/order/order_phase.hpp"
#include "domain/payment/order/order_terms.hpp"
#include "domain/payment/payment_id.hpp"
#include "domain/payment/psp_key.hpp"
#include "domain/payment/psp_report.hpp"
#include "domain/rejection.hpp"

namespace florin {

namespace limits {
inline constexpr std::uint32_t order_tries_max = 5;   // counted sends of one call (rule 5)
inline constexpr std::size_t order_history_max = 64;  // lines; of more, those in the middle go
inline constexpr std::size_t order_flags_max = 16;    // checkouts whose Release came; the oldest go
inline constexpr std::size_t order_hints_max = 8;     // ids of webhooks that are known again
}  // namespace limits

// One attempt of a checkout to get its orders: `attempt` is the position of its CheckoutReceived.
struct OrderClaim {
  static constexpr std::array field_names{"checkout", "attempt"};
  static auto fields(auto& self) { return std::tie(self.checkout, self.attempt); }
  PaymentId checkout;
  Position attempt;
  bool operator==(const OrderClaim&) const = default;
};

// A request outside (risk service, registration, close): the one that is owed, or the last one.
// There is one at a time.
struct OrderCall {
  static constexpr std::array field_names{
      "operation",        "number",      "key",         "request",
      "psp_expires_at",   "in_flight",   "is_answered", "is_conflicted",
      "may_have_arrived", "maybe_since", "sends",       "tries",
      "put_offs",         "due"};
  static auto fields(auto& self) {
    return std::tie(self.operation, self.number, self.key, self.request, self.psp_expires_at,
                    self.in_flight, self.is_answered, self.is_conflicted, self.may_have_arrived,
                    self.maybe_since, self.sends, self.tries, self.put_offs, self.due);
  }
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;  // in its key, from 1
  std::string key;
  std::string request;       // its bytes, which every send repeats; without secrets
  Timestamp psp_expires_at;  // of a registration: the end that stands in the bytes
  bool in_flight = false;
  bool is_answered = false;  // definitely: it is never sent again, and only now may a new number be
  bool is_conflicted = false;     // the key was used for other bytes: it is over, without an answer
  bool may_have_arrived = false;  // an ended send of it; one that is in flight may as well
  // The first send that may have arrived, or is in flight: the key is known there since then at the earliest.
  Timestamp maybe_since;
  std::uint32_t sends = 0;
  std::uint32_t tries = 0;     // counted
  std::uint32_t put_offs = 0;  // ends in a row that were not counted
  Timestamp due;               // in flight: given up for lost then; otherwise: sent (again) then
  bool operator==(const OrderCall&) const = default;
};

struct OrderRead {
  static constexpr std::array field_names{"begun", "heard",    "in_flight",
                                          "again", "failures", "due"};
  static auto fields(auto& self) {
    return std::tie(self.begun, self.heard, self.in_flight, self.again, self.failures, self.due);
  }
  std::uint32_t begun = 0;     // number of the newest read
  std::uint32_t heard = 0;     // number of the newest one that was answered
  bool in_flight = false;      // at most one
  bool again = false;          // a hint came meanwhile: one more
  std::uint32_t failures = 0;  // in a row
  Timestamp due;  // in flight: given up for lost then; otherwise: the next poll, none: no poll
  bool operator==(const OrderRead&) const = default;
};

struct OrderHistoryLine {
  static constexpr std::array field_names{"at", "time", "phase", "failure", "input", "note"};
  static auto fields(auto& self) {
    return std::tie(self.at, self.time, self.phase, self.failure, self.input, self.note);
  }
  Position at;
  Timestamp time;
  OrderPhase phase = OrderPhase::none;
  OrderFailure failure = OrderFailure::none;
  OrderInput input = OrderInput::none;
  std::string note;  // the provider's code: of a decline, of a refusal
  bool operator==(const OrderHistoryLine&) const = default;
};

// Money that came and has no seller: in the ledger's suspense account.
enum class OrderSuspense : std::uint8_t { none = 0, owed = 1, posted = 2 };

// What the checkout has been told of an order.
enum class OrderWord : std::uint8_t {
  nothing = 0,
  payable = 1,    // the payer may go to payer_url
  succeeded = 2,  // SUCCESS/done
  failed = 3,
};

struct OrderState {
  static constexpr std::array field_names{
      "phase",    "claim",         "content",      "flags",          "terms",        "failure",
      "refusal",  "close",         "called",       "object",         "payment",      "psp_status",
      "received", "received_in",   "payer_url",    "attempt",        "call",         "closes",
      "read",     "hints",         "attention",    "suspense",       "suspense_for", "told",
      "step_due", "credit_number", "credit_asked", "suspense_asked", "credit_at",    "alert_at",
      "begun_at", "changed_at",    "changed",      "history"};
  static auto fields(auto& self) {
    return std::tie(self.phase, self.claim, self.content, self.flags, self.terms, self.failure,
                    self.refusal, self.close, self.called, self.object, self.payment,
                    self.psp_status, self.received, self.received_in, self.payer_url, self.attempt,
                    self.call, self.closes, self.read, self.hints, self.attention, self.suspense,
                    self.suspense_for, self.told, self.step_due, self.credit_number,
                    self.credit_asked, self.suspense_asked, self.credit_at, self.alert_at,
                    self.begun_at, self.changed_at, self.changed, self.history);
  }
  PaymentId id;  // its key; not among the fields of a row
  OrderPhase phase = OrderPhase::none;
  OrderClaim claim;               // who holds it; empty with `none`
  Sha256 content{};               // of the reservation
  std::vector<OrderClaim> flags;  // released attempts, one of each checkout: its newest
  OrderTerms terms;               // from Begin on

  OrderFailure failure = OrderFailure::none;  // with `failed`
  std::optional<Rejection> refusal;         // what the wallet said of the last step that it refused
  OrderFailure close = OrderFailure::none;  // it is to be closed, for this reason; never taken back

  bool called = false;  // a call to the provider has left, or may have
  std::string object;   // the provider's id of it: our token
  std::string payment;
  PspStatus psp_status = PspStatus::none;  // the newest that was heard
  Minor received = 0;                      // captured, in the provider's minor units
  Currency received_in;                    // ... of this currency; none: one that we do not know
  std::string payer_url;
  std::string attempt;  // the newest decline that stands in the history

  OrderCall call;
  std::uint32_t closes = 0;  // the number of the newest close
  OrderRead read;
  std::vector<std::string> hints;  // ids of the last webhooks
  std::uint32_t attention = 0;     // bits by OrderAttention
  OrderSuspense suspense = OrderSuspense::none;
  OrderAttention suspense_for = OrderAttention::none;  // why it came there: never changed
  OrderWord told = OrderWord::nothing;                 // and the checkout has said that it heard it

  Timestamp step_due;  // when a step that is owed inside (wallet, ledger) is looked at again
  // The credit's present attempt, from 1: a new one only after a definite no. And the events by which it (none: it is not asked
  // for yet, or not any more), and the entry of suspense, came to be owed: what fences speak of.
  std::uint32_t credit_number = 1;
  Position credit_asked;
  Position suspense_asked;
  Timestamp credit_at;  // of a parked one: when the wallet is asked again; none: it is being asked
  Timestamp alert_at;   // when somebody has to be told that it takes too long; none: no more
  Timestamp begun_at;
  Timestamp changed_at;
  Position changed;
  std::vector<OrderHistoryLine> history;

  // Begun: nobody is shown one that is only reserved.
  [[nodiscard]] bool is_visible() const { return phase > OrderPhase::reserved; }
  [[nodiscard]] bool has(OrderAttention what) const {
    return (attention >> static_cast<unsigned>(what) & 1U) != 0;
  }
  bool operator==(const OrderState&) const = default;
};

// The API's `sub_status`: the phase by its name; of what FAILED the failure's code, or the wallet's own.
inline std::string_view sub_status_of(OrderPhase phase, OrderFailure failure,
                                      const std::optional<Rejection>& refusal) {
  if (phase != OrderPhase::failed) return to_string(phase);
  if (failure == OrderFailure::wallet_refused && refusal) return to_string(*refusal);
  return to_string(failure);
}
inline std::string_view sub_status_of(const OrderState& order) {
  return sub_status_of(order.phase, order.failure, order.refusal);
}

inline PspExpectation expectation_of(const OrderState& order) {
  return {order.id, order.terms.psp_amount, order.terms.currency, order.terms.livemode};
}

}  // namespace florin
