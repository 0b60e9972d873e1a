// Currency: an ISO 4217 code of real money. The table is generated (tools/gen_iso4217.mjs) and committed.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace florin {

// Three upper-case letters; the default value is "no currency".
struct Currency {
  std::array<char, 3> code{};
  auto operator<=>(const Currency&) const = default;
  [[nodiscard]] std::string_view view() const noexcept { return {code.data(), code.size()}; }
  [[nodiscard]] bool is_none() const noexcept { return code[0] == '\0'; }
};

struct CurrencyInfo {
  std::string_view code;
  std::uint16_t numeric;
  std::uint8_t decimals;  // digits of the minor unit, 0-4
};

// All currencies, sorted by code. X.. codes (metals, tests, none) are not in it.
std::span<const CurrencyInfo> currency_table() noexcept;
// Exact match, upper case. nullopt: not a currency that we move.
std::optional<Currency> parse_currency(std::string_view code) noexcept;
// Digits of the minor unit. Currency must be of the table (2 for one that was withdrawn since).
int decimals_of(Currency currency) noexcept;

}  // namespace florin
