// The body of POST /v1/payments: what it may say, and every fault of it at once.
#include "api/requests/payment_request.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

PaymentRequestRead read(std::string body) {
  const auto object = parse_json_object(body);
  EXPECT_TRUE(object.has_value()) << body;
  return read_payment_request(*object);
}

std::string faults(std::string body) {
  std::string all;
  for (const ProblemPart& part : read(std::move(body)).faults)
    all.append(all.empty() ? "" : " ").append(part.kind->code).append(part.param);
  return all;
}

// A request that is right, with one of its values said otherwise.
std::string with(std::string_view key, std::string_view value) {
  const std::pair<std::string_view, std::string_view> fields[] = {
      {"checkout_id", R"("co-1")"},
      {"payment_method", R"({"type":"hosted"})"},
      {"payment_orders",
       R"([{"payment_order_id":"po-1","seller_account":"shop","amount":"12.34","currency":"USD"}])"},
      {"return_url", R"("https://shop.example/done")"}};
  std::string body = "{";
  bool is_known = false;
  for (const auto& [name, usual] : fields) {
    is_known |= name == key;
    if (name == key && value.empty()) continue;
    body.append(body.size() > 1 ? "," : "").append("\"").append(name).append("\":");
    body.append(name == key ? value : usual);
  }
  if (!is_known) body.append(",\"").append(key).append("\":").append(value);
  return body + "}";
}
std::string with_order(std::string_view more) {
  return with("payment_orders",
              std::string(R"([{"payment_order_id":"po-1","seller_account":"shop",)") +
                  std::string(more) + "}]");
}

TEST(PaymentRequest, ReadsWhatAHostedOrderSays) {
  const PaymentRequestRead got = read(R"({"checkout_id":"co-1","buyer_info":{"buyer_account":"ann"},
      "payment_method":{"type":"hosted","psp":"sandbox"},
      "payment_orders":[{"payment_order_id":"po-1","seller_account":"shop","amount":"12.3",
                         "currency":"USD","release":"auto"}],
      "return_url":"https://shop.example/done","expires_at":"2026-11-29T12:00:00Z"})");
  EXPECT_TRUE(got.faults.empty());
  EXPECT_EQ(got.request.checkout.str(), "co-1");
  EXPECT_EQ(got.request.buyer.str(), "ann");
  EXPECT_EQ(got.request.psp, "sandbox");
  ASSERT_EQ(got.request.orders.size(), 1U);
  EXPECT_EQ(got.request.orders[0].id.str(), "po-1");
  EXPECT_EQ(got.request.orders[0].seller.str(), "shop");
  EXPECT_EQ(got.request.orders[0].amount, 1'230);
  EXPECT_EQ(got.request.return_url, "https://shop.example/done");
  EXPECT_EQ(got.request.expires_at.to_rfc3339(), "2026-11-29T12:00:00.000000Z");
}

TEST(PaymentRequest, NeedsNeitherBuyerNorProviderNorExpiry) {
  EXPECT_EQ(faults(with("buyer_info", "{}")), "");
  EXPECT_TRUE(read(with("buyer_info", "{}")).request.expires_at.is_none());
}

// Rule 12: nothing of a person is taken before it can be sealed.
TEST(PaymentRequest, KnowsNoFieldOfAPerson) {
  EXPECT_EQ(faults(with("metadata", "{}")), "unknown_field/metadata");
  EXPECT_EQ(faults(with("description", "\"x\"")), "unknown_field/description");
  EXPECT_EQ(faults(with("buyer_info", R"({"name":"Ann","email":"a@b.c","buyer_account":"ann"})")),
            "unknown_field/buyer_info/name unknown_field/buyer_info/email");
  EXPECT_EQ(faults(with_order(R"("amount":"1.00","currency":"USD","description":"shoes")")),
            "unknown_field/payment_orders/0/description");
}

TEST(PaymentRequest, SaysAllThatIsWrongAtOnce) {
  EXPECT_EQ(
      faults(R"({"checkout_id":"a b","buyer_info":7,"payment_method":{"type":"cash","psp":"a/b"},
          "payment_orders":[{"payment_order_id":1,"seller_account":"@fees","amount":12.34,
                             "currency":"USD","release":"manual","color":"red"}],
          "return_url":"shop.example","expires_at":"tomorrow","metadata":{}})"),
      "unknown_field/metadata invalid_request/checkout_id invalid_request/buyer_info "
      "invalid_request/payment_method/type invalid_request/payment_method/psp "
      "unknown_field/payment_orders/0/color invalid_request/payment_orders/0/payment_order_id "
      "system_account/payment_orders/0/seller_account invalid_request/payment_orders/0/amount "
      "invalid_request/payment_orders/0/release invalid_request/return_url "
      "invalid_request/expires_at");
  EXPECT_EQ(faults("{}"),
            "invalid_request/checkout_id invalid_request/payment_method "
            "invalid_request/payment_orders invalid_request/return_url");
}

// Rule 2: 1-64 of A-Za-z0-9._-
TEST(PaymentRequest, TakesIdsOfItsGrammarOnly) {
  const std::string longest = "\"" + std::string(64, 'x') + "\"";
  EXPECT_EQ(faults(with("checkout_id", longest)), "");
  EXPECT_EQ(faults(with("checkout_id", "\"A.z_9-\"")), "");
  for (const char* bad :
       {"\"\"", "\"a b\"", "\"a/b\"", "\"a:b\"", "\"@a\"", "\"\xc3\xb6\"", "1", "null"})
    EXPECT_EQ(faults(with("checkout_id", bad)), "invalid_request/checkout_id") << bad;
  EXPECT_EQ(faults(with("checkout_id", "\"x" + longest.substr(1))), "invalid_request/checkout_id");
}

TEST(PaymentRequest, SupportsTheHostedMethodOnly) {
  EXPECT_EQ(faults(with("payment_method", R"({"type":"wallet"})")),
            "payment_method_not_supported/payment_method/type");
  EXPECT_EQ(faults(with("payment_method", R"({"type":"token","token":"tok_1","psp":"a"})")),
            "payment_method_not_supported/payment_method/type");
  EXPECT_EQ(faults(with("credit_card_info", R"({"token":"tok_1","psp":"a"})")),
            "payment_method_not_supported/credit_card_info");
  EXPECT_EQ(faults(with("payment_method", R"({"type":"hosted","token":"tok_1"})")),
            "invalid_request/payment_method/token");
  EXPECT_EQ(faults(with("payment_method", "{}")), "invalid_request/payment_method/type");
}

TEST(PaymentRequest, HasNoReleaseByHandYet) {
  EXPECT_EQ(faults(with_order(R"("amount":"1.00","currency":"USD","release":"manual")")),
            "invalid_request/payment_orders/0/release");
  EXPECT_EQ(faults(with_order(R"("amount":"1.00","currency":"USD","release":"later")")),
            "invalid_request/payment_orders/0/release");
}

TEST(PaymentRequest, TakesAmountsAsTheRestOfTheApiDoes) {
  EXPECT_EQ(faults(with_order(R"("amount":"0.00","currency":"USD")")),
            "amount_not_positive/payment_orders/0/amount");
  EXPECT_EQ(faults(with_order(R"("amount":"1.5","currency":"JPY")")),
            "too_many_decimals/payment_orders/0/amount");
  EXPECT_EQ(faults(with_order(R"("amount":"-1","currency":"USD")")),
            "invalid_request/payment_orders/0/amount");
  EXPECT_EQ(faults(with_order(R"("amount":"1.00","currency":"XXX")")),
            "invalid_request/payment_orders/0/currency");
  EXPECT_EQ(faults(with_order(R"("amount":"1.00")")), "invalid_request/payment_orders/0/currency");
}

TEST(PaymentRequest, TakesOneOrderAndStillComparesSeveral) {
  const auto order = [](const char* id, const char* currency) {
    return std::string(R"({"payment_order_id":")") + id +
           R"(","seller_account":"shop","amount":"1","currency":")" + currency + "\"}";
  };
  EXPECT_EQ(faults(with("payment_orders", "[]")), "invalid_request/payment_orders");
  EXPECT_EQ(faults(with("payment_orders", "[1]")), "invalid_request/payment_orders/0");
  EXPECT_EQ(faults(with("payment_orders", "[" + order("a", "USD") + "," + order("b", "USD") + "]")),
            "invalid_request/payment_orders");
  EXPECT_EQ(faults(with("payment_orders", "[" + order("a", "USD") + "," + order("a", "EUR") + "]")),
            "invalid_request/payment_orders duplicate_order_id/payment_orders/1/payment_order_id "
            "mixed_currencies/payment_orders/1/currency");
  std::string many = "[" + order("a", "USD");
  for (int i = 0; i < 50; ++i) many += "," + order("a", "USD");
  EXPECT_EQ(faults(with("payment_orders", many + "]")), "invalid_request/payment_orders");
}

TEST(PaymentRequest, NeedsSomewhereToSendThePayer) {
  EXPECT_EQ(faults(with("return_url", "")), "invalid_request/return_url");
  EXPECT_EQ(faults(with("return_url", "null")), "invalid_request/return_url");
}

TEST(PaymentRequest, ListsABoundedNumberOfFaults) {
  std::string body = "{\"k0\":1";
  for (int i = 1; i < 1'000; ++i) body += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_EQ(read(body + "}").faults.size(), 64U);
}

}  // namespace
}  // namespace florin
