// What Stripe charges in a currency: how many decimals its integers have, which of them it takes, and the least amount.
// The sandbox's own table, shared with nobody: a wrong exponent in Florin must not agree with itself here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {

inline constexpr std::int64_t amount_max = 99'999'999;

// `currency` in lower case. nullopt: an amount that can be charged. Three-decimal amounts must end in 0; UGX and ISK
// are counted in hundredths and must be whole; codes amount_too_small, amount_too_large, parameter_invalid_integer.
std::optional<StripeError> amount_fault(std::int64_t amount, const std::string& currency,
                                        std::string_view param);
// "usd" of "USD"; nullopt: three letters are wanted, and a currency that Stripe charges in.
std::optional<std::string> currency_of(std::string_view text);
// 1099, "usd" -> "10.99 USD", for people.
std::string amount_text(std::int64_t amount, const std::string& currency);

}  // namespace florin::sandbox
