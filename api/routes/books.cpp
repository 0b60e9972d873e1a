// GET /v1/ledger/trial_balance: the books of every partition, and what is under way between them.
#include <map>

#include "api/json/json_writer.hpp"
#include "api/routes/ask_everywhere.hpp"

namespace florin {
namespace {

void write_sums(JsonWriter& json, const CurrencySums& sums) {
  json.begin_object();
  json.key("currency").plain(sums.currency.view());
  json.key("accounts").amount(sums.accounts_posted, sums.currency);
  json.key("clearing").amount(sums.clearing, sums.currency);
  json.key("total").amount(sums.accounts_posted + sums.clearing, sums.currency);
  json.end_object();
}

void answer_trial_balance(Call& call, const AskReplies& replies) {
  std::map<Currency, WideMinor> in_flight;
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("partitions").begin_array();
  for (std::size_t partition = 0; partition < replies.size(); ++partition) {
    const auto& reply = replies[partition];
    const auto* balance = view_as<TrialBalance>(reply);
    if (balance == nullptr) return call.answer(no_answer(reply, AskedFor::read));
    json.begin_object().key("partition").number(partition);
    json.key("position").position(reply->position);
    if (!balance->recomputed_at.is_none())
      json.key("recomputed_at").plain(balance->recomputed_at.to_rfc3339());
    json.key("currencies").begin_array();
    for (const CurrencySums& sums : balance->currencies) {
      write_sums(json, sums);
      in_flight[sums.currency] += sums.clearing;
    }
    json.end_array().end_object();
  }
  json.end_array().key("in_flight").begin_object();
  for (const auto& [currency, clearing] : in_flight)
    json.key(currency.view()).amount(clearing, currency);
  json.end_object();
  const Position position = replies.front()->position;
  json.key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

}  // namespace

void get_trial_balance(const ApiContext& context, const CallPtr& call) {
  ask_everywhere<GetTrialBalance>(context, call, answer_trial_balance);
}

}  // namespace florin
