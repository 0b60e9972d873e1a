// Ends that many calls have in common.
#include "api/api_context.hpp"

#include "api/json/json_reader.hpp"

namespace florin {

void Call::answer(HttpResponse response) {
  const auto& leader_address = context->services.leader_address;
  if (home && leader_address)
    if (std::string address = leader_address(*home); !address.empty())
      response.headers.emplace_back("Florin-Leader", std::move(address));
  respond(std::move(response));
}

void answer_json(Call& call, int status, const std::optional<Position>& position,
                 std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  add_position_header(response, position);
  call.answer(std::move(response));
}

EdgeCode code_of(NotAccepted::Why why) {
  switch (why) {
    case NotAccepted::Why::overloaded: return EdgeCode::overloaded;
    case NotAccepted::Why::stopping: return EdgeCode::not_ready;
    case NotAccepted::Why::no_leader: return EdgeCode::no_leader;
    case NotAccepted::Why::lost: return EdgeCode::timeout;
    case NotAccepted::Why::behind: return EdgeCode::not_ready;
    case NotAccepted::Why::clock_unsure: return EdgeCode::clock_unsure;
    case NotAccepted::Why::rebuilding: return EdgeCode::not_ready;
    case NotAccepted::Why::level_too_low: return EdgeCode::not_ready;
  }
  return EdgeCode::internal_error;
}

Problem not_ready(const ApiContext& context) {
  Problem problem(EdgeCode::not_ready);
  if (context.services.why_not_ready) problem.detail = context.services.why_not_ready();
  return problem;
}

Problem not_known_everywhere() {
  Problem problem(EdgeCode::not_ready);
  problem.detail =
      "Nothing was executed: not every node of this cluster knows such a request yet. Ask again "
      "when all nodes are of one "
      "version.";
  return problem;
}

Problem no_answer(const std::optional<Reply>& reply, AskedFor what) {
  if (const auto* refused = body_as<NotAccepted>(reply)) {
    if (refused->why == NotAccepted::Why::behind) {
      Problem problem(EdgeCode::not_ready);
      problem.detail =
          "This replica has not reached min_position: ask again, or with consistency=leader.";
      return problem;
    }
    if (refused->why == NotAccepted::Why::rebuilding) {
      Problem problem(EdgeCode::not_ready);
      problem.detail =
          "The stored state of this partition was damaged and is being made again from the log: "
          "ask again later.";
      return problem;
    }
    if (refused->why == NotAccepted::Why::level_too_low) return not_known_everywhere();
    if (refused->why != NotAccepted::Why::lost) return Problem(code_of(refused->why));
    return Problem(what == AskedFor::read ? EdgeCode::no_leader : EdgeCode::timeout);
  }
  if (const auto* refused = body_as<Refused>(reply)) {
    Problem problem(refused->code);
    problem.position = reply->position;
    return problem;
  }
  if (reply) return Problem(EdgeCode::internal_error);
  return Problem(what == AskedFor::read ? EdgeCode::overloaded : EdgeCode::timeout);
}

Result<AccountId, InputFault> account_argument(const Call& call) {
  const auto id = AccountId::parse(call.argument);
  if (!id) return Err{bad_field("account_id", "must be 1-64 characters of A-Z a-z 0-9 . _ : -")};
  return *id;
}

}  // namespace florin
