// One adapter so far: whoever adds another one asks PspSetup::declaration here.
#include "actors/payment/psp_speech.hpp"

#include <algorithm>
#include <utility>

#include "domain/payment/psp_key.hpp"
#include "psp/call_key.hpp"
#include "psp/http_message.hpp"
#include "psp/sessions/sessions_decode.hpp"
#include "psp/sessions/sessions_encode.hpp"

namespace florin {
namespace {

constexpr std::int64_t us_per_s = 1'000'000;
// Clocks here and there may differ by so much.
constexpr std::int64_t clocks_differ_us = 120 * us_per_s;
// Answers to what was asked longer ago are not recognised: an order reads once a minute at most, and closes less often.
constexpr std::uint32_t late_reads_max = 4;
constexpr std::uint32_t late_closes_max = 4;

psp::OrderMarks marks_of(const OrderState& order, const PaymentSetup& setup) {
  return {order.id.str(), setup.cluster};
}

// What stands in a key of this order at its provider.
std::size_t key_chars_max(const OrderState& order, const PaymentSetup& setup) {
  const PspSetup* psp = setup.psp(order.terms.psp);
  return psp != nullptr ? psp->declaration.keys.length_max : PspSetup().declaration.keys.length_max;
}

Result<std::string, Error> encoded(const psp::PspRequest& request) {
  FLORIN_TRY(http, psp::sessions::encode(request));
  return psp::request_bytes(http);
}

// --- reads -----------------------------------------------------------------------------------------------------

std::string read_key(const OrderState& order, std::uint32_t number, psp::PspOperation asked) {
  return order.id.str() + "/read/" + std::to_string(number) + "/" +
         std::to_string(static_cast<int>(asked));
}

// Where its object is looked for while nobody knows which one it is: among those that were registered while it may have been.
psp::ListSessions registered_about(const OrderState& order, Timestamp now, std::string after) {
  const OrderCall& call = order.call;
  const bool registers = call.operation == OrderOperation::registration;
  Timestamp from = order.begun_at;
  Timestamp until = now;
  if (registers && !call.maybe_since.is_none()) from = call.maybe_since;
  if (registers && !call.in_flight && !call.due.is_none()) until = std::min(now, call.due);
  return {.created_from_s = std::max<std::int64_t>(0, (from.us - clocks_differ_us) / us_per_s),
          .created_until_s = (until.us + clocks_differ_us) / us_per_s,
          .after = std::move(after)};
}

psp::PspRequest read_of(const OrderState& order, Timestamp now, const std::string& after) {
  if (!order.object.empty()) return psp::RetrieveSession{order.object};
  if (!order.payment.empty()) return psp::ListSessionsOfIntent{order.payment};
  return registered_about(order, now, after);
}

// --- what was asked, from its id ----------------------------------------------------------------------------------

struct AskedCall {
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
};
struct AskedRead {
  psp::PspOperation operation = psp::PspOperation::retrieve_session;
  std::uint32_t number = 0;
};

std::optional<AskedCall> asked_call(const OrderState& order, const Uuid& id,
                                    const PaymentSetup& setup) {
  const std::string& port = order.terms.psp;
  const OrderCall& call = order.call;
  if (!call.key.empty() && id == psp::call_id(port, call.key))
    return AskedCall{call.operation, call.number};
  if (!order.called) return std::nullopt;
  const std::size_t chars = key_chars_max(order, setup);
  const auto is_of = [&](OrderOperation operation, std::uint32_t number) {
    return id == psp::call_id(port, psp_key(order.id, operation, number, chars));
  };
  if (is_of(OrderOperation::registration, 1)) return AskedCall{OrderOperation::registration, 1};
  for (std::uint32_t n = order.closes; n > 0 && order.closes - n < late_closes_max; --n)
    if (is_of(OrderOperation::expiry, n)) return AskedCall{OrderOperation::expiry, n};
  return std::nullopt;
}

std::optional<AskedRead> asked_read(const OrderState& order, const Uuid& id) {
  using enum psp::PspOperation;
  for (std::uint32_t n = order.read.begun; n > 0 && order.read.begun - n < late_reads_max; --n)
    for (const psp::PspOperation asked : {retrieve_session, list_sessions_of_intent, list_sessions})
      if (id == psp::call_id(order.terms.psp, read_key(order, n, asked)))
        return AskedRead{asked, n};
  return std::nullopt;
}

// --- what was said -----------------------------------------------------------------------------------------------

PspOutcome outcome_of(psp::PspClass said) {
  switch (said) {
    case psp::PspClass::ok: return PspOutcome::ok;
    case psp::PspClass::mismatch: return PspOutcome::mismatch;
    case psp::PspClass::not_sent: return PspOutcome::not_sent;
    case psp::PspClass::unknown: return PspOutcome::unknown;
    case psp::PspClass::refused: return PspOutcome::refused;
    case psp::PspClass::declined: return PspOutcome::declined;
    case psp::PspClass::key_conflict: return PspOutcome::key_conflict;
    case psp::PspClass::in_progress: return PspOutcome::in_progress;
    case psp::PspClass::auth: return PspOutcome::auth;
    case psp::PspClass::throttled: return PspOutcome::throttled;
    case psp::PspClass::absent: return PspOutcome::absent;
    case psp::PspClass::stale: return PspOutcome::unknown;  // no answer says so
  }
  return PspOutcome::unknown;
}

PspStatus status_of(psp::PspState state) {
  switch (state) {
    case psp::PspState::open: return PspStatus::open;
    case psp::PspState::failed_attempt: return PspStatus::failed_attempt;
    case psp::PspState::requires_action: return PspStatus::action;
    case psp::PspState::processing: return PspStatus::processing;
    case psp::PspState::succeeded: return PspStatus::succeeded;
    case psp::PspState::canceled: return PspStatus::canceled;
    case psp::PspState::expired: return PspStatus::expired;
  }
  return PspStatus::none;
}

PspReport report_of(const psp::PspSeen& seen) {
  PspReport report;
  report.status = status_of(seen.state);
  report.object = seen.session_id;
  report.payment = seen.intent_id;
  report.order = PaymentId::parse(seen.marks.order_id).value_or(PaymentId());
  report.amount = seen.amount;
  report.received = seen.amount_received;
  report.currency = seen.currency;
  report.livemode = seen.is_live;
  report.url = seen.payer_url;
  report.attempt = seen.decline.attempt;
  report.decline_code =
      seen.decline.decline_code.empty() ? seen.decline.code : seen.decline.decline_code;
  return report;
}

std::string code_of(const psp::PspRefusal& refusal) {
  if (!refusal.decline_code.empty()) return refusal.decline_code;
  return refusal.code.empty() ? refusal.type : refusal.code;
}

PspAnswerSeen answer_seen(const psp::PspAnswer& said) {
  const auto has = [&](psp::PspNotice notice) {
    return std::ranges::find(said.notices, notice) != said.notices.end();
  };
  PspAnswerSeen answer;
  answer.outcome = outcome_of(said.outcome);
  if (said.seen) answer.report = report_of(*said.seen);
  answer.retry_after_us = said.retry_after_s * us_per_s;
  answer.is_unreadable = has(psp::PspNotice::unreadable);
  answer.was_sent_twice = has(psp::PspNotice::sent_twice);
  answer.is_stored_answer = said.is_replay;
  answer.found_several = said.found.size() > 1;
  if (said.refusal) answer.code = code_of(*said.refusal);
  return answer;
}

psp::HttpAnswer http_answer(const OrderCallCame& came) {
  psp::HttpAnswer nothing;
  nothing.end = came.may_have_left ? psp::HttpEnd::no_answer : psp::HttpEnd::not_sent;
  if (!came.may_have_left) return nothing;
  auto answer = psp::parse_answer(came.answer);
  return answer ? *std::move(answer) : nothing;
}

psp::PspAnswer decoded(const OrderState& order, psp::PspOperation asked, const OrderCallCame& came,
                       const PaymentSetup& setup) {
  const psp::PspExpectation expected{.marks = marks_of(order, setup),
                                     .amount = order.terms.psp_amount,
                                     .currency = order.terms.currency,
                                     .is_live = order.terms.livemode,
                                     .session_id = order.object,
                                     .intent_id = order.payment};
  return psp::sessions::decode(asked, expected, http_answer(came));
}

}  // namespace

std::string payer_return_url(const OrderState& order, bool was_paid) {
  const std::string& url = order.terms.return_url;
  const std::size_t fragment = std::min(url.find('#'), url.size());
  std::string made(url, 0, fragment);
  made += made.find('?') == std::string::npos ? '?' : '&';
  made += "checkout_id=" + order.claim.checkout.str() + "&payment_order_id=" + order.id.str();
  // Replaced by the provider with its id of the page.
  if (was_paid) made += "&psp_token={CHECKOUT_SESSION_ID}";
  made += was_paid ? "&pay_result=returned" : "&pay_result=canceled";
  return made.append(url, fragment);
}

// payment path 5/12: what the provider is asked, in its words and without a secret.
Result<std::string, Error> prepared_request(const OrderState& order, const OrderStep& step,
                                            const PaymentSetup& setup) {
  const std::string key =
      psp_key(order.id, step.operation, step.number, key_chars_max(order, setup));
  switch (step.operation) {
    case OrderOperation::registration:
      return encoded(
          psp::CreateSession{.key = key,
                             .marks = marks_of(order, setup),
                             .amount = order.terms.psp_amount,
                             .currency = order.terms.currency,
                             .success_url = payer_return_url(order, true),
                             .cancel_url = payer_return_url(order, false),
                             .expires_at_s = (step.psp_expires_at.us + us_per_s - 1) / us_per_s});
    case OrderOperation::expiry: return encoded(psp::ExpireSession{key, order.object});
    case OrderOperation::risk:
    case OrderOperation::none: break;
  }
  return Err{Error{Errc::invalid, std::string("payment order: a call of kind '") +
                                      to_string(step.operation) + "' is not built yet"}};
}

OutsideCall call_in_flight(const OrderState& order, ActorId from) {
  return {order.terms.psp, psp::call_id(order.terms.psp, order.call.key), order.call.sends,
          std::make_shared<const std::string>(order.call.request), std::move(from)};
}

Result<OutsideCall, Error> read_in_flight(const OrderState& order, const PaymentSetup&,
                                          Timestamp now, const std::string& after, ActorId from) {
  const psp::PspRequest request = read_of(order, now, after);
  FLORIN_TRY(bytes, encoded(request));
  const std::string key = read_key(order, order.read.begun, psp::operation_of(request));
  return OutsideCall{order.terms.psp, psp::call_id(order.terms.psp, key), order.read.begun,
                     std::make_shared<const std::string>(std::move(bytes)), std::move(from)};
}

OrderHeardOutside heard_outside(const OrderState& order, const OrderCallCame& came,
                                const PaymentSetup& setup) {
  if (const auto call = asked_call(order, came.call, setup)) {
    const auto asked = call->operation == OrderOperation::expiry
                           ? psp::PspOperation::expire_session
                           : psp::PspOperation::create_session;
    return OrderCallAnswered{call->operation, call->number, came.send,
                             answer_seen(decoded(order, asked, came, setup)), std::nullopt};
  }
  const auto read = asked_read(order, came.call);
  if (!read) return std::monostate{};
  psp::PspAnswer said = decoded(order, read->operation, came, setup);
  const bool goes_on = said.outcome == psp::PspClass::ok && !said.seen && !said.next.empty();
  if (!goes_on) return OrderReadAnswered{read->number, answer_seen(said)};
  if (read->number != order.read.begun || !order.read.in_flight) return std::monostate{};
  return OrderPageWanted{std::move(said.next)};
}

}  // namespace florin
