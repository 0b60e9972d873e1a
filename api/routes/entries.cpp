// GET /v1/accounts/{account_id}/entries: a page of the account's statement, newest first.
#include <array>

#include "api/answers/cursor.hpp"
#include "api/answers/statement.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/requests/transfer_request.hpp"
#include "api/routes/routes.hpp"
#include "runtime/logging/log.hpp"

namespace florin {
namespace {

struct EntriesRequest {
  AccountId account;
  std::uint32_t limit = 0;
  std::vector<Position> heads;  // from the cursor; empty = the newest
  bool everywhere = false;      // the account is kept in every partition
  PartitionId home = 0;         // otherwise
  ReadConsistency from;
};

InputFault bad_cursor() { return bad_field("cursor", "is not one that this statement gave."); }

Result<EntriesRequest, InputFault> read_request(const Call& call) {
  static constexpr std::array<std::string_view, 4> names{"limit", "cursor", "consistency",
                                                         "min_position"};
  const PartitionMap& map = call.context->services.map;
  FLORIN_TRY(account, account_argument(call));
  FLORIN_TRY(values, read_query(call.request.query(), names));
  FLORIN_TRY(limit, read_limit(values[0]));
  EntriesRequest request;
  request.account = account;
  request.limit = limit;
  request.everywhere = outside_currency(account).has_value();
  request.home = map.partition_of(account);
  FLORIN_TRY(from,
             read_consistency(values[2], values[3], map,
                              request.everywhere ? std::nullopt : std::optional(request.home)));
  request.from = from;
  if (values[1]) {
    auto heads = decode_statement_cursor(*values[1]);
    if (!heads) return Err{bad_cursor()};
    request.heads = std::move(*heads);
  }
  return request;
}

void write_line(JsonWriter& json, const StatementLine& line) {
  json.begin_object();
  json.key("position").position(line.position);
  json.key("time").plain(line.time.to_rfc3339());
  if (line.step.empty())
    json.key("transaction_id").uuid(line.transaction_id);
  else
    json.key("step").plain(line.step);
  json.key("direction").plain(line.direction == LegRole::debit ? "debit" : "credit");
  json.key("amount").amount(line.amount, line.currency);
  json.key("counterparty").plain(line.counterparty.view());
  json.key("posted_after").amount(line.posted_after, line.currency);
  json.end_object();
}

void answer_entries(Call& call, const EntriesRequest& request, bool from_cursor,
                    const Position& position) {
  EventLogReader& log = call.context->services.log;
  const auto page = read_statement(log, request.account, request.heads, request.limit);
  if (!page) {
    const Error& error = page.error();
    if (from_cursor && error.code == Errc::missing) return call.answer(Problem(bad_cursor()));
    if (error.code == Errc::unavailable) return call.answer(Problem(EdgeCode::no_leader));
    log_error("a statement cannot be read",
              {{"account", request.account}, {"error", error.context}});
    return call.answer(Problem(EdgeCode::internal_error));
  }
  std::string body;
  body.reserve(128 + page->lines.size() * 256);
  JsonWriter json(body);
  json.begin_object().key("data").begin_array();
  for (const StatementLine& line : page->lines) write_line(json, line);
  json.end_array().key("next_cursor");
  if (page->next.empty())
    json.null();
  else
    json.plain(encode_statement_cursor(page->next));
  json.key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

void read_on(const ApiContext& context, const CallPtr& call, EntriesRequest request,
             const AskReplies& replies, std::size_t shown) {
  std::vector<Position> newest;
  for (const auto& reply : replies) {
    const auto* view = view_as<AccountView>(reply);
    if (view == nullptr) return call->answer(no_answer(reply, AskedFor::read));
    if (!view->last_posting.is_none()) newest.push_back(view->last_posting);
  }
  const bool from_cursor = !request.heads.empty();
  if (!are_at_or_behind(request.heads, newest)) return call->answer(Problem(bad_cursor()));
  if (!from_cursor) request.heads = std::move(newest);
  const Position position = replies.at(shown)->position;
  const bool posted =
      context.worker.post([call, request = std::move(request), from_cursor, position] {
        answer_entries(*call, request, from_cursor, position);
      });
  if (!posted) call->answer(Problem(EdgeCode::overloaded));
}

}  // namespace

void get_entries(const ApiContext& context, const CallPtr& call) {
  auto request = read_request(*call);
  if (!request) return call->answer(Problem(request.error()));
  const PartitionMap& map = context.services.map;
  const AccountId id = request->account;
  std::vector<Addressed> messages;
  if (request->everywhere) {
    messages = to_all_partitions(map, [&](PartitionId p) {
      return request->from.ask(p, GetAccount{0, id});
    });
  } else {
    call->home = request->home;
    messages.push_back({request->home, request->from.ask(request->home, GetAccount{0, id})});
  }
  const std::size_t shown = request->everywhere ? request->home : 0U;
  context.services.gateway.ask(
      std::move(messages), context.options.patience,
      [call, request = std::move(*request), shown](const AskReplies& replies) {
        read_on(*call->context, call, request, replies, shown);
      });
}

}  // namespace florin
