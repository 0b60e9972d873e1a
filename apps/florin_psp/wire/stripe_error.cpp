// See stripe_error.hpp.
#include "apps/florin_psp/wire/stripe_error.hpp"

#include "apps/florin_psp/wire/json_object.hpp"

namespace florin::sandbox {

Answer to_answer(const StripeError& error) {
  JsonObject inner;
  inner.text("type", error.type);
  if (!error.code.empty()) inner.text("code", error.code);
  if (!error.decline_code.empty()) inner.text("decline_code", error.decline_code);
  inner.text("message", error.message);
  if (!error.param.empty()) inner.text("param", error.param);
  if (!error.payment_intent.empty()) inner.raw("payment_intent", error.payment_intent);
  Answer answer;
  answer.status = error.status;
  answer.body = JsonObject().raw("error", inner.done()).done();
  return answer;
}

StripeError bad_parameter(std::string_view param, std::string_view message, std::string_view code) {
  return {.code = std::string(code), .message = std::string(message), .param = std::string(param)};
}

StripeError missing_parameter(std::string_view param) {
  return bad_parameter(param, "Missing required param: " + std::string(param) + ".",
                       "parameter_missing");
}

StripeError no_such(std::string_view what, std::string_view id, std::string_view param) {
  return {.status = param.empty() ? 404 : 400,
          .code = "resource_missing",
          .message = "No such " + std::string(what) + ": '" + std::string(id) + "'",
          .param = std::string(param.empty() ? "id" : param)};
}

StripeError wrong_state(std::string_view code, std::string_view message) {
  return {.code = std::string(code), .message = std::string(message), .stored = true};
}

StripeError http_refusal(int status, std::string_view message) {
  return {.status = status,
          .type = status >= 500 ? "api_error" : "invalid_request_error",
          .code = {},
          .message = std::string(message)};
}

}  // namespace florin::sandbox
