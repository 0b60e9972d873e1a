// See psp.hpp.
#include "apps/florin_psp/core/psp.hpp"

#include <algorithm>

#include "apps/florin_psp/core/fault_answers.hpp"
#include "apps/florin_psp/core/payment_flow.hpp"
#include "apps/florin_psp/core/routes.hpp"
#include "apps/florin_psp/pages/own_pages.hpp"
#include "apps/florin_psp/pages/payment_pages.hpp"
#include "apps/florin_psp/wire/json_object.hpp"
#include "base/assert.hpp"
#include "base/sha256.hpp"

namespace florin::sandbox {
namespace {

constexpr std::size_t key_chars_max = 255;
constexpr std::string_view key_prefix = "sk_test_";

// "Bearer sk_test_..." or Basic with the key as user ("sk_test_" is "c2tfdGVzdF" in base64).
bool has_test_key(std::string_view authorization) noexcept {
  return authorization.starts_with("Bearer " + std::string(key_prefix)) ||
         authorization.starts_with("Basic c2tfdGVzdF");
}

Begun answered(const StripeError& error) { return {to_answer(error), {}, {}, {}}; }

std::string fingerprint_of(const Call& call, const Form& form) {
  return hex_of(sha256(call.method + ' ' + call.path + '?' + form.canonical()));
}

Result<Form, std::string> form_of(const Call& call) {
  return Form::parse(call.method == "POST" ? call.body : call.query);
}

bool is_stored(const Call& call) noexcept {
  return call.method == "POST" && !call.idempotency_key.empty();
}

}  // namespace

// A key's answer, its refusal, or nothing: it is new.
std::optional<Answer> Psp::answer_by_key(const Call& call, const std::string& fingerprint) {
  if (keys_in_use_.contains(call.idempotency_key))
    return to_answer({.status = 409,
                      .type = "idempotency_error",
                      .code = "idempotency_key_in_use",
                      .message = "There is currently another in-progress request using this "
                                 "Idempotency Key."});
  const auto found = state_.keys.find(call.idempotency_key);
  if (found == state_.keys.end()) return std::nullopt;
  if (found->second.fingerprint != fingerprint)
    return to_answer({.status = 400,
                      .type = "idempotency_error",
                      .code = {},
                      .message = "Keys for idempotent requests can only be used with the same "
                                 "parameters they were first used with."});
  Answer answer = found->second.answer;
  answer.headers.emplace_back("Idempotent-Replayed", "true");
  answer.headers.emplace_back("Original-Request", found->second.request_id);
  return answer;
}

Begun Psp::begin(const Call& call) {
  if (!has_test_key(call.authorization)) return answered(no_credentials());
  const Routed routed = find_route(call.method, call.path);
  if (routed.route == nullptr) {
    const bool is_known = !routed.allowed.empty();
    Begun begun =
        answered(http_refusal(is_known ? 405 : 404, "Unrecognized request URL (" + call.method +
                                                        ": " + call.path + ")."));
    if (is_known) begun.answer->headers.emplace_back("Allow", routed.allowed);
    return begun;
  }
  const auto form = form_of(call);
  if (!form) return answered({.code = "parameter_invalid", .message = form.error()});
  if (call.idempotency_key.size() > key_chars_max)
    return answered({.code = {}, .message = "Idempotency-Key has 255 characters at most."});

  Begun begun;
  begun.order = order_of_call(state_, routed.id, *form);
  begun.operation = routed.route->operation;
  begun.fault = state_.faults.take(begun.order, begun.operation,
                                   {FaultPlace::call_before, FaultPlace::call_after});
  if (begun.fault.kind != FaultKind::none &&
      place_of(begun.fault.kind) == FaultPlace::call_before) {
    begun.answer = answer_of(begun.fault).value_or(Answer{});
    return begun;
  }
  if (!is_stored(call)) return begun;
  begun.answer = answer_by_key(call, fingerprint_of(call, *form));
  if (!begun.answer) keys_in_use_.insert(call.idempotency_key);
  return begun;
}

Answer Psp::finish(const Input& input) {
  const Call& call = input.call;
  if (is_stored(call)) keys_in_use_.erase(call.idempotency_key);
  const Routed routed = find_route(call.method, call.path);
  const auto form = form_of(call);
  FLORIN_ASSERT(routed.route != nullptr && form, "an input that begin() would refuse");
  Step step(state_, settings_, input.at_ms, &call);
  Params params(*form);
  const CallResult result = routed.route->run(step, params, routed.id);
  step.close();
  Answer answer;
  if (result) {
    answer.body = *result;
  } else {
    answer = to_answer(result.error());
  }
  const bool has_begun = result || result.error().stored;
  if (has_begun && input.fault.kind == FaultKind::error_500)
    answer = to_answer({.status = 500,
                        .type = "api_error",
                        .code = {},
                        .message = "Something went wrong on the PSP's end."});
  if (has_begun && is_stored(call)) {
    forget_old_keys(step.now_s());
    state_.keys[call.idempotency_key] = {fingerprint_of(call, *form), call.request_id, step.now_s(),
                                         answer};
  }
  return answer;
}

// Looked at whenever one is stored: the time of a call is what keys outlive.
void Psp::forget_old_keys(std::int64_t now_s) {
  std::erase_if(state_.keys,
                [&](const auto& entry) { return entry.second.created + key_life_s <= now_s; });
}

Answer Psp::submit(const Input& input) {
  Step step(state_, settings_, input.at_ms, &input.call);
  Answer answer = input.call.path.starts_with("/_") ? submit_own_page(step, input.call)
                                                    : submit_payment_page(step, input.call);
  step.close();
  return answer;
}

Answer Psp::show(const Call& call, std::int64_t now_ms) {
  Step step(state_, settings_, now_ms, &call);
  return call.path.starts_with("/c/") ? show_payment_page(step, call) : show_own_page(step, call);
}

Answer Psp::apply(const Input& input) {
  switch (input.kind) {
    case InputKind::call: return finish(input);
    case InputKind::page: return submit(input);
    case InputKind::fault: state_.faults.taken(input.fault, input.order, input.operation); break;
    case InputKind::tick: tick(input.at_ms); break;
    case InputKind::delivered: state_.deliveries.erase(input.delivery); break;
    case InputKind::refused: refused(input.at_ms, input.delivery); break;
  }
  return {};
}

// Each timer is a step of its own: its events are one order's.
void Psp::tick(std::int64_t now_ms) {
  while (has_due_timer(now_ms)) {
    const std::string id = state_.timers.begin()->second;
    state_.timers.erase(state_.timers.begin());
    Step step(state_, settings_, now_ms, nullptr);
    if (auto* session = state_.sessions.find(id)) {
      if (session->status == SessionStatus::open) expire(step, *session);
    } else if (auto* intent = state_.intents.find(id)) {
      settle(step, *intent);
    } else if (auto* refund = state_.refunds.find(id)) {
      settle(step, *refund);
    }
    step.close();
  }
  forget_old_keys(now_ms / 1'000 + state_.clock_offset_s);
}

void Psp::refused(std::int64_t now_ms, std::uint64_t id) {
  const auto found = state_.deliveries.find(id);
  if (found == state_.deliveries.end()) return;
  Delivery& delivery = found->second;
  const auto tried = static_cast<std::size_t>(delivery.attempts++);
  if (tried == std::size(webhook_backoff_s)) {
    state_.deliveries.erase(found);
    return;
  }
  delivery.due_ms = now_ms + webhook_backoff_s[tried] * 1'000;
}

Begun Psp::risk(const Call& call) {
  const auto form = Form::parse(call.body);
  const std::string* order = form ? form->find("payment_order_id") : nullptr;
  if (order == nullptr || order->empty()) return answered(missing_parameter("payment_order_id"));
  Begun begun{{}, {}, *order, "risk"};
  begun.fault = state_.faults.take(*order, "risk", {FaultPlace::risk});
  const std::string_view decision = begun.fault.kind == FaultKind::risk_deny     ? "deny"
                                    : begun.fault.kind == FaultKind::risk_review ? "review"
                                                                                 : "approve";
  JsonObject json;
  json.text("object", "risk_decision")
      .text("payment_order_id", *order)
      .text("decision", decision)
      .list("reasons", decision == "approve" ? std::vector<std::string>{}
                                             : std::vector<std::string>{json_text("rule")});
  begun.answer = Answer{200, "application/json", {}, json.done()};
  return begun;
}

bool Psp::has_due_timer(std::int64_t now_ms) const {
  return !state_.timers.empty() &&
         state_.timers.begin()->first <= now_ms / 1'000 + state_.clock_offset_s;
}

std::optional<std::int64_t> Psp::next_timer_ms() const {
  if (state_.timers.empty()) return std::nullopt;
  return (state_.timers.begin()->first - state_.clock_offset_s) * 1'000;
}

std::vector<WebhookToSend> Psp::due_webhooks(std::int64_t now_ms,
                                             const std::set<std::uint64_t>& in_flight,
                                             std::size_t max) const {
  std::vector<std::pair<std::int64_t, std::uint64_t>> due;
  for (const auto& [id, delivery] : state_.deliveries)
    if (delivery.due_ms <= now_ms && !in_flight.contains(id)) due.emplace_back(delivery.due_ms, id);
  std::sort(due.begin(), due.end());
  std::vector<WebhookToSend> webhooks;
  for (std::size_t i = 0; i < std::min(max, due.size()); ++i) {
    const Delivery& delivery = state_.deliveries.at(due[i].second);
    const WebhookEndpoint& endpoint = *state_.endpoints.find(delivery.endpoint);
    webhooks.push_back({due[i].second, endpoint.url, endpoint.secret,
                        event_json(state_, *state_.events.find(delivery.event))});
  }
  return webhooks;
}

std::optional<std::int64_t> Psp::next_webhook_ms(const std::set<std::uint64_t>& in_flight) const {
  std::optional<std::int64_t> next;
  for (const auto& [id, delivery] : state_.deliveries)
    if (!in_flight.contains(id) && (!next || delivery.due_ms < *next)) next = delivery.due_ms;
  return next;
}

}  // namespace florin::sandbox
