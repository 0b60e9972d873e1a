// Accounts: open, read, freeze, unfreeze, close, change metadata.
#include <array>

#include "api/answers/account_json.hpp"
#include "api/requests/account_request.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/transfer_request.hpp"
#include "api/routes/routes.hpp"
#include "domain/account/system_account.hpp"

namespace florin {
namespace {

std::vector<Addressed> to_owner(const PartitionMap& map, const AccountId& account,
                                Message message) {
  std::vector<Addressed> messages;
  messages.push_back({map.partition_of(account), std::move(message)});
  return messages;
}

void answer_account(Call& call, const AccountView& view, const Position& position) {
  std::string body;
  body.reserve(512);
  JsonWriter json(body);
  write_account(json, view, position);
  answer_json(call, view.created ? 201 : 200, position, std::move(body));
}

// The same account as before says that it is.
void answer_metadata(Call& call, const AskReplies& replies) {
  const auto* view = view_as<AccountView>(replies.front());
  if (view == nullptr) return call.answer(no_answer(replies.front(), AskedFor::command));
  HttpResponse response;
  JsonWriter json(response.body);
  write_account(json, *view, replies.front()->position);
  add_position_header(response, replies.front()->position);
  if (!view->created) add_replayed_header(response);
  call.answer(std::move(response));
}

void answer_account_reply(Call& call, const AskReplies& replies, AskedFor what) {
  if (const auto* view = view_as<AccountView>(replies.front()))
    return answer_account(call, *view, replies.front()->position);
  call.answer(no_answer(replies.front(), what));
}

// What its account has against a request goes before what the request itself is refused for.
Problem also_exists(const Problem& refused, const Position& position) {
  Problem exists(Rejection::account_exists);
  exists.position = position;
  exists.errors = refused.errors;
  exists.errors.emplace(exists.errors.begin(), *exists.kind, "");
  return exists;
}

// The request itself is refused; only account_exists comes before that.
void answer_refused_terms(const ApiContext& context, const CallPtr& call,
                          const AccountRequest& request) {
  Problem problem = problem_of(request.wrong);
  const AccountId& id = request.account.account;
  if (id.is_system()) return call->answer(std::move(problem));
  call->home = context.services.map.partition_of(id);
  context.services.gateway.ask(
      to_owner(context.services.map, id, GetAccount{0, id}), context.options.patience,
      [call, problem](const AskReplies& replies) {
        if (view_as<AccountView>(replies.front())) {
          return call->answer(also_exists(problem, replies.front()->position));
        }
        if (!body_as<Refused>(replies.front()))
          return call->answer(no_answer(replies.front(), AskedFor::read));
        Problem positioned = problem;
        positioned.position = replies.front()->position;
        call->answer(std::move(positioned));
      });
}

// Kept in every partition, shown as one: balances are sums, the position is that of the partition which
// the id would hash to.
void answer_system_account(Call& call, const AccountId& id, const AskReplies& replies) {
  AccountBalance sum;
  for (const auto& reply : replies) {
    const auto* view = view_as<AccountView>(reply);
    if (view == nullptr) return call.answer(no_answer(reply, AskedFor::read));
    sum.available += view->available;
    sum.held += view->held;
  }
  const auto& shown = replies.at(call.context->services.map.partition_of(id));
  std::string body;
  JsonWriter json(body);
  write_account(json, *view_as<AccountView>(shown), sum, shown->position);
  answer_json(call, 200, shown->position, std::move(body));
}

void change_account(const ApiContext& context, const CallPtr& call, AccountChange change) {
  const auto id = account_argument(*call);
  if (!id) return call->answer(Problem(id.error()));
  auto reason = read_change_reason(call->request.body);
  if (!reason) return call->answer(Problem(reason.error()));
  if (id->is_system()) return call->answer(Problem(Rejection::system_account));
  call->home = context.services.map.partition_of(*id);
  context.services.gateway.ask(
      to_owner(context.services.map, *id, ChangeAccount{0, *id, change, std::move(*reason)}),
      context.options.patience, [call](const AskReplies& replies) {
        answer_account_reply(*call, replies, AskedFor::command);
      });
}

}  // namespace

void post_account(const ApiContext& context, const CallPtr& call) {
  auto request = read_account_request(call->request.body);
  if (!request) return call->answer(Problem(request.error()));
  if (request->wrong.is_malformed()) return call->answer(problem_of(request->wrong));
  if (!request->wrong.empty()) return answer_refused_terms(context, call, *request);
  const AccountId id = request->account.account;
  call->home = context.services.map.partition_of(id);
  context.services.gateway.ask(to_owner(context.services.map, id, std::move(request->account)),
                               context.options.patience, [call](const AskReplies& replies) {
                                 answer_account_reply(*call, replies, AskedFor::command);
                               });
}

void get_account(const ApiContext& context, const CallPtr& call) {
  const auto id = account_argument(*call);
  if (!id) return call->answer(Problem(id.error()));
  Gateway& gateway = context.services.gateway;
  const PartitionMap& map = context.services.map;
  const bool everywhere = system_account_of(*id).has_value();
  const PartitionId home = map.partition_of(*id);
  static constexpr std::array<std::string_view, 2> names{"consistency", "min_position"};
  const auto values = read_query(call->request.query(), names);
  if (!values) return call->answer(Problem(values.error()));
  const auto from = read_consistency((*values)[0], (*values)[1], map,
                                     everywhere ? std::nullopt : std::optional(home));
  if (!from) return call->answer(Problem(from.error()));
  if (everywhere) {
    return gateway.ask(to_all_partitions(map,
                                         [&](PartitionId p) {
                                           return from->ask(p, GetAccount{0, *id});
                                         }),
                       context.options.patience, [call, id = *id](const AskReplies& replies) {
                         answer_system_account(*call, id, replies);
                       });
  }
  call->home = home;
  gateway.ask(
      to_owner(map, *id, from->ask(home, GetAccount{0, *id})), context.options.patience,
      [call](const AskReplies& replies) { answer_account_reply(*call, replies, AskedFor::read); });
}

void freeze_account(const ApiContext& context, const CallPtr& call) {
  change_account(context, call, AccountChange::freeze);
}

void unfreeze_account(const ApiContext& context, const CallPtr& call) {
  change_account(context, call, AccountChange::unfreeze);
}

void close_account(const ApiContext& context, const CallPtr& call) {
  change_account(context, call, AccountChange::close);
}

void patch_account_metadata(const ApiContext& context, const CallPtr& call) {
  const auto id = account_argument(*call);
  if (!id) return call->answer(Problem(id.error()));
  auto request = read_metadata_patch(call->request.body);
  if (!request) return call->answer(Problem(request.error()));
  if (!request->wrong.empty()) return call->answer(problem_of(request->wrong));
  if (id->is_system()) return call->answer(Problem(Rejection::system_account));
  call->home = context.services.map.partition_of(*id);
  context.services.gateway.ask(
      to_owner(context.services.map, *id, ChangeMetadata{0, *id, std::move(request->patch)}),
      context.options.patience,
      [call](const AskReplies& replies) { answer_metadata(*call, replies); });
}

}  // namespace florin
