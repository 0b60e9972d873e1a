// POST /v1/wallet/balance_transfer and /v1/wallet/transactions: one transfer, or one transaction of several postings. Answered when
// all balances show it, or when it is decided that it is refused and what its owner's partition held is available again; slower
// than the client's patience is 202, and it goes on. What is refused is never 202.
#include "api/answers/notes_json.hpp"
#include "api/answers/transfer_plan.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/query.hpp"
#include "api/requests/transaction_request.hpp"
#include "api/routes/routes.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

// How long a 202 may wait to learn whether the decision has fallen.
constexpr std::chrono::milliseconds ask_after{1'000};

std::string path_of(const TransferRequest& request) {
  std::string path =
      request.is_transaction ? "/v1/wallet/transactions/" : "/v1/wallet/balance_transfers/";
  request.transfer.transaction_id.append_to(path);
  return path;
}

Problem about(Problem problem, const TransferRequest& request) {
  if (!request.has_id) return problem;
  problem.transaction_id = request.transfer.transaction_id;
  problem.instance = path_of(request);
  return problem;
}

void answer_success(Call& call, const Uuid& id, const TransferAnswer& answer) {
  HttpResponse response;
  response.body.reserve(128);
  JsonWriter json(response.body);
  json.begin_object();
  json.key("Status").plain("success");
  json.key("Transaction_id").uuid(id);
  json.key("Position").position(*answer.position);
  if (answer.notes) write_leg_notes(json, answer.notes->reference, answer.notes->description);
  json.end_object();
  add_position_header(response, answer.position);
  if (answer.replayed) add_replayed_header(response);
  call.answer(std::move(response));
}

bool is_decided_to_execute(const std::optional<Reply>& reply) {
  const auto* views = view_as<TransferViews>(reply);
  if (views == nullptr) return false;
  for (const TransferState& transfer : views->open)
    if (transfer.decision == Decision::confirm) return true;
  for (const TransferRecord& record : views->ended)
    if (record.status == TransferStatus::completed) return true;
  return false;
}

void answer_pending(Call& call, const Uuid& id, const std::optional<Reply>& reply) {
  HttpResponse response;
  response.status = 202;
  JsonWriter json(response.body);
  json.begin_object();
  json.key("Status").plain("pending");
  json.key("Transaction_id").uuid(id);
  json.key("outcome").plain(is_decided_to_execute(reply) ? "executed" : "unknown");
  if (view_as<TransferViews>(reply)) {
    json.key("Position").position(reply->position);
    add_position_header(response, reply->position);
  }
  json.end_object();
  call.answer(std::move(response));
}

// What is kept while the partitions work.
struct Waiting {
  TransferRequest request;
  std::optional<TransferPlan> plan;
};

void answer_failed(Call& call, const TransferRequest& request, const TransferAnswer& answer) {
  Problem problem = about(Problem(*answer.problem), request);
  problem.position = answer.position;
  problem.replayed = answer.replayed;
  if (!answer.param.empty()) problem.param = answer.param;
  problem.errors = answer.errors;
  call.answer(std::move(problem));
}

// Patience is over. The refusal may be decided all the same, and its answer on its way.
void answer_what_is_seen(Call& call, const TransferRequest& request,
                         const std::optional<Reply>& reply) {
  const auto* views = view_as<TransferViews>(reply);
  const auto refusal = views == nullptr ? std::nullopt : refusal_seen(*views, request);
  if (refusal) return answer_failed(call, request, *refusal);
  answer_pending(call, request.transfer.transaction_id, reply);
}

void ask_whether_decided(const ApiContext& context, const CallPtr& call,
                         const std::shared_ptr<const Waiting>& waiting) {
  const StartTransfer& transfer = waiting->request.transfer;
  const AccountId& owner = owner_of(transfer.from, transfer.to);
  const PartitionId partition = context.services.map.partition_of(owner);
  std::vector<Addressed> messages;
  messages.push_back({partition, GetTransfer{0, partition, transfer.transaction_id, owner}});
  context.services.gateway.ask(std::move(messages), ask_after,
                               [call, waiting](const AskReplies& replies) {
                                 answer_what_is_seen(*call, waiting->request, replies.front());
                               });
}

// transfer path 13/13: success is durable in every partition that it touched, a refusal where it was decided; the client hears of it.
void answer_transfer(const ApiContext& context, const CallPtr& call,
                     const std::shared_ptr<const Waiting>& waiting, const AskReplies& replies) {
  const TransferAnswer answer = waiting->plan->answer(replies);
  const TransferRequest& request = waiting->request;
  switch (answer.kind) {
    case TransferAnswer::Kind::success:
      return answer_success(*call, request.transfer.transaction_id, answer);
    case TransferAnswer::Kind::pending: return ask_whether_decided(context, call, waiting);
    case TransferAnswer::Kind::failed: return answer_failed(*call, request, answer);
  }
}

void take(const ApiContext& context, const CallPtr& call,
          void (*read)(const JsonObject&, TransferRequest&)) {
  const auto object = parse_json_object(call->request.body);
  if (!object) return call->answer(Problem(object.error()));
  const auto waiting = std::make_shared<Waiting>();
  read(*object, waiting->request);
  if (waiting->request.wrong.is_malformed())
    return call->answer(about(problem_of(waiting->request.wrong), waiting->request));
  std::vector<Addressed> messages;
  waiting->plan.emplace(waiting->request, context.services.map, messages);
  if (context.services.leader_address) {
    const AccountId& owner = owner_of(waiting->request.transfer.from, waiting->request.transfer.to);
    if (!owner.is_system()) call->home = context.services.map.partition_of(owner);
  }
  if (messages.empty()) return answer_transfer(context, call, waiting, {});
  const auto patience = preferred_wait(call->request.prefer());
  context.services.gateway.ask(std::move(messages), patience ? *patience : context.options.patience,
                               [call, waiting](const AskReplies& replies) {
                                 answer_transfer(*call->context, call, waiting, replies);
                               });
}

}  // namespace

void post_balance_transfer(const ApiContext& context, const CallPtr& call) {
  take(context, call, read_transfer);
}

void post_transaction(const ApiContext& context, const CallPtr& call) {
  take(context, call, read_transaction);
}

}  // namespace florin
