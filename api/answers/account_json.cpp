// Writes the account object; its fields and their order are the contract.
#include "api/answers/account_json.hpp"

namespace florin {
namespace {

std::string_view to_text(AccountKind kind) {
  switch (kind) {
    case AccountKind::user: return "user";
    case AccountKind::merchant: return "merchant";
    case AccountKind::system: return "system";
  }
  return "user";
}

}  // namespace

void write_account(JsonWriter& json, const AccountView& view, const AccountBalance& balance,
                   const Position& position) {
  json.begin_object();
  json.key("account_id").plain(view.account.view());
  json.key("currency").plain(view.currency.view());
  json.key("kind").plain(to_text(view.kind));
  json.key("posted").amount(balance.available + balance.held, view.currency);
  json.key("held").amount(balance.held, view.currency);
  json.key("available").amount(balance.available, view.currency);
  json.key("frozen").boolean(view.frozen);
  json.key("closed").boolean(view.closed);
  json.key("allow_negative").boolean(view.allow_negative);
  json.key("daily_debit_limit");
  if (view.daily_debit_limit == no_daily_limit)
    json.null();
  else
    json.amount(view.daily_debit_limit, view.currency);
  json.key("metadata").begin_object();
  for (const auto& [key, value] : view.metadata) json.any_key(key).string(value);
  json.end_object();
  json.key("position").position(position);
  json.end_object();
}

}  // namespace florin
