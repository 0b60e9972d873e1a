// One function for each kind of step.
#include "domain/payment/order/order_steps.hpp"

#include <algorithm>

#include "domain/payment/order/order_table.hpp"

namespace florin {
namespace {

bool is_unpaid(PspStatus status) {
  return status == PspStatus::open || status == PspStatus::action ||
         status == PspStatus::failed_attempt;
}

// A mismatch that nobody has paid is closed, while its tries last; then an operator has it.
bool closes_mismatch(const OrderState& order) {
  const bool has_tries =
      order.call.operation != OrderOperation::expiry || order.call.tries < limits::order_tries_max;
  return order.close != OrderFailure::none && !order.object.empty() &&
         is_unpaid(order.psp_status) && has_tries;
}

OrderOperation wanted_call(const OrderState& order) {
  switch (order.phase) {
    case OrderPhase::risk_check: return OrderOperation::risk;
    case OrderPhase::registering: return OrderOperation::registration;
    case OrderPhase::cancelling:
      // Without the provider's id there is nothing to close: the same registration tells it.
      return order.object.empty() ? OrderOperation::registration : OrderOperation::expiry;
    case OrderPhase::mismatch:
      return closes_mismatch(order) ? OrderOperation::expiry : OrderOperation::none;
    case OrderPhase::none:
    case OrderPhase::reserved:
    case OrderPhase::risk_review:
    case OrderPhase::debiting:
    case OrderPhase::wallet_crediting:
    case OrderPhase::returning:
    case OrderPhase::awaiting_payer:
    case OrderPhase::action:
    case OrderPhase::psp_pending:
    case OrderPhase::unresolved:
    case OrderPhase::crediting:
    case OrderPhase::parked:
    case OrderPhase::posting:
    case OrderPhase::done:
    case OrderPhase::failed: return OrderOperation::none;
  }
  return OrderOperation::none;
}

std::uint32_t first_number(const OrderState& order, OrderOperation operation) {
  return operation == OrderOperation::expiry ? order.closes + 1 : 1;
}

OrderWord word_of(const OrderState& order) {
  if (order.phase == OrderPhase::failed) return OrderWord::failed;
  if (order.phase == OrderPhase::done) return OrderWord::succeeded;
  if (order.phase == OrderPhase::awaiting_payer) return OrderWord::payable;
  return OrderWord::nothing;
}
// A word that is heard already is not said again, nor is `payable` behind an end.
bool owes_word(const OrderState& order) { return word_of(order) > order.told; }

void add_call(OrderSteps& steps, const OrderState& order, const OrderContext& context) {
  const OrderCall& call = order.call;
  if (call.in_flight) {
    steps.push_back(
        {.kind = OrderStep::Kind::make_call, .operation = call.operation, .number = call.sends});
    return;
  }
  const auto owed = owed_call(order);
  if (!owed || context.now < owed_call_due(order)) return;
  if (owed->is_logged && !is_outdated(call, context)) return;  // it leaves by an event of its own
  OrderStep step{
      .kind = OrderStep::Kind::prepare_call, .operation = owed->operation, .number = owed->number};
  if (owed->operation == OrderOperation::registration)
    step.psp_expires_at = registration_end(order, context);
  steps.push_back(step);
}

bool owes_credit(const OrderState& order) {
  return order.phase == OrderPhase::crediting ||
         (order.phase == OrderPhase::parked && order.credit_at.is_none());
}

void add_credit(OrderSteps& steps, const OrderState& order) {
  if (owes_credit(order))
    steps.push_back({.kind = OrderStep::Kind::credit_seller,
                     .number = order.credit_number,
                     .flow = credit_flow(order)});
}

void add_ledger(OrderSteps& steps, const OrderState& order) {
  // In order: what leaves suspense was there.
  if (order.suspense == OrderSuspense::owed)
    steps.push_back(
        {.kind = OrderStep::Kind::post_ledger, .number = 1, .flow = LedgerFlow::suspense});
  else if (order.phase == OrderPhase::posting)
    steps.push_back({.kind = OrderStep::Kind::post_ledger,
                     .number = order.credit_number,
                     .flow = credit_flow(order)});
}

// Steps inside are owed without a moment of their own: they are looked at again when step_due has come.
bool owes_inside(const OrderState& order) {
  return owes_credit(order) || order.phase == OrderPhase::posting ||
         order.suspense == OrderSuspense::owed || owes_word(order);
}

}  // namespace

LedgerFlow credit_flow(const OrderState& order) {
  if (order.suspense != OrderSuspense::none) return LedgerFlow::out_of_suspense;
  return order.terms.seller == order.terms.buyer ? LedgerFlow::top_up : LedgerFlow::sale;
}

std::optional<OwedCall> owed_call(const OrderState& order) {
  const OrderOperation wanted = wanted_call(order);
  if (wanted == OrderOperation::none) return std::nullopt;
  const OrderCall& call = order.call;
  // Never sent again, and without a definite answer there is no next number.
  if (call.operation == wanted && call.is_conflicted) return std::nullopt;
  if (call.operation == wanted && !call.is_answered) return OwedCall{wanted, call.number, true};
  // There is one registration of an order, under its id: none is begun to be closed, and none after
  // a definite answer.
  if (wanted == OrderOperation::registration &&
      (order.phase == OrderPhase::cancelling || call.operation == wanted))
    return std::nullopt;
  return OwedCall{wanted, first_number(order, wanted), false};
}

Timestamp owed_call_due(const OrderState& order) {
  const auto owed = owed_call(order);
  const bool has_waited = owed && order.call.operation == owed->operation;
  return has_waited ? std::max(order.call.due, order.changed_at) : order.changed_at;
}

bool is_stale(const OrderCall& call, const OrderContext& context) {
  return !call.maybe_since.is_none() &&
         context.now >= call.maybe_since + (context.psp.key_lifetime_us - key_margin_us);
}

bool is_outdated(const OrderCall& call, const OrderContext& context) {
  return call.operation == OrderOperation::registration && !call.in_flight &&
         !call.may_have_arrived && !call.psp_expires_at.is_none() &&
         call.psp_expires_at < context.now + context.psp.session_us_min;
}

Timestamp registration_end(const OrderState& order, const OrderContext& context) {
  return std::max(order.terms.expires_at,
                  context.now + (context.psp.session_us_min + session_margin_us));
}

bool waits_for_read(const OrderState& order) {
  return order.read.in_flight && !order.call.in_flight &&
         wanted_call(order) == OrderOperation::expiry;
}

OrderSteps owed_steps(const OrderState& order, const OrderContext& context) {
  OrderSteps steps;
  if (!waits_for_read(order)) add_call(steps, order, context);
  if (order.read.in_flight)
    steps.push_back({.kind = OrderStep::Kind::read, .number = order.read.begun});
  add_credit(steps, order);
  add_ledger(steps, order);
  if (owes_word(order))
    steps.push_back({.kind = OrderStep::Kind::tell_checkout, .word = word_of(order)});
  return steps;
}

OrderSteps new_steps(const OrderState& before, const OrderState& after,
                     const OrderContext& context) {
  const OrderSteps owed = owed_steps(before, context);
  OrderSteps fresh;
  for (const OrderStep& step : owed_steps(after, context))
    if (std::ranges::find(owed, step) == owed.end()) fresh.push_back(step);
  return fresh;
}

bool can_expire(const OrderState& order) {
  const bool is_open = order.phase >= OrderPhase::risk_check && order.phase <= OrderPhase::mismatch;
  return is_open && order.close == OrderFailure::none && order.phase != OrderPhase::cancelling;
}

std::optional<Timestamp> due(const OrderState& order) {
  std::optional<Timestamp> first;
  const auto add = [&](Timestamp at) {
    if (!at.is_none()) first = earlier(first, at);
  };
  if (can_expire(order)) add(order.terms.expires_at);
  if (order.call.in_flight)
    add(order.call.due);
  else if (owed_call(order) && !waits_for_read(order))
    add(owed_call_due(order));
  add(order.read.due);
  if (order.phase == OrderPhase::parked) add(order.credit_at);
  if (owes_inside(order)) add(order.step_due);
  add(order.alert_at);
  return first;
}

}  // namespace florin
