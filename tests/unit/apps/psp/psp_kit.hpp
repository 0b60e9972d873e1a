// A sandbox PSP in memory with a clock of the test's: calls go in, answers and webhooks come out. It keeps the inputs
// as the journal would, so that a test can bring the state back from them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "apps/client/json_text.hpp"
#include "apps/florin_psp/core/fault_answers.hpp"
#include "apps/florin_psp/core/psp.hpp"
#include "apps/florin_psp/model/test_cards.hpp"

namespace florin::sandbox::test {

inline constexpr std::int64_t start_ms = 1'900'000'000'000;

// The first text field of that name.
inline std::string peek(const std::string& json, std::string_view name) {
  return std::string(client::peek_string(json, name));
}

class PspKit {
 public:
  explicit PspKit(Settings settings = {}) : settings_(settings), psp(settings, 7) {}

  Call call(std::string method, std::string path, std::string body, std::string key = {}) {
    Call made;
    made.method = std::move(method);
    made.path = std::move(path);
    (made.method == "POST" ? made.body : made.query) = std::move(body);
    made.authorization = "Bearer sk_test_1";
    made.idempotency_key = std::move(key);
    made.base_url = "http://psp";
    made.request_id = "req_" + std::to_string(++requests_);
    return made;
  }
  // As the service does it, but for the wire.
  Answer run(const Call& call) {
    tick();
    const Begun begun = psp.begin(call);
    last_fault = begun.fault.kind;
    if (last_fault != FaultKind::none)
      inputs.push_back({.kind = InputKind::fault,
                        .at_ms = now_ms,
                        .fault = begun.fault,
                        .order = begun.order,
                        .operation = begun.operation});
    if (begun.answer) return spoiled(*begun.answer, last_fault);
    return spoiled(finish(call, last_fault), last_fault);
  }
  Answer finish(const Call& call, FaultKind fault) {
    Input input{.kind = InputKind::call, .at_ms = now_ms, .call = call};
    if (fault == FaultKind::error_500) input.fault.kind = fault;
    return apply(input);
  }
  Answer post(const std::string& path, const std::string& body, const std::string& key = {}) {
    return run(call("POST", path, body, key));
  }
  Answer get(const std::string& path, const std::string& query = {}) {
    return run(call("GET", path, query));
  }
  // A page's form; numbers become tokens first, as in the service.
  Answer submit(const std::string& path, const std::string& body) {
    tick();
    return apply({.kind = InputKind::page,
                  .at_ms = now_ms,
                  .call = call("POST", path, without_card_number(body))});
  }
  Answer show(const std::string& path) { return psp.show(call("GET", path, {}), now_ms); }
  Answer apply(const Input& input) {
    inputs.push_back(input);
    return psp.apply(input);
  }
  void tick() {
    if (psp.has_due_timer(now_ms)) apply({.kind = InputKind::tick, .at_ms = now_ms});
  }
  void wait_s(std::int64_t seconds) {
    now_ms += seconds * 1'000;
    tick();
  }

  std::string session(const std::string& order = "po-1", const std::string& key = {}) {
    return peek(post("/v1/checkout/sessions", session_form(order), key).body, "id");
  }
  static std::string session_form(const std::string& order) {
    return "mode=payment&success_url=http%3A%2F%2Fshop%2Fback%3Fs%3D{CHECKOUT_SESSION_ID}"
           "&cancel_url=http%3A%2F%2Fshop%2Fcart&client_reference_id=" +
           order + "&metadata[payment_order_id]=" + order +
           "&payment_intent_data[metadata][payment_order_id]=" + order +
           "&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd"
           "&line_items[0][price_data][unit_amount]=1099"
           "&line_items[0][price_data][product_data][name]=Mug";
  }
  Answer pay(const std::string& session, const std::string& number) {
    return submit("/c/pay/" + session, "card_number=" + number + "&expiry=12%2F34&cvc=123");
  }
  // Types of all events, the oldest first.
  std::vector<std::string> event_types() const {
    std::vector<std::string> types;
    for (const std::string& id : psp.state().events.ids())
      types.push_back(psp.state().events.find(id)->type);
    return types;
  }
  int charges_that_succeeded() const {
    int count = 0;
    for (const auto& [id, charge] : psp.state().charges.all())
      if (charge.status == ChargeStatus::succeeded) ++count;
    return count;
  }

  std::int64_t now_ms = start_ms;
  std::vector<Input> inputs;
  FaultKind last_fault = FaultKind::none;

 private:
  Settings settings_;
  int requests_ = 0;

 public:
  Psp psp;
};

inline std::string header(const Answer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers)
    if (key == name) return value;
  return {};
}

inline constexpr const char* visa = "4242424242424242";
inline constexpr const char* declined = "4000000000000002";
inline constexpr const char* challenged = "4000000000003220";
inline constexpr const char* processing = "4000000000007007";
inline constexpr const char* processing_fails = "4000000000007015";

}  // namespace florin::sandbox::test
