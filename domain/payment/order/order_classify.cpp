// The finer distinctions of the state table: what "nothing unknown before", "never executed" and "all equal" mean.
#include "domain/payment/order/order_classify.hpp"

#include "domain/payment/order/claim_flags.hpp"
#include "domain/payment/order/order_steps.hpp"
#include "domain/payment/order/order_table.hpp"

namespace florin {
namespace {

using In = OrderInput;

bool has_report(const PspAnswerSeen& answer) {
  return answer.outcome == PspOutcome::ok || answer.outcome == PspOutcome::mismatch;
}

// No registration can have arrived at the provider, as far as is known. A send in flight may have,
// and an object that is known proves one.
bool is_unexecuted(const OrderState& order) {
  const bool registers = order.call.operation == OrderOperation::registration;
  return order.object.empty() &&
         !(registers && (order.call.in_flight || order.call.may_have_arrived));
}

// The send that is in flight has certainly not been executed. Was any before?
bool was_none_executed(const OrderState& order) {
  return order.object.empty() && !order.call.may_have_arrived;
}

bool is_last_try(const OrderState& order, const OrderContext& context) {
  return order.call.tries + 1 >= limits::order_tries_max || is_stale(order.call, context);
}

In of_report(const OrderState& order, const PspReport& said, bool is_equal_class) {
  const PspExpectation expected = expectation_of(order);
  const bool equal = is_equal_class && is_equal(expected, said);
  if (!is_equal_class && said.status == PspStatus::none) return In::seen_unequal_unpaid;
  const bool to_close = is_at_psp(order.phase) && order.close != OrderFailure::none;
  switch (said.status) {
    case PspStatus::succeeded: return equal ? In::seen_succeeded : In::seen_unequal;
    case PspStatus::canceled:
    case PspStatus::expired:
      return is_of(expected, said) ? In::seen_ended : In::seen_unequal_unpaid;
    case PspStatus::processing: return equal ? In::seen_processing : In::seen_unequal_unpaid;
    case PspStatus::none: return In::seen_nothing;
    case PspStatus::open:
    case PspStatus::action:
    case PspStatus::failed_attempt: break;
  }
  if (!equal) return In::seen_unequal_unpaid;
  if (to_close) return In::seen_unpaid_to_close;
  if (said.status == PspStatus::open) return In::seen_open;
  return said.status == PspStatus::action ? In::seen_action : In::seen_failed_attempt;
}

// What a registration's answer says of its object. An end, and a success, are believed wherever the
// order is: they absorb.
In of_registration_report(const OrderState& order, const PspAnswerSeen& answer) {
  const In seen = of_report(order, answer.report, answer.outcome == PspOutcome::ok);
  const bool hears =
      order.phase == OrderPhase::registering || order.phase == OrderPhase::cancelling;
  if (seen == In::seen_succeeded) return hears ? In::registered_succeeded : seen;
  if (seen == In::seen_unequal || seen == In::seen_unequal_unpaid)
    return hears ? In::registered_unequal : seen;
  switch (answer.report.status) {
    case PspStatus::action: return In::registered_action;
    case PspStatus::open:
    case PspStatus::failed_attempt: return In::registered_open;
    case PspStatus::processing: return In::registered_processing;
    case PspStatus::none:
    case PspStatus::canceled:
    case PspStatus::expired:
    case PspStatus::succeeded: return seen;
  }
  return seen;
}

In of_registration(const OrderState& order, const OrderCallAnswered& news,
                   const OrderContext& context) {
  const PspAnswerSeen& answer = news.answer;
  if (has_report(answer)) return of_registration_report(order, answer);
  if (!is_current(order, news)) return In::none;
  switch (answer.outcome) {
    case PspOutcome::not_sent:
    case PspOutcome::throttled:
    case PspOutcome::auth:
      return was_none_executed(order) ? In::register_unexecuted : In::register_not_executed;
    case PspOutcome::declined:
      if (order.terms.method == PaymentMethod::token) return In::register_declined;
      [[fallthrough]];  // a hosted page is not declined: it was not made
    case PspOutcome::refused:
      return was_none_executed(order) ? In::register_refused : In::register_refused_unclear;
    case PspOutcome::unknown:
    case PspOutcome::in_progress:
      if (answer.is_stored_answer) return In::register_refused_unclear;  // every repeat says that
      return is_last_try(order, context) ? In::register_spent : In::register_maybe;
    case PspOutcome::key_conflict: return In::register_key_conflict;
    case PspOutcome::absent: return In::register_refused_unclear;
    case PspOutcome::ok:
    case PspOutcome::mismatch: break;
  }
  return In::none;
}

In of_close(const OrderState& order, const OrderCallAnswered& news, const OrderContext& context) {
  const PspAnswerSeen& answer = news.answer;
  if (has_report(answer)) {
    const In seen = of_report(order, answer.report, answer.outcome == PspOutcome::ok);
    if (seen == In::seen_succeeded || seen == In::seen_unequal) return seen;
    if (seen == In::seen_ended) return In::closed;
  }
  if (!is_current(order, news)) return In::none;
  if (is_certainly_unsent(answer.outcome)) return In::close_not_executed;
  const bool is_over = is_last_try(order, context) || answer.outcome == PspOutcome::key_conflict;
  return is_over ? In::close_spent : In::close_failed;
}

In of_risk(const OrderState& order, const OrderCallAnswered& news) {
  if (!is_current(order, news)) return In::none;
  if (news.answer.outcome == PspOutcome::ok && news.verdict) {
    switch (*news.verdict) {
      case RiskVerdict::approve:
        return order.terms.method == PaymentMethod::wallet ? In::risk_ok_wallet : In::risk_ok;
      case RiskVerdict::deny: return In::risk_no;
      case RiskVerdict::review: return In::risk_review;
    }
  }
  const bool is_last = is_counted(news.operation, news.answer.outcome) &&
                       order.call.tries + 1 >= limits::order_tries_max;
  return is_last ? In::risk_tries_spent : In::risk_unknown;
}

}  // namespace

PspAnswerSeen believed(PspAnswerSeen answer) {
  if (answer.code.size() > limits::psp_code_chars_max)
    answer.code.resize(limits::psp_code_chars_max);
  // Of a send that left twice this is the answer to one half; the other may have been executed.
  if (answer.was_sent_twice && is_certainly_unsent(answer.outcome))
    answer.outcome = PspOutcome::unknown;
  if (!has_report(answer)) {
    answer.report = {};
    return answer;
  }
  const bool says_something =
      answer.report.status != PspStatus::none && !answer.report.object.empty();
  if (says_something && !answer.is_unreadable && is_within_bounds(answer.report)) return answer;
  answer.report = {};
  if (answer.outcome == PspOutcome::mismatch) return answer;  // never sent again, whatever it says
  answer.outcome = PspOutcome::unknown;
  answer.is_unreadable = true;
  return answer;
}

bool is_other_object(const OrderState& order, const PspReport& said) {
  const auto differ = [](const std::string& known, const std::string& heard) {
    return !known.empty() && !heard.empty() && known != heard;
  };
  return differ(order.object, said.object) || differ(order.payment, said.payment);
}

bool is_current(const OrderState& order, const OrderCallAnswered& news) {
  return order.call.in_flight && order.call.operation == news.operation &&
         order.call.number == news.number && order.call.sends == news.send;
}

bool is_current(const OrderState& order, const OrderReadAnswered& news) {
  return order.read.in_flight && order.read.begun == news.number;
}

// Of a close a refusal is one as well: what is never accepted must end somewhere.
bool is_counted(OrderOperation operation, PspOutcome outcome) {
  const bool is_close_without_end =
      operation == OrderOperation::expiry && !is_certainly_unsent(outcome);
  return rule_of(outcome).is_counted || is_close_without_end;
}

In input_of(const OrderState& order, const OrderReserveAsked& news) {
  return has_flag(order.flags, news.claim) ? In::reserve_released : In::reserve;
}

In input_of(const OrderState& order, const OrderReleaseAsked& news) {
  const bool holds = order.phase != OrderPhase::none && order.claim == news.claim;
  return holds ? In::release : In::release_other;
}

In input_of(const OrderState& order, const OrderCallAnswered& news, const OrderContext& context) {
  if (news.operation == OrderOperation::risk) return of_risk(order, news);
  if (has_report(news.answer) && is_other_object(order, news.answer.report))
    return In::seen_other_object;
  if (news.operation == OrderOperation::registration) return of_registration(order, news, context);
  return news.operation == OrderOperation::expiry ? of_close(order, news, context) : In::none;
}

In input_of(const OrderState& order, const OrderReadAnswered& news) {
  if (news.number == 0 || news.number > order.read.begun) return In::none;
  if (news.answer.outcome == PspOutcome::absent) return In::seen_absent;
  if (!has_report(news.answer)) return In::seen_nothing;
  if (is_other_object(order, news.answer.report)) return In::seen_other_object;
  const bool is_newer = is_current(order, news) || news.number > order.read.heard;
  if (!is_newer && !is_absorbing(news.answer.report.status)) return In::seen_outdated;
  return of_report(order, news.answer.report, news.answer.outcome == PspOutcome::ok);
}

In input_of_report(const OrderState& order, const PspReport& said) {
  return of_report(order, said, true);
}

In input_of(const OrderState& order, const OrderCancelAsked&) {
  if (order.phase == OrderPhase::registering && is_unexecuted(order)) return In::cancel_unexecuted;
  const bool by_cancel =
      order.phase == OrderPhase::failed && order.failure == OrderFailure::canceled;
  return by_cancel ? In::cancel_again : In::cancel;
}

In input_of(OrderOperatorAct act) {
  switch (act) {
    case OrderOperatorAct::retry: return In::retry;
    case OrderOperatorAct::discard_not_charged: return In::discard_not_charged;
    case OrderOperatorAct::discard_charged: return In::discard_charged;
    case OrderOperatorAct::discard_refunded: return In::discard_refunded;
    case OrderOperatorAct::accept: return In::accept;
    case OrderOperatorAct::refund: return In::refund;
  }
  return In::none;
}

In input_of_expiry(const OrderState& order) {
  if (order.phase != OrderPhase::registering || !is_unexecuted(order)) return In::expire;
  const bool was_tried = order.call.operation == OrderOperation::registration;
  return was_tried ? In::expire_unexecuted : In::expire_untried;
}

}  // namespace florin
