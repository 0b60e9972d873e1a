// Each refusal has the code of its name.
#include "api/answers/payment_problem.hpp"

namespace florin {

EdgeCode code_of(PaymentRefusal refusal) {
  switch (refusal) {
    case PaymentRefusal::checkout_not_found: return EdgeCode::checkout_not_found;
    case PaymentRefusal::payment_not_found: return EdgeCode::payment_not_found;
    case PaymentRefusal::checkout_id_reused: return EdgeCode::checkout_id_reused;
    case PaymentRefusal::idempotency_key_reused: return EdgeCode::idempotency_key_reused;
    case PaymentRefusal::request_in_progress: return EdgeCode::request_in_progress;
    case PaymentRefusal::payment_order_id_reused: return EdgeCode::payment_order_id_reused;
    case PaymentRefusal::payment_in_progress: return EdgeCode::payment_in_progress;
    case PaymentRefusal::payment_final: return EdgeCode::payment_final;
    case PaymentRefusal::psp_unknown: return EdgeCode::psp_unknown;
    case PaymentRefusal::not_ready: return EdgeCode::not_ready;
  }
  return EdgeCode::internal_error;
}

Problem problem_of(const PaymentRefused& refused, const Position& position) {
  Problem problem(code_of(refused.code));
  if (refused.code == PaymentRefusal::not_ready)
    problem.detail =
        "Nothing was executed: not every node of this cluster knows payments yet, or this one is "
        "not told of the payment provider.";
  if (!position.is_none()) problem.position = position;
  return problem;
}

}  // namespace florin
