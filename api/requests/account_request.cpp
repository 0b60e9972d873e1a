// Fields of account requests, checked in the order of the contract.
#include "api/requests/account_request.hpp"

#include <algorithm>

#include "api/json/json_reader.hpp"
#include "api/requests/field_readers.hpp"
#include "api/requests/metadata_reader.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

enum Field : std::size_t {
  account_id,
  currency,
  kind,
  allow_negative,
  daily_debit_limit,
  metadata
};

constexpr std::array<std::string_view, 6> account_names{
    "account_id", "currency", "kind", "allow_negative", "daily_debit_limit", "metadata"};

using Fields = JsonFields<account_names.size()>;
using MaybeFault = std::optional<InputFault>;

MaybeFault read_id(const Fields& fields, AccountId& out) {
  if (!fields.has(account_id)) return missing_field(account_names[account_id]);
  return read_account_id(account_names[account_id], fields[account_id], out);
}

MaybeFault read_unit(const Fields& fields, Currency& out) {
  if (!fields.has(currency)) return missing_field(account_names[currency]);
  return read_currency(account_names[currency], fields[currency], out);
}

MaybeFault read_kind(const Fields& fields, AccountRequest& out) {
  if (!fields.has(kind)) return std::nullopt;
  const auto text = json_text(fields[kind]);
  if (text == "user") {
    out.account.kind = AccountKind::user;
  } else if (text == "merchant") {
    out.account.kind = AccountKind::merchant;
  } else if (text == "system") {
    out.wrong.refuse(Rejection::system_account, account_names[kind]);
  } else {
    return bad_field(account_names[kind], "must be \"user\", \"merchant\" or \"system\".");
  }
  return std::nullopt;
}

MaybeFault read_allow_negative(const Fields& fields, bool& out) {
  if (fields.has(allow_negative) && fields[allow_negative].get(out))
    return bad_field(account_names[allow_negative], "must be true or false.");
  return std::nullopt;
}

// null is what answers show for no limit, so it may be sent back.
MaybeFault read_limit(const Fields& fields, AccountRequest& out) {
  const std::string_view key = account_names[daily_debit_limit];
  if (!fields.has(daily_debit_limit) || fields[daily_debit_limit].is_null()) return std::nullopt;
  if (out.account.currency.is_none()) return check_amount(key, fields[daily_debit_limit]);
  AmountText amount;
  if (auto fault = read_amount(key, fields[daily_debit_limit], out.account.currency, amount))
    return fault;
  out.account.daily_debit_limit = amount.minor_rounded_up;
  if (amount.too_many_decimals) out.wrong.refuse(Rejection::too_many_decimals, key);
  return std::nullopt;
}

void read_terms(const Fields& fields, AccountRequest& out) {
  OpenAccount& account = out.account;
  out.wrong.add(read_id(fields, account.account));
  out.wrong.add(read_unit(fields, account.currency));
  out.wrong.add(read_kind(fields, out));
  out.wrong.add(read_allow_negative(fields, account.allow_negative));
  out.wrong.add(read_limit(fields, out));
  if (fields.has(metadata))
    read_metadata(account_names[metadata], fields[metadata], account.metadata, out.wrong);
}

}  // namespace

Result<AccountRequest, InputFault> read_account_request(std::string& body) {
  FLORIN_TRY(object, parse_json_object(body));
  Fields fields;
  AccountRequest request;
  request.wrong.read_fields(object, account_names, fields);
  read_terms(fields, request);
  if (request.account.account.is_system())
    request.wrong.refuse(Rejection::system_account, account_names[account_id]);
  return request;
}

Result<MetadataRequest, InputFault> read_metadata_patch(std::string& body) {
  FLORIN_TRY(object, parse_json_object(body));
  MetadataRequest request;
  std::vector<std::string_view> keys;
  for (const auto& pair : object) {
    if (keys.size() == limits::metadata_changes_max) {
      request.wrong.add({EdgeCode::invalid_request, "", "A patch changes at most 32 pairs."});
      return request;
    }
    keys.push_back(pair.key);
    if (!pair.value.is_null())
      read_metadata_pair("", pair.key, pair.value, request.patch.set, request.wrong);
    else if (is_metadata_key_ok("", pair.key, request.wrong))
      request.patch.remove.emplace_back(pair.key);
  }
  refuse_metadata_keys_twice("", std::move(keys), request.wrong);
  std::ranges::sort(request.patch.set);
  std::ranges::sort(request.patch.remove);
  return request;
}

Result<std::string, InputFault> read_change_reason(std::string& body) {
  static constexpr std::array<std::string_view, 1> reason_only{"reason"};
  if (body.empty()) return std::string();
  FLORIN_TRY(object, parse_json_object(body));
  JsonFields<1> fields;
  if (auto fault = read_fields(object, reason_only, fields)) return Err{std::move(*fault)};
  if (!fields.has(0)) return std::string();
  const auto reason = json_text(fields[0]);
  if (!reason) return Err{bad_field("reason", "must be a string.")};
  if (characters_in(*reason) > limits::reason_chars_max)
    return Err{bad_field("reason", "has at most 500 characters.")};
  return std::string(*reason);
}

}  // namespace florin
