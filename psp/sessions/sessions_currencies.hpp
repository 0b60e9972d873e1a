// Amounts at the provider: how many decimals it counts in (not always ISO 4217's), what must end in zeros, and the least it
// takes. Integers only, and never rounded: what cannot be carried as it is, is refused before any call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/money/currency.hpp"

namespace florin::psp::sessions {

struct PspCurrency {
  std::string_view code;
  std::uint8_t decimals;  // of its units
  std::int32_t step;      // amounts in its units are a multiple of this
  std::int32_t least;     // in its units; 1: it declares none
};

// nullopt: it does not carry that currency.
std::optional<PspCurrency> psp_currency(Currency currency);

enum class AmountRefusal : std::uint8_t {
  currency_not_carried,
  not_positive,
  too_fine,   // KWD 1.234
  too_small,  // USD 0.49
  too_large,
};
std::string_view to_string(AmountRefusal refusal);

// In its units, of an amount in the currency's minor units; or why an order of it is refused (`amount_not_supported`).
Result<std::int64_t, AmountRefusal> to_psp_amount(std::int64_t amount_minor, Currency currency);
// Back; nullopt: it is not a whole number of minor units, not of this currency, or too large.
std::optional<std::int64_t> from_psp_amount(std::int64_t amount, Currency currency);

// "usd"
std::string psp_code(Currency currency);

}  // namespace florin::psp::sessions
