// Readers of the fields that several requests share. Each gives the value or the fault that names `key`.
#pragma once

#include <optional>
#include <string_view>

#include "api/json/json_reader.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

std::optional<InputFault> read_account_id(std::string_view key, const JsonValue& value,
                                          AccountId& out);
std::optional<InputFault> read_currency(std::string_view key, const JsonValue& value,
                                        Currency& out);

// A well-formed amount. With more decimals than the currency has, `minor_rounded_up` is the next whole
// minor unit unless all that is too much is zeros.
struct AmountText {
  Minor minor_rounded_up = 0;
  bool too_many_decimals = false;
  bool rounded = false;
};
std::optional<InputFault> read_amount(std::string_view key, const JsonValue& value,
                                      Currency currency, AmountText& out);
// The same of an amount in a currency that could not be read: what is wrong with it in any.
std::optional<InputFault> check_amount(std::string_view key, const JsonValue& value);

}  // namespace florin
