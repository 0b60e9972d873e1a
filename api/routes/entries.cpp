// GET /v1/accounts/{account_id}/entries: a page of the account's statement, newest first.
#include <array>

#include "api/answers/notes_json.hpp"
#include "api/answers/statement.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/requests/transfer_request.hpp"
#include "api/routes/history_list.hpp"
#include "domain/account/system_account.hpp"

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

HistoryList statement_of(const AccountId& account) {
  return {"is not one that this statement gave.", "a statement cannot be read", account.str(), 256};
}

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
  request.everywhere = system_account_of(account).has_value();
  request.home = map.partition_of(account);
  FLORIN_TRY(from,
             read_consistency(values[2], values[3], map,
                              request.everywhere ? std::nullopt : std::optional(request.home)));
  request.from = from;
  if (values[1]) {
    auto heads = decode_statement_cursor(*values[1]);
    if (!heads) return Err{bad_cursor(statement_of(account))};
    request.heads = std::move(*heads);
  }
  return request;
}

void write_origin(JsonWriter& json, const StatementLine& line) {
  json.key("transaction_id").uuid(line.transaction_id);
  json.key("kind").plain(line.kind == LineKind::transfer ? "transfer" : "compensation");
  write_leg_notes(json, line.reference, line.description);
}

void write_line(JsonWriter& json, const StatementLine& line) {
  json.begin_object();
  json.key("position").position(line.position);
  json.key("time").plain(line.time.to_rfc3339());
  if (line.step.empty())
    write_origin(json, line);
  else
    json.key("step").plain(line.step);
  json.key("direction").plain(line.direction == LegRole::debit ? "debit" : "credit");
  json.key("amount").amount(line.amount, line.currency);
  json.key("counterparty").plain(line.counterparty.view());
  json.key("posted_after").amount(line.posted_after, line.currency);
  json.end_object();
}

void read_on(const CallPtr& call, const EntriesRequest& request, const AskReplies& replies) {
  const auto read = [account = request.account, limit = request.limit](
                        EventLogReader& log, const std::vector<Position>& heads) {
    return read_statement(log, account, heads, limit);
  };
  const std::size_t shown = request.everywhere ? request.home : 0U;
  answer_history(call, statement_of(request.account), {request.heads, shown}, replies,
                 &AccountView::last_posting, read, &StatementPage::lines, write_line);
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
  context.services.gateway.ask(std::move(messages), context.options.patience,
                               [call, request = std::move(*request)](const AskReplies& replies) {
                                 read_on(call, request, replies);
                               });
}

}  // namespace florin
