// Every code an answer can carry, with its status, title and advice: one table for rejections and for what
// the edge itself refuses. docs/ERRORS.md shows the same rows; a test compares them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "domain/rejection.hpp"

namespace florin {

// What the edge refuses before, or without, asking the domain.
enum class EdgeCode : std::uint8_t {
  invalid_json,
  invalid_request,
  unknown_field,
  duplicate_field,
  not_found,
  method_not_allowed,
  request_timeout,
  body_too_large,
  unsupported_media_type,
  headers_too_large,
  ambiguous,
  internal_error,
  overloaded,
  not_ready,
  no_leader,
  timeout,
  cluster_conflict,
  clock_unsure,
  payment_not_found,
  checkout_not_found,
  webhook_unknown_order,
  checkout_id_reused,
  payment_order_id_reused,
  payment_final,
  payment_in_progress,
  idempotency_key_reused,
  duplicate_order_id,
  mixed_currencies,
  card_data,
  psp_unknown,
  payment_method_not_supported,
  amount_not_supported,
  return_url_not_allowed,
  expires_at_out_of_range,
  request_in_progress,
  webhook_signature,
};

enum class Outcome : std::uint8_t { not_executed, executed, unknown };
enum class Retry : std::uint8_t { same_id, new_id, never };

struct ProblemKind {
  std::string_view code;
  int status;
  Outcome outcome;
  Retry retry;
  std::string_view title;   // the same for every occurrence (RFC 9457)
  std::string_view detail;  // said where there is nothing more particular to say
};

const ProblemKind& problem_kind(Rejection code) noexcept;
const ProblemKind& problem_kind(EdgeCode code) noexcept;
// All of them: rejections in their order, then the edge's.
std::span<const ProblemKind> problem_kinds() noexcept;
// Of two that apply: malformed input first, then the order of the table. Both are rows of it.
bool comes_before(const ProblemKind& a, const ProblemKind& b) noexcept;

std::string_view to_string(Outcome outcome) noexcept;
std::string_view to_string(Retry retry) noexcept;

}  // namespace florin
