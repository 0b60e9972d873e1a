// Errors in Stripe's shape. The official SDK takes any JSON without a member `error` for a success, whatever its
// status, so nothing leaves the sandbox's API without one: not even what the HTTP layer refuses.
#pragma once

#include <string>
#include <string_view>

#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

struct StripeError {
  int status = 400;
  std::string type = "invalid_request_error";  // or api_error, card_error, idempotency_error
  std::string code;                            // empty: none
  std::string message;                         // for a developer
  std::string param = {};
  std::string decline_code = {};
  std::string payment_intent = {};  // JSON, of a card_error
  bool stored = false;  // under its idempotency key: execution had begun (Stripe's rule)
};

Answer to_answer(const StripeError& error);

StripeError bad_parameter(std::string_view param, std::string_view message,
                          std::string_view code = "parameter_invalid");
StripeError missing_parameter(std::string_view param);
// 404 for an id in the path, 400 for one in a parameter.
StripeError no_such(std::string_view what, std::string_view id, std::string_view param = {});
// The object exists and is not in a state that allows it. Execution had begun: the answer is stored.
StripeError wrong_state(std::string_view code, std::string_view message);
// What the HTTP layer refuses: 400, 405, 408, 413, 431, 500, 503.
StripeError http_refusal(int status, std::string_view message);

}  // namespace florin::sandbox
