// Strict: what is not understood is an error, never a default.
#include "sim/scenarios/scenario_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace florin::sim {

Err<std::string> no(std::string what) { return Err<std::string>{std::move(what)}; }

std::optional<std::uint32_t> number(const std::string& word) {
  std::uint32_t value = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || read.ec != std::errc{} || read.ptr != word.data() + word.size())
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> span(const std::string& word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto value = number(word.substr(0, digits));
  const std::string unit = word.substr(digits);
  if (!value) return std::nullopt;
  if (unit == "ms") return *value * std::int64_t{1'000};
  if (unit == "s") return *value * std::int64_t{1'000'000};
  if (unit == "h") return *value * std::int64_t{3'600'000'000};
  return std::nullopt;
}

Result<Minor, std::string> amount(const std::string& word, Currency currency) {
  const bool negative = word.starts_with('-');  // amounts of clients have no sign
  const auto parsed = parse_amount(negative ? word.substr(1) : word, decimals_of(currency));
  if (!parsed)
    return no(parsed.error() == AmountError::too_many_decimals ? "too_many_decimals"
                                                               : "malformed amount");
  return negative ? -*parsed : *parsed;
}

}  // namespace florin::sim
