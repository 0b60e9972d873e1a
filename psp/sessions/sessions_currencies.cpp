// The table, and exact conversion.
#include "psp/sessions/sessions_currencies.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "psp/sessions/sessions_declaration.hpp"

namespace florin::psp::sessions {
namespace {

// Version 1 (PspDeclaration::currencies_version). Without decimals where it says 0; ISK and UGX are counted in hundredths that
// must be 00, three decimals must end in 0, and MGA has no hundredths. Sorted.
// clang-format off
constexpr std::array<PspCurrency, 134> currencies{{
    {"AED", 2, 1, 200}, {"AFN", 2, 1, 1}, {"ALL", 2, 1, 1}, {"AMD", 2, 1, 1}, {"ANG", 2, 1, 1},
    {"AOA", 2, 1, 1}, {"ARS", 2, 1, 1}, {"AUD", 2, 1, 50}, {"AWG", 2, 1, 1}, {"AZN", 2, 1, 1},
    {"BAM", 2, 1, 1}, {"BBD", 2, 1, 1}, {"BDT", 2, 1, 1}, {"BGN", 2, 1, 100}, {"BHD", 3, 10, 10},
    {"BIF", 0, 1, 1}, {"BMD", 2, 1, 1}, {"BND", 2, 1, 1}, {"BOB", 2, 1, 1}, {"BRL", 2, 1, 50},
    {"BSD", 2, 1, 1}, {"BWP", 2, 1, 1}, {"BYN", 2, 1, 1}, {"BZD", 2, 1, 1}, {"CAD", 2, 1, 50},
    {"CDF", 2, 1, 1}, {"CHF", 2, 1, 50}, {"CLP", 0, 1, 1}, {"CNY", 2, 1, 1}, {"COP", 2, 1, 1},
    {"CRC", 2, 1, 1}, {"CVE", 2, 1, 1}, {"CZK", 2, 1, 1500}, {"DJF", 0, 1, 1}, {"DKK", 2, 1, 250},
    {"DOP", 2, 1, 1}, {"DZD", 2, 1, 1}, {"EGP", 2, 1, 1}, {"ETB", 2, 1, 1}, {"EUR", 2, 1, 50},
    {"FJD", 2, 1, 1}, {"FKP", 2, 1, 1}, {"GBP", 2, 1, 30}, {"GEL", 2, 1, 1}, {"GIP", 2, 1, 1},
    {"GMD", 2, 1, 1}, {"GNF", 0, 1, 1}, {"GTQ", 2, 1, 1}, {"GYD", 2, 1, 1}, {"HKD", 2, 1, 400},
    {"HNL", 2, 1, 1}, {"HTG", 2, 1, 1}, {"HUF", 2, 1, 17500}, {"IDR", 2, 1, 1}, {"ILS", 2, 1, 1},
    {"INR", 2, 1, 50}, {"ISK", 2, 100, 100}, {"JMD", 2, 1, 1}, {"JOD", 3, 10, 10},
    {"JPY", 0, 1, 50}, {"KES", 2, 1, 1}, {"KGS", 2, 1, 1}, {"KHR", 2, 1, 1}, {"KMF", 0, 1, 1},
    {"KRW", 0, 1, 1}, {"KWD", 3, 10, 10}, {"KYD", 2, 1, 1}, {"KZT", 2, 1, 1}, {"LAK", 2, 1, 1},
    {"LBP", 2, 1, 1}, {"LKR", 2, 1, 1}, {"LRD", 2, 1, 1}, {"LSL", 2, 1, 1}, {"MAD", 2, 1, 1},
    {"MDL", 2, 1, 1}, {"MGA", 0, 1, 1}, {"MKD", 2, 1, 1}, {"MMK", 2, 1, 1}, {"MNT", 2, 1, 1},
    {"MOP", 2, 1, 1}, {"MUR", 2, 1, 1}, {"MVR", 2, 1, 1}, {"MWK", 2, 1, 1}, {"MXN", 2, 1, 1000},
    {"MYR", 2, 1, 200}, {"MZN", 2, 1, 1}, {"NAD", 2, 1, 1}, {"NGN", 2, 1, 1}, {"NIO", 2, 1, 1},
    {"NOK", 2, 1, 300}, {"NPR", 2, 1, 1}, {"NZD", 2, 1, 50}, {"OMR", 3, 10, 10}, {"PAB", 2, 1, 1},
    {"PEN", 2, 1, 1}, {"PGK", 2, 1, 1}, {"PHP", 2, 1, 1}, {"PKR", 2, 1, 1}, {"PLN", 2, 1, 200},
    {"PYG", 0, 1, 1}, {"QAR", 2, 1, 1}, {"RON", 2, 1, 200}, {"RSD", 2, 1, 1}, {"RUB", 2, 1, 1},
    {"RWF", 0, 1, 1}, {"SAR", 2, 1, 1}, {"SBD", 2, 1, 1}, {"SCR", 2, 1, 1}, {"SEK", 2, 1, 300},
    {"SGD", 2, 1, 50}, {"SHP", 2, 1, 1}, {"SLE", 2, 1, 1}, {"SOS", 2, 1, 1}, {"SRD", 2, 1, 1},
    {"SZL", 2, 1, 1}, {"THB", 2, 1, 1000}, {"TJS", 2, 1, 1}, {"TND", 3, 10, 10}, {"TOP", 2, 1, 1},
    {"TRY", 2, 1, 1}, {"TTD", 2, 1, 1}, {"TWD", 2, 1, 1}, {"TZS", 2, 1, 1}, {"UAH", 2, 1, 1},
    {"UGX", 2, 100, 100}, {"USD", 2, 1, 50}, {"UYU", 2, 1, 1}, {"UZS", 2, 1, 1}, {"VND", 0, 1, 1},
    {"VUV", 0, 1, 1}, {"WST", 2, 1, 1}, {"YER", 2, 1, 1}, {"ZAR", 2, 1, 1}, {"ZMW", 2, 1, 1},
}};
// clang-format on

constexpr std::int64_t tens(int power) {
  std::int64_t product = 1;
  for (int i = 0; i < power; ++i) product *= 10;
  return product;
}

}  // namespace

std::optional<PspCurrency> psp_currency(Currency currency) {
  const auto* const found =
      std::ranges::lower_bound(currencies, currency.view(), {}, &PspCurrency::code);
  if (found == currencies.end() || found->code != currency.view()) return std::nullopt;
  return *found;
}

std::string_view to_string(AmountRefusal refusal) {
  switch (refusal) {
    case AmountRefusal::currency_not_carried: return "currency_not_carried";
    case AmountRefusal::not_positive: return "not_positive";
    case AmountRefusal::too_fine: return "too_fine";
    case AmountRefusal::too_small: return "too_small";
    case AmountRefusal::too_large: return "too_large";
  }
  return "";
}

Result<std::int64_t, AmountRefusal> to_psp_amount(std::int64_t amount_minor, Currency currency) {
  const auto its = psp_currency(currency);
  if (!its) return Err{AmountRefusal::currency_not_carried};
  if (amount_minor <= 0) return Err{AmountRefusal::not_positive};
  const int shift = its->decimals - decimals_of(currency);
  std::int64_t amount = amount_minor;
  if (shift >= 0) {
    if (amount > declaration.amount_max) return Err{AmountRefusal::too_large};
    amount *= tens(shift);
  } else {
    if (amount % tens(-shift) != 0) return Err{AmountRefusal::too_fine};
    amount /= tens(-shift);
  }
  if (amount % its->step != 0) return Err{AmountRefusal::too_fine};
  if (amount < its->least) return Err{AmountRefusal::too_small};
  if (amount > declaration.amount_max) return Err{AmountRefusal::too_large};
  return amount;
}

std::optional<std::int64_t> from_psp_amount(std::int64_t amount, Currency currency) {
  const auto its = psp_currency(currency);
  if (!its || amount < 0) return std::nullopt;
  const int shift = its->decimals - decimals_of(currency);
  if (shift >= 0) {
    if (amount % tens(shift) != 0) return std::nullopt;
    return amount / tens(shift);
  }
  if (amount > std::numeric_limits<std::int64_t>::max() / tens(-shift)) return std::nullopt;
  return amount * tens(-shift);
}

std::string psp_code(Currency currency) {
  std::string code(currency.view());
  for (char& c : code) c = static_cast<char>(c - 'A' + 'a');
  return code;
}

}  // namespace florin::psp::sessions
