// Fields of account requests, checked in the order of the contract.
#include "api/requests/account_request.hpp"

#include <algorithm>

#include "api/json/json_reader.hpp"
#include "api/requests/field_readers.hpp"
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

// Of several refusals the first in the order of codes is the answer.
void refuse(AccountRequest& out, Rejection code, std::string_view pointer) {
  if (out.refusal && *out.refusal <= code) return;
  out.refusal = code;
  out.refused_field = pointer;
}

MaybeFault read_kind(const Fields& fields, AccountRequest& out) {
  if (!fields.has(kind)) return std::nullopt;
  const auto text = json_text(fields[kind]);
  if (text == "user") {
    out.account.kind = AccountKind::user;
  } else if (text == "merchant") {
    out.account.kind = AccountKind::merchant;
  } else if (text == "system") {
    refuse(out, Rejection::system_account, "/kind");
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
  if (!fields.has(daily_debit_limit) || fields[daily_debit_limit].is_null()) return std::nullopt;
  AmountText amount;
  if (auto fault = read_amount(account_names[daily_debit_limit], fields[daily_debit_limit],
                               out.account.currency, amount))
    return fault;
  out.account.daily_debit_limit = amount.minor_rounded_up;
  if (amount.too_many_decimals) refuse(out, Rejection::too_many_decimals, "/daily_debit_limit");
  return std::nullopt;
}

InputFault bad_pair(std::string_view key, EdgeCode code, std::string_view what) {
  return {code, "/metadata" + json_pointer(key), "'metadata': " + std::string(what)};
}

MaybeFault read_metadata(const Fields& fields, Metadata& out) {
  if (!fields.has(metadata)) return std::nullopt;
  JsonObject pairs;
  if (fields[metadata].get(pairs))
    return bad_field(account_names[metadata], "must be an object of strings.");
  for (const auto& pair : pairs) {
    const auto value = json_text(pair.value);
    if (!value)
      return bad_pair(pair.key, EdgeCode::invalid_request, "every value must be a string.");
    if (characters_in(pair.key) > limits::metadata_key_chars_max)
      return bad_pair(pair.key, EdgeCode::invalid_request, "a key has at most 40 characters.");
    if (characters_in(*value) > limits::metadata_value_chars_max)
      return bad_pair(pair.key, EdgeCode::invalid_request, "a value has at most 500 characters.");
    if (out.size() == limits::metadata_pairs_max)
      return bad_field(account_names[metadata], "has at most 16 pairs.");
    out.emplace_back(pair.key, *value);
  }
  std::ranges::sort(out);
  const auto twice = std::ranges::adjacent_find(out, {}, &Metadata::value_type::first);
  if (twice != out.end())
    return bad_pair(twice->first, EdgeCode::duplicate_field, "a key comes twice.");
  return std::nullopt;
}

MaybeFault read_terms(const Fields& fields, AccountRequest& out) {
  OpenAccount& account = out.account;
  if (!fields.has(account_id)) return missing_field(account_names[account_id]);
  if (auto fault = read_account_id(account_names[account_id], fields[account_id], account.account))
    return fault;
  if (!fields.has(currency)) return missing_field(account_names[currency]);
  if (auto fault = read_currency(account_names[currency], fields[currency], account.currency))
    return fault;
  if (auto fault = read_kind(fields, out)) return fault;
  if (auto fault = read_allow_negative(fields, account.allow_negative)) return fault;
  if (auto fault = read_limit(fields, out)) return fault;
  return read_metadata(fields, account.metadata);
}

}  // namespace

Result<AccountRequest, InputFault> read_account_request(std::string& body) {
  FLORIN_TRY(object, parse_json_object(body));
  Fields fields;
  if (auto fault = read_fields(object, account_names, fields)) return Err{std::move(*fault)};
  AccountRequest request;
  if (auto fault = read_terms(fields, request)) return Err{std::move(*fault)};
  if (request.account.account.is_system())
    refuse(request, Rejection::system_account, "/account_id");
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
