// Decisions on calls and reads, and what came of them (PAYMENTS.md, sections 1 and 3).
#include <algorithm>
#include <string>
#include <utility>

#include "domain/payment/order/order_classify.hpp"
#include "domain/payment/order/order_decide.hpp"
#include "domain/payment/order/order_draft.hpp"

namespace florin {
namespace {

// In a row, with the one that is ending now.
std::uint32_t ends_so_far(const OrderCall& call) { return call.tries + call.put_offs + 1; }

Timestamp next_send(const OrderDraft& draft, const PspAnswerSeen& answer) {
  const OrderPolicy& policy = draft.context().policy;
  if (answer.outcome == PspOutcome::in_progress) return draft.context().now + OrderPolicy::second;
  if (answer.outcome == PspOutcome::throttled && answer.retry_after_us > 0)
    return draft.context().now + std::min(answer.retry_after_us, policy.backoff_us_max);
  return draft.backed_off(ends_so_far(draft.state().call));
}

void end_send(OrderDraft& draft, const PspAnswerSeen& answer) {
  const OrderCall& call = draft.state().call;
  draft.add(OrderCallEnded{{},
                           call.operation,
                           call.number,
                           answer.outcome,
                           answer.code,
                           is_counted(call.operation, answer.outcome),
                           next_send(draft, answer)});
}

void end_read(OrderDraft& draft, PspOutcome outcome) {
  const OrderState& order = draft.state();
  const bool came_to_nothing =
      outcome != PspOutcome::ok && outcome != PspOutcome::mismatch && outcome != PspOutcome::absent;
  const Timestamp poll_at = came_to_nothing
                                ? draft.backed_off(order.read.failures + 1)
                                : next_poll(order.phase, order.changed_at, draft.context());
  draft.add(OrderReadEnded{{}, order.read.begun, outcome, poll_at});
}

bool is_believed_of(OrderInput input) {
  return input != OrderInput::seen_other_object && input != OrderInput::seen_outdated;
}

// What it says of the decline, or the refusal, for the history.
const std::string& note_of(const PspAnswerSeen& answer) {
  return answer.code.empty() ? answer.report.decline_code : answer.code;
}

}  // namespace

OrderDecision decide(const OrderState& order, const OrderCallPrepared& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  const auto owed = owed_steps(order, context);
  const auto step = std::ranges::find_if(owed, [&](const OrderStep& one) {
    return one.kind == OrderStep::Kind::prepare_call && one.operation == news.operation &&
           one.number == news.number;
  });
  if (step == owed.end()) return draft.finish();
  if (news.request.size() > limits::psp_request_bytes_max) {
    draft.alarm("payment order: a request of " + std::to_string(news.request.size()) +
                " bytes is longer than the log may hold");
    return draft.finish();
  }
  draft.add(
      OrderCallBegun{{},
                     news.operation,
                     news.number,
                     psp_key(order.id, news.operation, news.number, context.psp.key_chars_max),
                     news.request,
                     step->psp_expires_at,
                     draft.lost_at()});
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderCallAnswered& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  OrderCallAnswered heard = news;
  heard.answer = believed(news.answer);
  // The risk service speaks of no object.
  if (news.operation == OrderOperation::risk) heard.answer = news.answer;
  const OrderInput input = input_of(order, heard, context);
  if (input == OrderInput::none) return draft.finish();
  if (is_current(order, heard)) end_send(draft, heard.answer);
  if (is_believed_of(input) && news.operation != OrderOperation::risk)
    draft.see(heard.answer.report);
  draft.raise_signs(heard.answer);
  draft.apply(input, note_of(heard.answer));
  return draft.finish();
}

OrderDecision decide(const OrderState& order, const OrderReadAnswered& news,
                     const OrderContext& context) {
  OrderDraft draft(order, context);
  OrderReadAnswered heard = news;
  heard.answer = believed(news.answer);
  const OrderInput input = input_of(order, heard);
  if (input == OrderInput::none) return draft.finish();
  if (is_current(order, heard)) end_read(draft, heard.answer.outcome);
  if (is_believed_of(input)) draft.see(heard.answer.report);
  draft.raise_signs(heard.answer);
  draft.apply(input, note_of(heard.answer));
  draft.read_again_if_wanted();
  return draft.finish();
}

// Rule 3: a hint changes nothing itself. Only of a provider that cannot be read is an end believed.
OrderDecision decide(const OrderState& order, const OrderHint& news, const OrderContext& context) {
  OrderDraft draft(order, context);
  const bool is_held = order.phase > OrderPhase::reserved;
  const bool is_known = std::ranges::find(order.hints, news.hint) != order.hints.end();
  const bool is_short = news.hint.size() <= limits::psp_reference_chars_max &&
                        news.type.size() <= limits::psp_code_chars_max &&
                        news.object.size() <= limits::psp_reference_chars_max &&
                        news.payment.size() <= limits::psp_reference_chars_max;
  if (!is_held || is_known || !is_short || news.hint.empty()) return draft.finish();
  OrderReadAnswered said;
  said.answer.outcome = PspOutcome::ok;
  said.answer.report = news.report;
  said.answer.report.object = news.object;
  said.answer.report.payment = news.payment;
  const bool is_other = is_other_object(order, said.answer.report);
  // Before a call has left no object can be this order's.
  const bool may_name = order.called && !is_other;
  draft.add(OrderHinted{{},
                        news.hint,
                        news.type,
                        may_name ? news.object : std::string(),
                        may_name ? news.payment : std::string(),
                        news.time,
                        news.raw_sha256});
  if (is_other) draft.apply(OrderInput::seen_other_object);
  draft.apply(OrderInput::hint);
  if (is_other || context.psp.has_reads || !is_absorbing(news.report.status) ||
      !is_within_bounds(said.answer.report))
    return draft.finish();
  draft.see(said.answer.report);
  draft.apply(input_of_report(draft.state(), said.answer.report), note_of(said.answer));
  return draft.finish();
}

// What was in flight has not been heard of: it may have arrived.
void give_up_lost_send(OrderDraft& draft) {
  const OrderCall& call = draft.state().call;
  OrderCallAnswered lost{call.operation, call.number, call.sends, {}, std::nullopt};
  const OrderInput input = input_of(draft.state(), lost, draft.context());
  end_send(draft, lost.answer);
  draft.apply(input);
}

void give_up_lost_read(OrderDraft& draft) {
  end_read(draft, PspOutcome::unknown);
  draft.read_again_if_wanted();
}

}  // namespace florin
