// Which provider takes an order, and which fee its seller pays, by the rows of the configuration.
#include "domain/payment/payment_settings.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

Currency currency(std::string_view code) { return *parse_currency(code); }

PaymentSettings two_providers() {
  PaymentSettings settings;
  for (const char* name : {"east", "west"}) settings.psps.emplace_back().name = name;
  settings.routes = {{std::nullopt, PaymentMethod::hosted, "west"},
                     {currency("JPY"), PaymentMethod::hosted, "east"},
                     {currency("KWD"), PaymentMethod::hosted, "nobody"}};
  settings.fees = {{AccountKind::merchant, std::nullopt, {250, 0}},
                   {AccountKind::merchant, currency("USD"), {290, 30}}};
  return settings;
}

TEST(PaymentSettings, FindsAProviderByItsName) {
  const PaymentSettings settings = two_providers();
  EXPECT_EQ(psp_named(settings, "west"), &settings.psps[1]);
  EXPECT_EQ(psp_named(settings, "West"), nullptr);
  EXPECT_EQ(psp_named(settings, ""), nullptr);
}

TEST(PaymentSettings, RoutesACurrencyByItsOwnRowBeforeTheOneOfAll) {
  const PaymentSettings settings = two_providers();
  EXPECT_EQ(psp_for(settings, currency("JPY"), PaymentMethod::hosted)->name, "east");
  EXPECT_EQ(psp_for(settings, currency("USD"), PaymentMethod::hosted)->name, "west");
}

TEST(PaymentSettings, RoutesNothingToWhoDoesNotExistOrHasNoRow) {
  const PaymentSettings settings = two_providers();
  EXPECT_EQ(psp_for(settings, currency("KWD"), PaymentMethod::hosted), nullptr);
  EXPECT_EQ(psp_for(settings, currency("USD"), PaymentMethod::token), nullptr);
  EXPECT_EQ(psp_for(PaymentSettings{}, currency("USD"), PaymentMethod::hosted), nullptr);
}

TEST(PaymentSettings, ChargesByKindAndCurrencyAndNothingWithoutARow) {
  const PaymentSettings settings = two_providers();
  EXPECT_EQ(fee_plan_of(settings, AccountKind::merchant, currency("USD")), (FeePlan{290, 30}));
  EXPECT_EQ(fee_plan_of(settings, AccountKind::merchant, currency("EUR")), (FeePlan{250, 0}));
  EXPECT_EQ(fee_plan_of(settings, AccountKind::user, currency("USD")), FeePlan{});
}

}  // namespace
}  // namespace florin
