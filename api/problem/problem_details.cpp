// Writes problems; the members and their order are the contract.
#include "api/problem/problem_details.hpp"

#include <algorithm>

#include "api/json/json_writer.hpp"
#include "base/assert.hpp"

namespace florin {
namespace {

std::string_view detail_of(const std::string& detail, const ProblemKind& kind) {
  return detail.empty() ? kind.detail : std::string_view(detail);
}

const ProblemPart& first_of(const std::vector<ProblemPart>& parts) {
  FLORIN_ASSERT(!parts.empty(), "a problem of which nothing is wrong");
  return *std::ranges::min_element(parts, [](const ProblemPart& a, const ProblemPart& b) {
    return comes_before(*a.kind, *b.kind);
  });
}

}  // namespace

Problem::Problem(std::vector<ProblemPart> parts)
    : kind(first_of(parts).kind),
      param(first_of(parts).param),
      detail(first_of(parts).detail),
      errors(std::move(parts)) {}

void write_errors(JsonWriter& json, const std::vector<ProblemPart>& parts,
                  std::string_view in_front) {
  json.key("errors").begin_array();
  for (const ProblemPart& part : parts) {
    json.begin_object().key("code").plain(part.kind->code);
    json.key("param").string(std::string(in_front).append(part.param));
    json.key("detail").string(detail_of(part.detail, *part.kind));
    json.end_object();
  }
  json.end_array();
}

void add_position_header(HttpResponse& response, const std::optional<Position>& position) {
  if (position) response.headers.emplace_back("Florin-Position", position->to_string());
}

void add_replayed_header(HttpResponse& response) {
  response.headers.emplace_back("Florin-Replayed", "true");
}

HttpResponse to_response(const Problem& problem) {
  const ProblemKind& kind = *problem.kind;
  HttpResponse response;
  response.status = kind.status;
  response.content_type = problem_content_type;
  std::string& body = response.body;
  body.reserve(384);
  JsonWriter json(body);
  json.begin_object();
  json.key("type").plain(std::string("urn:florin:problem:").append(kind.code));
  json.key("title").plain(kind.title);
  json.key("status").number(static_cast<std::uint64_t>(kind.status));
  json.key("detail").string(detail_of(problem.detail, kind));
  if (!problem.instance.empty()) json.key("instance").string(problem.instance);
  json.key("code").plain(kind.code);
  if (problem.param) json.key("param").string(*problem.param);
  json.key("outcome").plain(to_string(kind.outcome));
  json.key("retry").plain(to_string(kind.retry));
  if (problem.position) json.key("position").position(*problem.position);
  if (problem.transaction_id) json.key("Transaction_id").uuid(*problem.transaction_id);
  if (!problem.errors.empty()) write_errors(json, problem.errors);
  json.end_object();

  add_position_header(response, problem.position);
  if (problem.replayed) add_replayed_header(response);
  if (kind.status == 503 || kind.status == 429) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace florin
