// Amounts at the provider (PAYMENTS.md, rule 13): exact or refused, never rounded, and back to what they were.
#include "psp/sessions/sessions_currencies.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace florin::psp::sessions {
namespace {

Currency cur(const char* code) { return *parse_currency(code); }

std::string sent(std::int64_t minor, const char* code) {
  const auto amount = to_psp_amount(minor, cur(code));
  return amount ? std::to_string(*amount) : std::string(to_string(amount.error()));
}

TEST(PspAmount, IsCountedInTheProvidersUnits) {
  EXPECT_EQ(sent(1'099, "USD"), "1099");
  EXPECT_EQ(sent(500, "JPY"), "500");
  EXPECT_EQ(sent(18'600, "KWD"), "18600");
  EXPECT_EQ(sent(500, "UGX"), "50000") << "ISO has no decimals, the provider counts hundredths";
  EXPECT_EQ(sent(5, "ISK"), "500");
  EXPECT_EQ(sent(100, "MGA"), "1") << "ISO has two decimals, the provider none";
}

TEST(PspAmount, ThatCannotBeCarriedIsRefusedNotRounded) {
  EXPECT_EQ(sent(1'234, "KWD"), "too_fine");
  EXPECT_EQ(sent(50, "MGA"), "too_fine");
  EXPECT_EQ(sent(49, "USD"), "too_small");
  EXPECT_EQ(sent(50, "USD"), "50");
  EXPECT_EQ(sent(0, "USD"), "not_positive");
  EXPECT_EQ(sent(-1, "USD"), "not_positive");
  EXPECT_EQ(sent(std::numeric_limits<std::int64_t>::min(), "UGX"), "not_positive");
  EXPECT_EQ(sent(99'999'999, "USD"), "99999999");
  EXPECT_EQ(sent(100'000'000, "USD"), "too_large");
  EXPECT_EQ(sent(1'000'000, "UGX"), "too_large");
  EXPECT_EQ(sent(std::numeric_limits<std::int64_t>::max(), "UGX"), "too_large");
  EXPECT_EQ(sent(std::numeric_limits<std::int64_t>::max() / 100 * 100, "MGA"), "too_large");
  EXPECT_EQ(sent(100, "IRR"), "currency_not_carried");
}

TEST(PspAmount, ComesBackAsItWas) {
  for (const CurrencyInfo& info : currency_table()) {
    const Currency currency = cur(std::string(info.code).c_str());
    for (const std::int64_t minor : {1'000, 20'000, 1'234'500}) {
      const auto amount = to_psp_amount(minor, currency);
      EXPECT_TRUE(!amount || from_psp_amount(*amount, currency) == minor) << info.code;
    }
  }
}

TEST(PspAmount, OfTheProviderThatIsNotWholeHereIsNone) {
  EXPECT_EQ(from_psp_amount(150, cur("UGX")), std::nullopt);
  EXPECT_EQ(from_psp_amount(-1, cur("USD")), std::nullopt);
  EXPECT_EQ(from_psp_amount(1, cur("IRR")), std::nullopt);
  EXPECT_EQ(from_psp_amount(std::numeric_limits<std::int64_t>::max(), cur("MGA")), std::nullopt);
}

TEST(PspCurrency, TableIsSortedAndItsRowsAreWhole) {
  std::size_t carried = 0;
  for (const CurrencyInfo& info : currency_table()) {
    const auto its = psp_currency(cur(std::string(info.code).c_str()));
    if (!its) continue;
    ++carried;
    EXPECT_EQ(its->code, info.code);
    EXPECT_EQ(its->least % its->step, 0) << info.code;
    EXPECT_GT(its->least, 0) << info.code;
  }
  EXPECT_GT(carried, 120U) << "an unsorted table is not found in";
  EXPECT_FALSE(psp_currency(Currency{}).has_value());
}

}  // namespace
}  // namespace florin::psp::sessions
