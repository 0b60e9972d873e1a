// Source: Stripe's pages "Supported currencies" (zero-decimal, three-decimal, special cases, minimum charge amounts).
#include "apps/florin_psp/model/currency_rules.hpp"

#include <array>

namespace florin::sandbox {
namespace {

struct Rule {
  std::string_view currency;
  int decimals = 2;           // of Stripe's integers
  std::int64_t minimum = 50;  // in them
  std::int64_t step = 1;      // every amount is a multiple of it
};

// Currencies that are not here have two decimals and the default minimum, when they are in `plain`.
constexpr std::array special{
    Rule{"aed", 2, 200},     Rule{"czk", 2, 1'500},      Rule{"dkk", 2, 250},
    Rule{"gbp", 2, 30},      Rule{"hkd", 2, 400},        Rule{"huf", 2, 17'500},
    Rule{"mxn", 2, 1'000},   Rule{"myr", 2, 200},        Rule{"nok", 2, 300},
    Rule{"pln", 2, 200},     Rule{"ron", 2, 200},        Rule{"sek", 2, 300},
    Rule{"thb", 2, 1'000},   Rule{"jpy", 0, 50},         Rule{"bif", 0, 50},
    Rule{"clp", 0, 50},      Rule{"djf", 0, 50},         Rule{"gnf", 0, 50},
    Rule{"kmf", 0, 50},      Rule{"krw", 0, 50},         Rule{"mga", 0, 50},
    Rule{"pyg", 0, 50},      Rule{"rwf", 0, 50},         Rule{"vnd", 0, 50},
    Rule{"vuv", 0, 50},      Rule{"xaf", 0, 50},         Rule{"xof", 0, 50},
    Rule{"xpf", 0, 50},      Rule{"isk", 2, 5'000, 100}, Rule{"ugx", 2, 5'000, 100},
    Rule{"bhd", 3, 500, 10}, Rule{"jod", 3, 500, 10},    Rule{"kwd", 3, 500, 10},
    Rule{"omr", 3, 500, 10}, Rule{"tnd", 3, 500, 10},
};
constexpr std::string_view plain =
    "afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf "
    "chf cny cop crc "
    "cve dop dzd egp etb eur fjd fkp gel gip gmd gtq gyd hnl htg idr ils inr jmd kes kgs khr kyd "
    "kzt lak lbp lkr "
    "lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mzn nad ngn nio npr nzd pab pen pgk php pkr qar "
    "rsd sar sbd scr "
    "sgd shp sle sos srd std szl tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw";

std::optional<Rule> rule_of(std::string_view currency) {
  for (const Rule& rule : special)
    if (rule.currency == currency) return rule;
  if (currency.size() != 3 || plain.find(currency) == std::string_view::npos) return std::nullopt;
  return Rule{currency};
}

}  // namespace

std::optional<StripeError> amount_fault(std::int64_t amount, const std::string& currency,
                                        std::string_view param) {
  const auto rule = rule_of(currency);
  if (!rule)
    return bad_parameter("currency", "Invalid currency: " + currency + ".", "invalid_currency");
  if (amount > amount_max)
    return bad_parameter(param, "Amount must be no more than 999,999.99.", "amount_too_large");
  if (amount < rule->minimum)
    return bad_parameter(param,
                         "Amount must be at least " + amount_text(rule->minimum, currency) + ".",
                         "amount_too_small");
  if (amount % rule->step != 0)
    return bad_parameter(
        param,
        "Amounts in " + currency + " must be multiples of " + std::to_string(rule->step) + ".",
        "parameter_invalid_integer");
  return std::nullopt;
}

std::optional<std::string> currency_of(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char c : lower)
    if (c < 'a' || c > 'z') return std::nullopt;
  if (!rule_of(lower)) return std::nullopt;
  return lower;
}

std::string amount_text(std::int64_t amount, const std::string& currency) {
  const auto rule = rule_of(currency);
  const auto decimals = static_cast<std::size_t>(rule ? rule->decimals : 2);
  std::string digits = std::to_string(amount);
  if (decimals != 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  std::string upper;
  for (const char c : currency) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return digits + " " + upper;
}

}  // namespace florin::sandbox
