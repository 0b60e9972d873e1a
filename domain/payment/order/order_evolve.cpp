// How each fact changes a payment order.
#include "domain/payment/order/order_evolve.hpp"

#include <algorithm>
#include <utility>

#include "domain/payment/order/claim_flags.hpp"

namespace florin {
namespace {

// The first lines and the newest ones are what people look for.
void add_line(OrderState& order, OrderHistoryLine line) {
  auto& lines = order.history;
  if (lines.size() >= limits::order_history_max)
    lines.erase(lines.begin() + limits::order_history_max / 2);
  lines.push_back(std::move(line));
}

void leaves(OrderCall& call, Timestamp time, Timestamp lost_at) {
  call.in_flight = true;
  call.sends += 1;
  call.due = lost_at;
  if (call.maybe_since.is_none()) call.maybe_since = time;
}

void owe_suspense(OrderState& order, OrderAttention why, const PaymentStamp& stamp) {
  if (order.suspense != OrderSuspense::none) return;
  order.suspense = OrderSuspense::owed;
  order.suspense_for = why;
  order.suspense_asked = stamp.at;
}

bool is_definite(PspOutcome outcome) {
  return outcome == PspOutcome::ok || outcome == PspOutcome::mismatch ||
         outcome == PspOutcome::refused || outcome == PspOutcome::declined;
}

}  // namespace

void evolve(OrderState& order, const OrderReserved& event, const PaymentStamp& stamp) {
  order.id = event.order;
  order.phase = OrderPhase::reserved;
  order.claim = event.claim;
  order.content = event.content;
  order.changed = stamp.at;
  order.changed_at = stamp.time;
}

void evolve(OrderState& order, const OrderReleased& event, const PaymentStamp& stamp) {
  order.id = event.order;
  leave_flag(order.flags, event.claim);
  if (order.phase != OrderPhase::reserved || order.claim != event.claim) return;
  order.phase = OrderPhase::none;
  order.claim = {};
  order.content = {};
  order.changed = stamp.at;
  order.changed_at = stamp.time;
}

void evolve(OrderState& order, const OrderBegun& event, const PaymentStamp& stamp) {
  order.terms = event.terms;
  order.begun_at = stamp.time;
}

void evolve(OrderState& order, const OrderCallBegun& event, const PaymentStamp& stamp) {
  OrderCall call;
  if (order.call.operation == event.operation) {  // its next number, or its bytes made anew
    call.sends = order.call.sends;
    call.tries = order.call.tries;
    call.put_offs = order.call.put_offs;
  }
  call.operation = event.operation;
  call.number = event.number;
  call.key = event.key;
  call.request = event.request;
  call.psp_expires_at = event.psp_expires_at;
  leaves(call, stamp.time, event.lost_at);
  order.call = std::move(call);
  if (event.operation == OrderOperation::expiry) order.closes = event.number;
  if (event.operation != OrderOperation::risk) order.called = true;
}

void evolve(OrderState& order, const OrderCallRepeated& event, const PaymentStamp& stamp) {
  leaves(order.call, stamp.time, event.lost_at);
}

void evolve(OrderState& order, const OrderCallEnded& event, const PaymentStamp&) {
  OrderCall& call = order.call;
  call.in_flight = false;
  call.due = event.next_at;
  if (event.is_counted) call.tries += 1;
  call.put_offs = event.is_counted ? 0 : call.put_offs + 1;
  if (is_definite(event.outcome)) call.is_answered = true;
  if (event.outcome == PspOutcome::key_conflict) call.is_conflicted = true;
  if (rule_of(event.outcome).executed != Executed::no) call.may_have_arrived = true;
  if (!call.may_have_arrived) call.maybe_since = {};
}

void evolve(OrderState& order, const OrderHinted& event, const PaymentStamp&) {
  auto& hints = order.hints;
  if (hints.size() >= limits::order_hints_max) hints.erase(hints.begin());
  hints.push_back(event.hint);
  if (order.object.empty()) order.object = event.object;
  if (order.payment.empty()) order.payment = event.payment;
}

void evolve(OrderState& order, const OrderReadBegun& event, const PaymentStamp&) {
  order.read.begun = event.number;
  order.read.in_flight = true;
  order.read.again = false;
  order.read.due = event.lost_at;
}

void evolve(OrderState& order, const OrderReadWanted&, const PaymentStamp&) {
  order.read.again = true;
}

void evolve(OrderState& order, const OrderReadEnded& event, const PaymentStamp&) {
  OrderRead& read = order.read;
  read.in_flight = false;
  read.due = event.poll_at;
  const bool was_heard = event.outcome == PspOutcome::ok || event.outcome == PspOutcome::mismatch ||
                         event.outcome == PspOutcome::absent;
  read.failures = was_heard ? 0 : read.failures + 1;
  if (was_heard) read.heard = std::max(read.heard, event.number);
}

void evolve(OrderState& order, const OrderSeen& event, const PaymentStamp& stamp) {
  const PspReport& said = event.report;
  if (order.object.empty()) order.object = said.object;
  if (order.payment.empty()) order.payment = said.payment;
  if (!said.url.empty()) order.payer_url = said.url;
  if (!is_absorbing(order.psp_status) || said.status == PspStatus::succeeded)
    order.psp_status = said.status;
  if (said.status == PspStatus::succeeded) {
    order.received = said.received;
    order.received_in = said.currency;
  }
  if (said.attempt.empty() || said.attempt == order.attempt) return;
  order.attempt = said.attempt;
  add_line(order, {stamp.at, stamp.time, order.phase, OrderFailure::card_declined,
                   OrderInput::seen_failed_attempt, said.decline_code});
}

void evolve(OrderState& order, const OrderMoved& event, const PaymentStamp& stamp) {
  order.phase = event.to;
  order.failure = event.failure;
  if (!order.read.in_flight) order.read.due = event.poll_at;
  order.step_due = event.step_at;
  order.alert_at = event.alert_at;
  order.changed = stamp.at;
  order.changed_at = stamp.time;
  // It is closed anew, with as many tries; under the number whose answer is still unknown, if there is one.
  if (event.to == OrderPhase::cancelling && order.call.operation == OrderOperation::expiry)
    order.call.tries = 0;
  if (event.to == OrderPhase::parked)
    owe_suspense(order, OrderAttention::seller_unavailable, stamp);
  if (event.to == OrderPhase::mismatch && order.psp_status == PspStatus::succeeded)
    owe_suspense(order, OrderAttention::mismatch, stamp);
  if (event.to == OrderPhase::crediting) order.credit_asked = stamp.at;
  add_line(order, {stamp.at, stamp.time, event.to, event.failure, event.input, event.note});
}

void evolve(OrderState& order, const OrderCloseAsked& event, const PaymentStamp&) {
  order.close = event.reason;
}

void evolve(OrderState& order, const OrderAttentionRaised& event, const PaymentStamp& stamp) {
  order.attention |= 1U << static_cast<unsigned>(event.attention);
  if (event.attention == OrderAttention::pending_too_long ||
      event.attention == OrderAttention::step_too_long)
    order.alert_at = {};
  if (event.attention == OrderAttention::late_success)
    owe_suspense(order, OrderAttention::late_success, stamp);
}

void evolve(OrderState& order, const OrderCreditRefused& event, const PaymentStamp&) {
  order.refusal = event.code;
  order.credit_number = event.next_number;
  order.credit_asked = {};
  order.credit_at = event.credit_at;
}

void evolve(OrderState& order, const OrderCreditDue& event, const PaymentStamp& stamp) {
  order.credit_asked = stamp.at;
  order.credit_at = {};
  order.step_due = event.step_at;
}

void evolve(OrderState& order, const OrderSuspensePosted&, const PaymentStamp&) {
  order.suspense = OrderSuspense::posted;
}

void evolve(OrderState& order, const OrderTold& event, const PaymentStamp&) {
  order.told = event.word;
}

void evolve(OrderState& order, const AnyOrderEvent& event, const PaymentStamp& stamp) {
  visit([&](const auto& e) { evolve(order, e, stamp); }, event);
}

}  // namespace florin
