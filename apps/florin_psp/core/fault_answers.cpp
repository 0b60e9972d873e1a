// See fault_answers.hpp.
#include "apps/florin_psp/core/fault_answers.hpp"

namespace florin::sandbox {
namespace {

constexpr std::string_view html_type = "text/html; charset=utf-8";

Answer html_answer(int status, std::string_view title) {
  Answer answer;
  answer.status = status;
  answer.content_type = html_type;
  answer.body = "<html><head><title>" + std::string(title) + "</title></head><body><h1>" +
                std::string(title) + "</h1></body></html>\n";
  return answer;
}

}  // namespace

StripeError no_credentials() {
  return {.status = 401,
          .code = {},
          .message =
              "Invalid API Key provided. The sandbox takes any key that begins with "
              "sk_test_, as bearer token or as user of basic authentication."};
}

std::optional<Answer> answer_of(const Fault& fault) {
  StripeError error{.status = fault.status,
                    .type = "api_error",
                    .code = {},
                    .message = "A fault that was asked for."};
  switch (fault.kind) {
    case FaultKind::bad_gateway: return html_answer(502, "502 Bad Gateway");
    case FaultKind::unauthorized: return to_answer(no_credentials());
    case FaultKind::throttled:
      error = {.status = 429, .code = "rate_limit", .message = "Too many requests."};
      break;
    case FaultKind::unavailable: error.status = 503; break;
    case FaultKind::status: break;
    case FaultKind::none:
    case FaultKind::hang_before:
    case FaultKind::reset_before:
    case FaultKind::close_before:
    case FaultKind::hang_after:
    case FaultKind::reset_after:
    case FaultKind::close_after:
    case FaultKind::error_500:
    case FaultKind::cut:
    case FaultKind::stall:
    case FaultKind::slow:
    case FaultKind::empty:
    case FaultKind::html:
    case FaultKind::webhook_late:
    case FaultKind::webhook_twice:
    case FaultKind::webhook_reordered:
    case FaultKind::webhook_contradictory:
    case FaultKind::webhook_lost:
    case FaultKind::risk_deny:
    case FaultKind::risk_review:
    case FaultKind::risk_silent: return std::nullopt;
  }
  if (error.status == 409) error.code = "lock_timeout";
  Answer answer = to_answer(error);
  if (!fault.should_retry.empty())
    answer.headers.emplace_back("Stripe-Should-Retry", fault.should_retry);
  if (fault.kind == FaultKind::throttled) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

Answer spoiled(Answer answer, FaultKind fault) {
  if (fault == FaultKind::empty) {
    answer.status = 200;
    answer.body.clear();
  }
  if (fault == FaultKind::html) return html_answer(200, "Welcome");
  return answer;
}

}  // namespace florin::sandbox
