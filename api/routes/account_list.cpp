// GET /v1/accounts: a page of all clients' accounts in id order, merged over the partitions.
#include <algorithm>
#include <array>

#include "api/answers/account_json.hpp"
#include "api/answers/cursor.hpp"
#include "api/json/json_reader.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/routes/routes.hpp"

namespace florin {
namespace {

struct Listed {
  const AccountView* view;
  Position position;
};

struct PageRequest {
  std::uint32_t limit = 0;
  std::string after;  // an account id; empty = from the start
  ReadConsistency from;
};

Result<PageRequest, InputFault> read_page(std::string_view query, const PartitionMap& map) {
  static constexpr std::array<std::string_view, 4> names{"limit", "cursor", "consistency",
                                                         "min_position"};
  FLORIN_TRY(values, read_query(query, names));
  FLORIN_TRY(limit, read_limit(values[0]));
  FLORIN_TRY(from, read_consistency(values[2], values[3], map, std::nullopt));
  PageRequest page{limit, {}, from};
  if (values[1]) {
    const auto after = decode_account_cursor(*values[1]);
    if (!after) return Err{bad_field("cursor", "is not one that this list gave.")};
    page.after = after->str();
  }
  return page;
}

void answer_page(Call& call, const AskReplies& replies, std::size_t limit) {
  std::vector<Listed> accounts;
  for (const auto& reply : replies) {
    const auto* page = view_as<AccountPage>(reply);
    if (page == nullptr) return call.answer(no_answer(reply, AskedFor::read));
    for (const AccountView& view : page->accounts) accounts.push_back({&view, reply->position});
  }
  std::ranges::sort(accounts, {}, [](const Listed& listed) { return listed.view->account; });
  const bool more = accounts.size() > limit;
  if (more) accounts.resize(limit);

  std::string body;
  body.reserve(64 + accounts.size() * 320);
  JsonWriter json(body);
  json.begin_object().key("data").begin_array();
  for (const Listed& listed : accounts) write_account(json, *listed.view, listed.position);
  json.end_array().key("next_cursor");
  if (more)
    json.plain(encode_account_cursor(accounts.back().view->account));
  else
    json.null();
  const Position position = replies.front()->position;
  json.key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

}  // namespace

void list_accounts(const ApiContext& context, const CallPtr& call) {
  auto page = read_page(call->request.query(), context.services.map);
  if (!page) return call->answer(Problem(page.error()));
  // One more than is shown: whether there is a next page. Each partition might have them all.
  const std::uint32_t wanted = page->limit + 1;
  context.services.gateway.ask(
      to_all_partitions(context.services.map,
                        [&](PartitionId p) {
                          return page->from.ask(p, ListAccounts{0, p, page->after, wanted});
                        }),
      context.options.patience, [call, limit = page->limit](const AskReplies& replies) {
        answer_page(*call, replies, limit);
      });
}

}  // namespace florin
