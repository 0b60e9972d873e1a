// What configuration, clock and sellers have against a request, and the terms by which it is accepted.
#include "api/requests/payment_terms.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace florin {
namespace {

constexpr Timestamp now{1'790'000'000'000'000};

PaymentSettings settings() {
  PaymentSettings settings;
  settings.cluster = "test";
  for (const char* name : {"east", "west"}) settings.psps.emplace_back().name = name;
  settings.psps[1].is_live = true;
  settings.routes = {{std::nullopt, PaymentMethod::hosted, "east"}};
  settings.fees = {{AccountKind::merchant, std::nullopt, {290, 30}}};
  settings.return_url_hosts = {"shop.example"};
  return settings;
}

PaymentRequest terms_request(std::string_view currency = "USD", Minor amount = 1'000) {
  PaymentRequest request;
  request.checkout = PaymentId::from_trusted("co-1");
  request.return_url = "https://shop.example/done";
  PaymentOrderAsked& order = request.orders.emplace_back();
  order.id = PaymentId::from_trusted("po-1");
  order.seller = AccountId::from_trusted("shop");
  order.amount = amount;
  order.currency = *parse_currency(currency);
  return request;
}

std::string against(const PaymentRequest& request, const PaymentSettings& with = settings()) {
  std::string all;
  for (const ProblemPart& part : against_settings(request, with, now))
    all.append(all.empty() ? "" : " ").append(part.kind->code).append(part.param);
  return all;
}

AccountView seller(std::string_view currency = "USD") {
  AccountView view;
  view.account = AccountId::from_trusted("shop");
  view.currency = *parse_currency(currency);
  view.kind = AccountKind::merchant;
  return view;
}

TEST(PaymentTerms, HaveNothingAgainstWhatIsRight) { EXPECT_EQ(against(terms_request()), ""); }

// Rule 13: what a provider cannot carry is refused at acceptance, and never rounded.
TEST(PaymentTerms, RefuseWhatTheProviderCannotCarry) {
  EXPECT_EQ(against(terms_request("KWD", 1'234)), "amount_not_supported/payment_orders/0/amount");
  EXPECT_EQ(against(terms_request("KWD", 1'230)), "");
  EXPECT_EQ(against(terms_request("USD", 49)), "amount_not_supported/payment_orders/0/amount");
  EXPECT_EQ(against(terms_request("USD", 100'000'000)),
            "amount_not_supported/payment_orders/0/amount");
}

TEST(PaymentTerms, NeedAProviderThatIsConfigured) {
  PaymentRequest named = terms_request();
  named.psp = "north";
  EXPECT_EQ(against(named), "psp_unknown/payment_method/psp");
  PaymentSettings bare = settings();
  bare.routes.clear();
  EXPECT_EQ(against(terms_request(), bare), "psp_unknown/payment_method/psp");
  named.psp = "west";
  EXPECT_EQ(against(named, bare), "");
  bare.psps.clear();
  EXPECT_EQ(against(terms_request(), bare), "psp_unknown/payment_method/psp");
}

TEST(PaymentTerms, EndBetweenAMinuteAndADayAhead) {
  const auto ending = [](std::int64_t ahead_us) {
    PaymentRequest asked = terms_request();
    asked.expires_at = now + ahead_us;
    return against(asked);
  };
  EXPECT_EQ(ending(limits::payment_expires_us_min), "");
  EXPECT_EQ(ending(limits::payment_expires_us_max), "");
  EXPECT_EQ(ending(limits::payment_expires_us_min - 1), "expires_at_out_of_range/expires_at");
  EXPECT_EQ(ending(limits::payment_expires_us_max + 1), "expires_at_out_of_range/expires_at");
  EXPECT_EQ(ending(-1), "expires_at_out_of_range/expires_at");
}

TEST(PaymentTerms, SayAllThatIsAgainstThemAtOnce) {
  PaymentRequest asked = terms_request("USD", 1);
  asked.return_url = "https://evil.example/";
  asked.expires_at = now;
  EXPECT_EQ(against(asked),
            "amount_not_supported/payment_orders/0/amount return_url_not_allowed/return_url "
            "expires_at_out_of_range/expires_at");
}

TEST(PaymentTerms, NeedASellerWhoCanBePaidInThatCurrency) {
  const auto code = [](const AccountView* view) {
    const auto part = against_seller(terms_request(), 0, view);
    return part ? std::string(part->kind->code) + part->param : "";
  };
  AccountView view = seller();
  EXPECT_EQ(code(&view), "");
  EXPECT_EQ(code(nullptr), "account_not_found/payment_orders/0/seller_account");
  view.frozen = true;  // its money waits
  EXPECT_EQ(code(&view), "");
  view.closed = true;
  EXPECT_EQ(code(&view), "account_closed/payment_orders/0/seller_account");
  view = seller("EUR");
  EXPECT_EQ(code(&view), "currency_mismatch/payment_orders/0/currency");
}

TEST(PaymentTerms, FixProviderAmountFeeAndEnd) {
  const AccountView view = seller();
  PaymentRequest asked = terms_request();
  asked.psp = "west";
  const auto orders = accepted_orders(asked, {&view}, settings(), now);
  ASSERT_EQ(orders.size(), 1U);
  const OrderTerms& terms = orders[0].terms;
  EXPECT_EQ(terms.psp, "west");
  EXPECT_TRUE(terms.livemode);
  EXPECT_EQ(terms.psp_amount, 1'000);
  EXPECT_EQ(terms.fee, 59);
  EXPECT_EQ(terms.expires_at, now + 30LL * 60 * 1'000'000);
  EXPECT_TRUE(is_sound(terms));
}

TEST(PaymentTerms, CountInTheProvidersUnits) {
  const AccountView view = seller("UGX");
  const auto orders = accepted_orders(terms_request("UGX", 5'000), {&view}, settings(), now);
  EXPECT_EQ(orders.at(0).terms.amount, 5'000);
  EXPECT_EQ(orders.at(0).terms.psp_amount, 500'000);
}

TEST(PaymentTerms, OfATopUpHaveNoFee) {
  const AccountView view = seller();
  PaymentRequest asked = terms_request();
  asked.buyer = asked.orders[0].seller;
  EXPECT_EQ(accepted_orders(asked, {&view}, settings(), now).at(0).terms.fee, 0);
}

}  // namespace
}  // namespace florin
