// GET /v1/wallet/balance_transfers/{transaction_id} and /v1/wallet/transactions/{transaction_id}: the phase status of a transfer or a
// transaction, open or ended. They are of one namespace: each shows both, in its own form.
#include <algorithm>
#include <array>

#include "api/answers/transfer_view.hpp"
#include "api/json/json_reader.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/routes/routes.hpp"
#include "base/limits.hpp"
#include "runtime/logging/log.hpp"

namespace florin {
namespace {

// How it is asked for, and shown.
struct StatusForm {
  std::array<std::string_view, 3> parameters;  // the first names an account:
  bool by_owner;  // whose the transfer is; else the payer, which of a deposit is the outside
  void (*write)(JsonWriter&, const TransferView&, const Position&);
};
constexpr StatusForm as_transfer{
    {"from_account", "consistency", "min_position"}, false, write_transfer};
constexpr StatusForm as_transaction{
    {"account", "consistency", "min_position"}, true, write_transaction};

struct StatusRequest {
  const StatusForm* form;
  Uuid transaction_id;
  AccountId account;                // empty = any
  std::optional<PartitionId> home;  // where it is, if it is; none: anywhere
  ReadConsistency consistency;
};

Result<StatusRequest, InputFault> read_request(const Call& call, const StatusForm& form) {
  const PartitionMap& map = call.context->services.map;
  StatusRequest request{
      .form = &form, .transaction_id = {}, .account = {}, .home = {}, .consistency = {}};
  const auto id = Uuid::parse(call.argument);
  if (!id) return Err{bad_field("transaction_id", "must be a UUID in its form of 36 characters.")};
  request.transaction_id = *id;
  FLORIN_TRY(values, read_query(call.request.query(), form.parameters));
  if (values[0]) {
    const auto account = AccountId::parse(*values[0]);
    if (!account) return Err{bad_field(form.parameters[0], "must be an account id.")};
    if (form.by_owner && account->is_system())
      return Err{
          bad_field(form.parameters[0],
                    "must be a client's account: the payer of the first posting, or its payee "
                    "if money comes from outside.")};
    request.account = *account;
    if (!account->is_system())
      request.home = map.partition_of(*account);  // a deposit lives with its payee
  }
  FLORIN_TRY(consistency, read_consistency(values[1], values[2], map, request.home));
  request.consistency = consistency;
  return request;
}

// Every transfer that fits, and where it was found.
struct Found {
  const TransferState* open = nullptr;  // one of the two
  const TransferRecord* ended = nullptr;
  Position position;
  const TransferNotes* notes = nullptr;  // null: it has none

