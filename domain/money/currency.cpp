// The currencies of real money and their decimals, looked up in a generated, sorted table.
// Never from a locale library: ICU shows 0 decimals for currencies that have 2 or 3.
#include "domain/money/currency.hpp"

#include <algorithm>

namespace florin {
namespace {

constexpr std::array table{
#include "domain/money/iso4217.inc"
};

static_assert(std::ranges::is_sorted(table, {}, &CurrencyInfo::code));

const CurrencyInfo* find(std::string_view code) noexcept {
  const auto* found = std::ranges::lower_bound(table, code, {}, &CurrencyInfo::code);
  return found != table.end() && found->code == code ? found : nullptr;
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
