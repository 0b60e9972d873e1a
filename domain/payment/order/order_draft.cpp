// What goes with a cell of the state table.
#include "domain/payment/order/order_draft.hpp"

#include <algorithm>

namespace florin {
namespace {

// Why it is over: as was asked, or as the provider says.
OrderFailure failure_of(const OrderCell& cell, const OrderState& order) {
  if (cell.next != OrderPhase::failed) return OrderFailure::none;
  if (cell.failure != OrderFailure::none) return cell.failure;
  if (order.close != OrderFailure::none) return order.close;
  return order.psp_status == PspStatus::expired ? OrderFailure::expired : OrderFailure::canceled;
}

bool asks_inside(OrderPhase phase) {
  return phase == OrderPhase::crediting || phase == OrderPhase::parked ||
         phase == OrderPhase::posting || phase == OrderPhase::mismatch ||
         phase == OrderPhase::awaiting_payer || phase == OrderPhase::done ||
         phase == OrderPhase::failed;
}

Timestamp alert_at(OrderPhase phase, const OrderState& order, const OrderContext& context) {
  if (phase == OrderPhase::psp_pending)
    return std::max(context.now, order.terms.expires_at) + context.policy.pending_alert_us;
  const bool is_step = phase == OrderPhase::crediting || phase == OrderPhase::posting;
  return is_step ? context.now + context.policy.step_alert_us : Timestamp{};
}

// Something of it was not known.
bool is_news(const OrderState& order, const PspReport& said) {
  if (order.object.empty() && !said.object.empty()) return true;
  if (order.payment.empty() && !said.payment.empty()) return true;
  if (!said.url.empty() && said.url != order.payer_url) return true;
  if (!said.attempt.empty() && said.attempt != order.attempt) return true;
  const bool stands = is_absorbing(order.psp_status) && said.status != PspStatus::succeeded;
  return (said.status != order.psp_status && !stands) ||
         (said.status == PspStatus::succeeded && said.received != order.received);
}

}  // namespace

void OrderDraft::apply(OrderInput input, std::string_view note) {
  const OrderPhase phase = after_.phase;
  const OrderCell& cell = order_cell(phase, input);
  if (!cell.is_listed) return;
  if (cell.is_later) {
    alarm("payment order: '" + std::string(to_string(input)) + "' in '" +
          std::string(to_string(phase)) + "' is not built yet; nothing was changed");
    return;
  }
  if (cell.asks_close != OrderFailure::none && after_.close == OrderFailure::none)
    add(OrderCloseAsked{{}, cell.asks_close});
  if (cell.moves) move(cell, input, note);
  if (cell.attention != OrderAttention::none) raise(cell.attention);
  if (cell.reads) want_read();
  if (cell.reply != OrderReply::none) reply(cell.reply);
}

void OrderDraft::move(const OrderCell& cell, OrderInput input, std::string_view note) {
  OrderMoved moved;
  moved.to = cell.next;
  moved.input = input;
  moved.failure = failure_of(cell, after_);
  // A read that has failed is made again wherever the order went: a hint may be behind it.
  const bool has_failed = after_.read.failures > 0 && !after_.read.in_flight;
  moved.poll_at = has_failed ? after_.read.due : next_poll(cell.next, context_.now, context_);
  if (asks_inside(cell.next)) moved.step_at = context_.now + context_.policy.step_again_us;
  moved.alert_at = alert_at(cell.next, after_, context_);
  moved.note = note;
  add(std::move(moved));
}

void OrderDraft::raise(OrderAttention attention) {
  if (!after_.has(attention)) add(OrderAttentionRaised{{}, attention});
}

void OrderDraft::want_read() {
  if (!after_.called || !context_.psp.has_reads) return;
  if (!after_.read.in_flight)
    add(OrderReadBegun{{}, after_.read.begun + 1, lost_at()});
  else if (!after_.read.again)
    add(OrderReadWanted{});
}

void OrderDraft::see(const PspReport& report) {
  if (report.status != PspStatus::none && is_news(after_, report)) add(OrderSeen{{}, report});
}

void OrderDraft::raise_signs(const PspAnswerSeen& answer) {
  if (answer.is_unreadable) raise(OrderAttention::psp_unreadable);
  if (answer.was_sent_twice) raise(OrderAttention::psp_sent_twice);
  if (answer.outcome == PspOutcome::key_conflict) raise(OrderAttention::key_conflict);
  if (answer.found_several) raise(OrderAttention::psp_two_objects);
}

OrderDecision OrderDraft::finish() {
  decision_.steps = new_steps(before_, after_, context_);
  return std::move(decision_);
}

OrderDecision OrderDraft::finish_in_time() {
  OrderDecision decision = finish();
  const bool inside_is_due = !after_.step_due.is_none() && after_.step_due <= context_.now;
  for (const OrderStep& step : owed_steps(after_, context_)) {
    const bool is_due =
        step.kind == OrderStep::Kind::prepare_call || (is_inside(step) && inside_is_due);
    const bool is_there = std::ranges::find(decision.steps, step) != decision.steps.end();
    if (is_due && !is_there) decision.steps.push_back(step);
  }
  return decision;
}

}  // namespace florin