  [[nodiscard]] const AccountId& owner() const { return open ? open->owner : ended->owner; }
  // Of the first posting.
  [[nodiscard]] const AccountId& payer() const {
    return open ? open->debit().account : ended->payer();
  }
  [[nodiscard]] const AccountId& payee() const {
    return open ? open->credit().account : ended->payee();
  }
};

struct FoundAll {
  std::vector<Found> all;
  bool more = false;  // than these, or it is not known
};

FoundAll find_all(const AskReplies& replies, const StatusRequest& request) {
  FoundAll found;
  std::vector<Found>& all = found.all;
  for (const auto& reply : replies) {
    const auto* views = view_as<TransferViews>(reply);
    for (const TransferState& open : views->open)
      all.push_back({&open, nullptr, reply->position, views->notes_of(open.id)});
    for (const TransferRecord& ended : views->ended)
      all.push_back({nullptr, &ended, reply->position, views->notes_of(ended.started)});
    found.more = found.more || views->more;
  }
  if (!request.account.empty())
    std::erase_if(all, [&](const Found& one) {
      return (request.form->by_owner ? one.owner() : one.payer()) != request.account;
    });
  return found;
}

Problem ambiguous(const std::vector<Found>& all, bool more) {
  Problem problem(EdgeCode::ambiguous);
  problem.detail = "Several transfers have this transaction_id:";
  constexpr std::size_t named_max = limits::same_id_found_max - 1;
  for (std::size_t i = 0; i < std::min(all.size(), named_max); ++i) {
    problem.detail.append(i == 0 ? " from " : ", from ").append(all[i].payer().view());
    problem.detail.append(" to ").append(all[i].payee().view());
  }
  if (all.empty()) problem.detail += " too many to look for this one";
  problem.detail.append(more || all.size() > named_max ? ", and more." : ".");
  if (!all.empty()) problem.position = all.front().position;
  return problem;
}

void answer_view(Call& call, const StatusForm& form, const TransferView& view,
                 const Position& position) {
  std::string body;
  body.reserve(768);
  JsonWriter json(body);
  form.write(json, view, position);
  answer_json(call, 200, position, std::move(body));
}

MaybeBoxed<TransferNotes> copy_of(const TransferNotes* notes) {
  return notes == nullptr ? MaybeBoxed<TransferNotes>() : MaybeBoxed<TransferNotes>(*notes);
}

void answer_ended(Call& call, const StatusForm& form, const TransferRecord& record,
                  const Position& position, const MaybeBoxed<TransferNotes>& notes) {
  const NodeServices& services = call.context->services;
  auto view = view_of_ended(services.log, services.map, record);
  if (view) {
    view->notes = notes;
    return answer_view(call, form, *view, position);
  }
  if (view.error().code == Errc::unavailable) return call.answer(Problem(EdgeCode::no_leader));
  log_error("a transfer's history cannot be read",
            {{"transaction_id", record.transaction_id}, {"error", view.error().context}});
  call.answer(Problem(EdgeCode::internal_error));
}

void answer_status(const ApiContext& context, const CallPtr& call, const StatusRequest& request,
                   const AskReplies& replies) {
  for (const auto& reply : replies)
    if (view_as<TransferViews>(reply) == nullptr)
      return call->answer(no_answer(reply, AskedFor::read));
  const auto [all, more] = find_all(replies, request);
  const auto answer = [&](Problem problem) {
    problem.transaction_id = request.transaction_id;
    if (!problem.position) problem.position = replies.front()->position;
    call->answer(std::move(problem));
  };
  if (all.size() > 1 || more) return answer(ambiguous(all, more));
  if (all.empty()) return answer(Problem(Rejection::transfer_not_found));
  const Found& found = all.front();
  call->home = found.position.partition;
  auto notes = copy_of(found.notes);
  if (found.open != nullptr) {
    TransferView view = view_of_open(*found.open);
    view.notes = std::move(notes);
    return answer_view(*call, *request.form, view, found.position);
  }
  const bool posted = context.worker.post(
      [call, form = request.form, record = *found.ended, position = found.position,
       notes = std::move(notes)] { answer_ended(*call, *form, record, position, notes); });
  if (!posted) call->answer(Problem(EdgeCode::overloaded));
}

void answer_form(const ApiContext& context, const CallPtr& call, const StatusForm& form) {
  const auto request = read_request(*call, form);
  if (!request) return call->answer(Problem(request.error()));
  const PartitionMap& map = context.services.map;
  const auto question = [&](PartitionId p, const AccountId& owner) {
    return request->consistency.ask(p, GetTransfer{0, p, request->transaction_id, owner});
  };
  std::vector<Addressed> messages;
  if (request->home)
    messages.push_back({*request->home, question(*request->home, request->account)});
  else
    messages = to_all_partitions(map, [&](PartitionId p) { return question(p, request->account); });
  call->home = request->home;
  context.services.gateway.ask(std::move(messages), context.options.patience,
                               [call, request = *request](const AskReplies& replies) {
                                 answer_status(*call->context, call, request, replies);
                               });
}

}  // namespace

void get_transfer(const ApiContext& context, const CallPtr& call) {
  answer_form(context, call, as_transfer);
}

void get_transaction(const ApiContext& context, const CallPtr& call) {
  answer_form(context, call, as_transaction);
}

}  // namespace florin
