// The currencies of real money and their decimals, looked up in a generated, sorted table.
// Never from a locale library: ICU shows 0 decimals for currencies that have 2 or 3.
#include "domain/money/currency.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace florin {
namespace {

constexpr std::array table{
#include "domain/money/iso4217.inc"
};

static_assert(std::ranges::is_sorted(table, {}, &CurrencyInfo::code));

constexpr std::size_t code_chars = 3;

// The characters of a code as one number that sorts like them: a batch of 10,000 looks 20,000 codes up.
constexpr std::uint32_t number_of(std::string_view code) noexcept {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < code_chars; ++i)
    number = number << 8 | static_cast<unsigned char>(code[i]);
  return number;
}

constexpr auto numbers = [] {
  std::array<std::uint32_t, table.size()> all{};
  for (std::size_t i = 0; i < table.size(); ++i) all[i] = number_of(table[i].code);
  return all;
}();
static_assert(std::ranges::is_sorted(numbers));

const CurrencyInfo* find(std::string_view code) noexcept {
  if (code.size() != code_chars) return nullptr;
  const std::uint32_t number = number_of(code);
  const auto* found = std::ranges::lower_bound(numbers, number);
  return found != numbers.end() && *found == number
             ? &table[static_cast<std::size_t>(found - numbers.begin())]
             : nullptr;
}

}  // namespace

std::span<const CurrencyInfo> currency_table() noexcept { return table; }

std::optional<Currency> parse_currency(std::string_view code) noexcept {
  const CurrencyInfo* info = find(code);
  if (info == nullptr) return std::nullopt;
  return Currency{{code[0], code[1], code[2]}};
}

int decimals_of(Currency currency) noexcept {
  constexpr int decimals_of_withdrawn = 2;
  const CurrencyInfo* info = find(currency.view());
  return info == nullptr ? decimals_of_withdrawn : info->decimals;
}

}  // namespace florin
