// Decisions that time leads to: what was lost, deadlines, resends, polls, alerts. Each moves what
// due() says on with an event, so that an order which nobody answers does not stay late.
#include "domain/payment/order/order_classify.hpp"
#include "domain/payment/order/order_decide.hpp"
#include "domain/payment/order/order_draft.hpp"

namespace florin {
namespace {

bool has_come(Timestamp at, const OrderDraft& draft) {
  return !at.is_none() && at <= draft.context().now;
}

void close_in_time(OrderDraft& draft) {
  if (!can_expire(draft.state()) || !has_come(draft.state().terms.expires_at, draft)) return;
  draft.apply(input_of_expiry(draft.state()));
}

// The same key and bytes once more, unless the key is too old, or the bytes are to be made anew.
void send_again(OrderDraft& draft) {
  const OrderState& order = draft.state();
  const auto owed = owed_call(order);
  if (!owed || !owed->is_logged || order.call.in_flight || waits_for_read(order)) return;
  if (draft.context().now < owed_call_due(order)) return;
  const bool is_for_psp = owed->operation != OrderOperation::risk;
  if (is_for_psp && is_stale(order.call, draft.context())) {
    const bool registers = owed->operation == OrderOperation::registration;
    draft.apply(registers ? OrderInput::register_spent : OrderInput::close_spent);
    return;
  }
  if (is_outdated(order.call, draft.context())) return;
  draft.add(OrderCallRepeated{{}, owed->operation, owed->number, draft.lost_at()});
}

void ask_parked_credit(OrderDraft& draft) {
  const OrderState& order = draft.state();
  if (order.phase != OrderPhase::parked || !has_come(order.credit_at, draft)) return;
  draft.add(OrderCreditDue{{}, draft.context().now + draft.context().policy.step_again_us});
}

void alert(OrderDraft& draft) {
  if (!has_come(draft.state().alert_at, draft)) return;
  const bool is_pending = draft.state().phase == OrderPhase::psp_pending;
  draft.add(OrderAttentionRaised{
      {}, is_pending ? OrderAttention::pending_too_long : OrderAttention::step_too_long});
}

}  // namespace

OrderDecision decide(const OrderState& order, const OrderTimePassed&, const OrderContext& context) {
  OrderDraft draft(order, context);
  if (order.call.in_flight && has_come(order.call.due, draft)) give_up_lost_send(draft);
  if (order.read.in_flight && has_come(order.read.due, draft)) give_up_lost_read(draft);
  close_in_time(draft);
  send_again(draft);
  if (!draft.state().read.in_flight && has_come(draft.state().read.due, draft))
    draft.apply(OrderInput::poll);
  ask_parked_credit(draft);
  alert(draft);
  return draft.finish_in_time();
}

}  // namespace florin
