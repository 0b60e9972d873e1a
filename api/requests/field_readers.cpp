// Grammar of the shared fields.
#include "api/requests/field_readers.hpp"

namespace florin {
namespace {

// Of a text whose grammar is right: its first `decimals` decimals, and whether the rest is more than zeros.
Minor round_up(std::string_view text, int decimals, bool& rounded) {
  const std::size_t point = text.find('.');
  const std::size_t kept = point + (decimals == 0 ? 0 : 1 + static_cast<std::size_t>(decimals));
  const auto minor = parse_amount(text.substr(0, kept), decimals);
  FLORIN_ASSERT(minor.has_value(), text);  // shorter than what was within 18 digits
  rounded = text.find_first_not_of(".0", kept) != std::string_view::npos;
  return rounded ? *minor + 1 : *minor;
}

InputFault not_a_text(std::string_view key) {
  return bad_field(key, "must be a string such as \"12.34\"; a JSON number is not exact.");
}
InputFault not_an_amount(std::string_view key) {
  return bad_field(key, "must be a decimal number without sign, of at most 18 digits.");
}

}  // namespace

std::optional<InputFault> read_account_id(std::string_view key, const JsonValue& value,
                                          AccountId& out) {
  const auto text = json_text(value);
  const auto id = text ? AccountId::parse(*text) : std::nullopt;
  if (!id) return bad_field(key, "must be an account id: 1-64 characters of A-Z a-z 0-9 . _ : -");
  out = *id;
  return std::nullopt;
}

std::optional<InputFault> read_currency(std::string_view key, const JsonValue& value,
                                        Currency& out) {
  const auto text = json_text(value);
  const auto currency = text ? parse_currency(*text) : std::nullopt;
  if (!currency) return bad_field(key, "must be an ISO 4217 code of real money.");
  out = *currency;
  return std::nullopt;
}

std::optional<InputFault> read_amount(std::string_view key, const JsonValue& value,
                                      Currency currency, AmountText& out) {
  const auto text = json_text(value);
  if (!text) return not_a_text(key);
  const int decimals = decimals_of(currency);
  const auto minor = parse_amount(*text, decimals);
  if (minor) {
    out.minor_rounded_up = *minor;
    return std::nullopt;
  }
  if (minor.error() == AmountError::malformed) return not_an_amount(key);
  out.too_many_decimals = true;
  out.minor_rounded_up = round_up(*text, decimals, out.rounded);
  return std::nullopt;
}

std::optional<InputFault> check_amount(std::string_view key, const JsonValue& value) {
  const auto text = json_text(value);
  if (!text) return not_a_text(key);
  const auto minor = parse_amount(*text, 0);
  if (!minor && minor.error() == AmountError::malformed) return not_an_amount(key);
  return std::nullopt;
}

}  // namespace florin
