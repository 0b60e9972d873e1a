// Writes problems; the members and their order are the contract.
#include "api/problem/problem_details.hpp"

#include "api/json/json_writer.hpp"

namespace florin {

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
  json.key("detail").string(problem.detail.empty() ? kind.detail
                                                   : std::string_view(problem.detail));
  if (!problem.instance.empty()) json.key("instance").string(problem.instance);
  json.key("code").plain(kind.code);
  if (problem.param) json.key("param").string(*problem.param);
  json.key("outcome").plain(to_string(kind.outcome));
  json.key("retry").plain(to_string(kind.retry));
  if (problem.position) json.key("position").position(*problem.position);
  if (problem.transaction_id) json.key("Transaction_id").uuid(*problem.transaction_id);
  json.end_object();

  add_position_header(response, problem.position);
  if (problem.replayed) add_replayed_header(response);
  if (kind.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace florin
