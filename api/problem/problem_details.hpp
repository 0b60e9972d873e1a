// Problem details (RFC 9457) with our members: code, param, outcome, retry, position, Transaction_id.
// The same problem always gives the same bytes: a replayed refusal has the body of the first one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/http/http_types.hpp"
#include "api/problem/problem_codes.hpp"
#include "base/ids.hpp"

namespace florin {

class JsonWriter;

// Malformed input: what is wrong, and where (a JSON pointer; "" = the whole body).
struct InputFault {
  EdgeCode code = EdgeCode::invalid_request;
  std::optional<std::string> param;
  std::string detail;
};

// One of several that are wrong with a request.
struct ProblemPart {
  ProblemPart(const ProblemKind& of, std::string where, std::string why = {})
      : kind(&of), param(std::move(where)), detail(std::move(why)) {}
  explicit ProblemPart(InputFault fault)
      : ProblemPart(problem_kind(fault.code), fault.param.value_or(""), std::move(fault.detail)) {}

  const ProblemKind* kind;
  std::string param;   // JSON pointer; "" = the whole body
  std::string detail;  // empty: the kind's
};

struct Problem {
  explicit Problem(Rejection code) : kind(&problem_kind(code)) {}
  explicit Problem(EdgeCode code) : kind(&problem_kind(code)) {}
  explicit Problem(const ProblemKind& of) : kind(&of) {}
  explicit Problem(InputFault fault)
      : kind(&problem_kind(fault.code)),
        param(std::move(fault.param)),
        detail(std::move(fault.detail)) {}
  // Of all that is wrong, in the order in which it was found; at least one.
  explicit Problem(std::vector<ProblemPart> parts);

  const ProblemKind* kind;
  std::optional<std::string> param;
  std::string detail;    // empty: the kind's
  std::string instance;  // path of what it is about
  std::optional<Uuid> transaction_id;
  std::optional<Position> position;
  bool replayed = false;
  std::vector<ProblemPart> errors;  // empty: this one is all
};

// The member `errors`, `in_front` of each place. In an answer of another form, too: one result of a batch.
void write_errors(JsonWriter& json, const std::vector<ProblemPart>& parts,
                  std::string_view in_front = {});

inline constexpr std::string_view problem_content_type = "application/problem+json";

// With Florin-Position, Florin-Replayed and Retry-After where they belong.
HttpResponse to_response(const Problem& problem);

// Headers of answers, problem or not.
void add_position_header(HttpResponse& response, const std::optional<Position>& position);
void add_replayed_header(HttpResponse& response);

}  // namespace florin
