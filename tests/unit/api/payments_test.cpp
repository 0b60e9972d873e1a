// Payments over HTTP: from the request to money in the seller's wallet, repeats, refusals, cancels.
#include <gtest/gtest.h>

#include "tests/unit/api/payment_kit.hpp"

namespace florin {
namespace {

TEST(PaymentsApi, AcceptsACheckoutAndShowsWhereThePayerPays) {
  PaymentKit kit;
  const Answer answer = kit.pay_request(kit.body("co-1", "po-1"));
  ASSERT_EQ(answer.summary(), "201") << answer.body;
  EXPECT_EQ(answer.at("/checkout_id"), "co-1");
  EXPECT_EQ(answer.at("/status"), "open");
  EXPECT_EQ(answer.at("/is_payment_done"), "false");
  EXPECT_EQ(answer.at("/amount"), "10.00");
  EXPECT_EQ(answer.at("/payment_method/psp"), "sandbox");
  EXPECT_NE(answer.at("/payer_url"), "-");
  EXPECT_EQ(answer.at("/payment_orders/0/payer_url"), answer.at("/payer_url"));
  EXPECT_EQ(answer.at("/payment_orders/0/payment_order_status"), "EXECUTING");
  EXPECT_EQ(answer.at("/payment_orders/0/sub_status"), "awaiting_payer");
  EXPECT_EQ(answer.at("/payment_orders/0/fee"), "0.59");
  EXPECT_EQ(answer.at("/payment_orders/0/net"), "9.41");
  EXPECT_EQ(answer.at("/payment_orders/0/buyer_account"), "null");
  EXPECT_EQ(answer.at("/position"), answer.header("Florin-Position"));
  EXPECT_EQ(answer.header("Florin-Replayed"), "-");
  EXPECT_EQ(kit.psp.sessions_of("po-1").size(), 1U);
}

TEST(PaymentsApi, EndsWithMoneyInTheSellersWalletAndInTheLedger) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  kit.psp.pay("po-1");
  EXPECT_EQ(kit.payment("po-1").at("/payment_order_status"), "EXECUTING");
  const Answer hint = kit.webhook(kit.event("po-1"));
  EXPECT_EQ(hint.summary(), "200");
  EXPECT_NE(hint.header("Florin-Position"), "-");

  const Answer payment = kit.payment("po-1");
  EXPECT_EQ(payment.at("/payment_order_status"), "SUCCESS");
  EXPECT_EQ(payment.at("/sub_status"), "done");
  EXPECT_EQ(payment.at("/wallet_updated"), "true");
  EXPECT_EQ(payment.at("/ledger_updated"), "true");
  EXPECT_EQ(payment.at("/amount_received"), "10.00");
  EXPECT_EQ(payment.at("/payer_url"), "-");
  EXPECT_EQ(payment.at("/failure"), "-");
  EXPECT_EQ(payment.at("/position"), payment.header("Florin-Position"));
  const Answer checkout = kit.api.get("/v1/checkouts/co-1");
  EXPECT_EQ(checkout.at("/status"), "done");
  EXPECT_EQ(checkout.at("/is_payment_done"), "true");
  EXPECT_EQ(kit.api.available(kit.api.id("shop")), "9.41");
}

TEST(PaymentsApi, TellsTheWholeHistoryAndByWhom) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  kit.psp.pay("po-1");
  ASSERT_EQ(kit.webhook(kit.event("po-1")).summary(), "200");
  const Answer payment = kit.payment("po-1");
  std::string story;
  for (int i = 0; payment.at("/history/" + std::to_string(i)) != "-"; ++i) {
    const std::string line = "/history/" + std::to_string(i);
    story += payment.at(line + "/sub_status") + " by " + payment.at(line + "/by") + "\n";
  }
  EXPECT_TRUE(
      story.ends_with("awaiting_payer by psp\n"
                      "crediting by psp\n"
                      "posting by wallet\n"
                      "done by ledger\n"))
      << story;
}

// --- the same again --------------------------------------------------------------------------------------

TEST(PaymentsApi, AnswersTheSameRequestFromTheCheckout) {
  PaymentKit kit;
  const std::string body = kit.body("co-1", "po-1");
  ASSERT_EQ(kit.pay_request(body).summary(), "201");
  for (const char* key : {"", "cart-1", "cart-2"}) {
    const Answer again = kit.pay_request(body, key);
    EXPECT_EQ(again.summary(), "200") << key;
    EXPECT_EQ(again.header("Florin-Replayed"), "true");
    EXPECT_NE(again.at("/payer_url"), "-");
  }
  // By value, not by bytes.
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1", "", "10")).summary(), "200");
  EXPECT_EQ(kit.psp.sessions_of("po-1").size(), 1U);
}

TEST(PaymentsApi, RefusesOtherContentUnderAKnownCheckoutOrKey) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1"), "cart-1").summary(), "201");
  const std::string other = kit.body("co-1", "po-1", "", "11.00");
  EXPECT_EQ(kit.pay_request(other).summary(), "409 checkout_id_reused");
  EXPECT_EQ(kit.pay_request(other, "cart-2").summary(), "409 checkout_id_reused");
  EXPECT_EQ(kit.pay_request(other, "cart-1").summary(), "422 idempotency_key_reused");
  kit.api.node.set_time(kit.api.node.time() + 24LL * 3'600 * 1'000'000);
  EXPECT_EQ(kit.pay_request(other, "cart-1").summary(), "409 checkout_id_reused");
}

TEST(PaymentsApi, RefusesAKeyThatCameWithAnotherCheckout) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1"), "cart-1").summary(), "201");
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-2"), "cart-1").summary(),
            "422 idempotency_key_reused");
  EXPECT_EQ(kit.api.get("/v1/checkouts/co-2").summary(), "404 checkout_not_found");
  EXPECT_EQ(kit.payment("po-2").summary(), "404 payment_not_found");
  EXPECT_TRUE(kit.psp.sessions_of("po-2").empty());
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1"), "cart-1").summary(), "200");
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-2"), "cart-2").summary(), "201")
      << "nothing was made, and its ids are free";
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-2"), "cart-1").summary(),
            "422 idempotency_key_reused")
      << "a known checkout is no answer to a key of another one";
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-2"), "cart-3").summary(), "200");
  kit.api.node.set_time(kit.api.node.time() + idempotency_key_us);
  EXPECT_EQ(kit.pay_request(kit.body("co-3", "po-3"), "cart-1").summary(), "201")
      << "a key is known for a day";
}

TEST(PaymentsApi, AKeyOfARequestThatWasRefusedIsFree) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-1"), "cart-1").summary(),
            "409 payment_order_id_reused");
  EXPECT_EQ(kit.pay_request(kit.body("co-3", "po-3"), "cart-1").summary(), "201");
}

TEST(PaymentsApi, AnswersARepeatWhateverIsConfiguredByThen) {
  PaymentKit kit;
  const std::string body =
      kit.body("co-1", "po-1", R"(,"expires_at":"2026-09-21T14:20:00Z")");  // 7 minutes ahead
  ASSERT_EQ(kit.pay_request(body).summary(), "201");
  kit.api.node.set_time(kit.api.node.time() + 3'600LL * 1'000'000);
  ApiHandler bare(kit.api.node.services(), kit.api.options({}));
  Answer answer;
  HttpRequest request;
  request.method = HttpMethod::post;
  request.target = "/v1/payments";
  request.headers.add("Content-Type", "application/json");
  request.body = body;
  bare.handle(std::move(request), Respond::into([&](HttpResponse response) {
                answer.status = response.status;
                answer.body = response.body;
              }));
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST(PaymentsApi, LeavesTheIdsFreeWhenAnOrderIsAnotherCheckouts) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  const Answer taken = kit.pay_request(kit.body("co-2", "po-1"));
  EXPECT_EQ(taken.summary(), "409 payment_order_id_reused");
  EXPECT_EQ(taken.at("/param"), "/payment_orders/0/payment_order_id");
  EXPECT_EQ(kit.api.get("/v1/checkouts/co-2").summary(), "404 checkout_not_found");
  EXPECT_EQ(kit.pay_request(kit.body("co-2", "po-2")).summary(), "201");
}

TEST(PaymentsApi, AsksToComeAgainWhileARequestIsUnderWay) {
  PaymentKit kit;
  const PartitionMap& map = kit.api.node.map();
  const auto place = [&](std::string_view id) {
    return partition_of(PaymentId::from_trusted(id), map);
  };
  std::string order =
      "po-1";  // one that is in another partition than its checkout, and than the seller
  for (int i = 2;
       place(order) == place("co-1") || place(order) == map.partition_of(kit.api.id("shop")); ++i)
    order = "po-" + std::to_string(i);
  kit.api.node.hold(place(order));
  PendingAnswer first = kit.api.start_post("/v1/payments", kit.body("co-1", order));
  EXPECT_FALSE(first.has_come());
  for (const std::string& body : {kit.body("co-1", order), kit.body("co-1", order, "", "11.00")}) {
    const Answer again = kit.pay_request(body);
    EXPECT_EQ(again.summary(), "429 request_in_progress");
    EXPECT_EQ(again.header("Retry-After"), "1");
  }
  kit.api.node.release(place(order));
  EXPECT_EQ(first.wait().summary(), "201");
}

TEST(PaymentsApi, SaysWhatThereIsWhenPatienceIsOver) {
  PaymentKit kit;
  kit.is_silent = true;  // accepted, and the provider says nothing
  HeaderList headers = json_type;
  headers.emplace_back("Prefer", "wait=2");
  PendingAnswer pending = kit.api.start_post("/v1/payments", kit.body("co-1", "po-1"), headers);
  EXPECT_FALSE(pending.has_come());
  EXPECT_EQ(kit.api.node.last_patience(), std::chrono::seconds(2));
  kit.api.node.expire();
  const Answer answer = pending.wait();
  EXPECT_EQ(answer.summary(), "201");
  EXPECT_EQ(answer.at("/payer_url"), "-");
  EXPECT_EQ(answer.at("/payment_orders/0/sub_status"), "registering");
}

// --- refusals --------------------------------------------------------------------------------------------

TEST(PaymentsApi, SaysAllThatIsWrongAtOnceAndMakesNothing) {
  PaymentKit kit;
  const Answer answer = kit.pay_request(
      kit.body("co 1", "po-1", R"(,"metadata":{},"expires_at":"2020-01-01T00:00:00Z")"));
  EXPECT_EQ(answer.summary(), "400 invalid_request") << "the first in the order of the codes";
  EXPECT_EQ(answer.at("/param"), "/checkout_id");
  EXPECT_EQ(answer.at("/errors/0/param"), "/metadata");
  EXPECT_EQ(answer.at("/errors/1/param"), "/checkout_id");
  EXPECT_EQ(answer.at("/errors/2/code"), "expires_at_out_of_range");
  EXPECT_EQ(answer.at("/errors/3"), "-");
  EXPECT_EQ(kit.payment("po-1").summary(), "404 payment_not_found");
}

TEST(PaymentsApi, LooksUpTheSellerBeforeItAccepts) {
  PaymentKit kit;
  const Answer unknown = kit.pay_request(kit.body("co-1", "po-1", "", "10.00", "nobody"));
  EXPECT_EQ(unknown.summary(), "404 account_not_found");
  EXPECT_EQ(unknown.at("/param"), "/payment_orders/0/seller_account");
  kit.api.open(kit.api.id("euro"), "EUR");
  const Answer other = kit.pay_request(kit.body("co-1", "po-1", "", "10.00", "euro"));
  EXPECT_EQ(other.summary(), "422 currency_mismatch");
  EXPECT_EQ(other.at("/param"), "/payment_orders/0/currency");
  kit.api.open(kit.api.id("gone"));
  kit.api.post("/v1/accounts/gone/close", "", {});
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1", "", "10.00", "gone")).summary(),
            "422 account_closed");
  // Not recorded: the same ids are free.
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
}

struct RefusedPayment {
  const char* why;
  std::string body;
  const char* summary;
  const char* param;
};

TEST(PaymentsApi, RefusesWhatTheProviderOrTheConfigurationDoesNotTake) {
  PaymentKit kit;
  const auto with_url = [](std::string_view url) {
    std::string text = PaymentKit::body("co-1", "po-1");
    const std::string_view usual = "https://shop.example/done";
    return text.replace(text.find(usual), usual.size(), url);
  };
  const auto with_method = [](std::string_view method) {
    std::string text = PaymentKit::body("co-1", "po-1");
    const std::string_view usual = R"({"type":"hosted"})";
    return text.replace(text.find(usual), usual.size(), method);
  };
  const RefusedPayment rows[] = {
      {"too small", kit.body("co-1", "po-1", "", "0.49"), "422 amount_not_supported",
       "/payment_orders/0/amount"},
      {"too large", kit.body("co-1", "po-1", "", "1000000.00"), "422 amount_not_supported",
       "/payment_orders/0/amount"},
      {"nothing", kit.body("co-1", "po-1", "", "0.00"), "422 amount_not_positive",
       "/payment_orders/0/amount"},
      {"host", with_url("https://evil.example/"), "422 return_url_not_allowed", "/return_url"},
      {"no TLS", with_url("http://shop.example/"), "422 return_url_not_allowed", "/return_url"},
      {"provider", with_method(R"({"type":"hosted","psp":"nobody"})"), "422 psp_unknown",
       "/payment_method/psp"},
      {"wallet", with_method(R"({"type":"wallet"})"), "422 payment_method_not_supported",
       "/payment_method/type"},
      {"too soon", kit.body("co-1", "po-1", R"(,"expires_at":"2026-09-21T14:13:59Z")"),
       "422 expires_at_out_of_range", "/expires_at"},
      {"too late", kit.body("co-1", "po-1", R"(,"expires_at":"2026-09-23T14:13:59Z")"),
       "422 expires_at_out_of_range", "/expires_at"},
  };
  for (const RefusedPayment& row : rows) {
    const Answer answer = kit.pay_request(row.body);
    EXPECT_EQ(answer.summary(), row.summary) << row.why << answer.body;
    EXPECT_EQ(answer.at("/param"), row.param) << row.why;
    EXPECT_EQ(answer.at("/outcome"), "not_executed") << row.why;
  }
  EXPECT_EQ(kit.api.get("/v1/checkouts/co-1").summary(), "404 checkout_not_found");
}

// Rule 11: the place, never the number.
TEST(PaymentsApi, RefusesCardNumbersWhereverTheyStandAndSendsNoneBack) {
  PaymentKit kit;
  const std::string card = "4111111111111111";
  HeaderList with_header = json_type;
  with_header.emplace_back("Idempotency-Key", "k-" + card);
  const Answer answers[] = {
      kit.pay_request(kit.body("co-" + card, "po-1")),
      kit.pay_request(R"({"x":")" + card + R"(","4111 1111 1111 1111":1})"),
      kit.api.post("/v1/payments", kit.body("co-1", "po-1"), with_header),
      kit.payment(card),
      kit.payment("4111%201111%201111%201111"),
      kit.api.get("/v1/payments/po-1?consistency=" + card),
      kit.api.get("/v1/checkouts/4111-1111-1111-1111"),
      kit.api.post("/v1/payments/" + card + "/cancel", "", {}),
      kit.api.post("/v1/payments/po-1/cancel", "{\"" + card + "\":1}"),
  };
  for (const Answer& answer : answers) {
    EXPECT_EQ(answer.summary(), "422 card_data") << answer.body;
    EXPECT_EQ(answer.body.find("4111"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(answers[0].at("/param"), "/checkout_id");
  EXPECT_EQ(answers[2].at("/param"), "/Idempotency-Key");
  EXPECT_EQ(answers[3].at("/param"), "/payment_order_id");
  const Answer nowhere = kit.api.get("/v1/payments/" + card + "/nothing");
  EXPECT_EQ(nowhere.summary(), "404 not_found");
  EXPECT_EQ(nowhere.body.find("4111"), std::string::npos) << nowhere.body;
}

TEST(PaymentsApi, NeedsAVisibleIdempotencyKeyOfAtMostTwoHundredFiftyFiveCharacters) {
  PaymentKit kit;
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1"), "a b").at("/param"), "/Idempotency-Key");
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1"), std::string(256, 'k')).summary(),
            "400 invalid_request");
  EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1"), std::string(255, 'k')).summary(), "201");
}

TEST(PaymentsApi, TakesNothingWithoutAProvider) {
  ApiKit kit;
  kit.open(kit.id("shop"));
  EXPECT_EQ(kit.post("/v1/payments", PaymentKit::body("co-1", "po-1")).summary(),
            "422 psp_unknown");
  EXPECT_EQ(kit.get("/v1/payments/po-1").summary(), "404 payment_not_found");
  EXPECT_EQ(kit.post("/v1/webhooks/psp/sandbox", "{}", {}).summary(), "404 not_found");
}

TEST(PaymentsApi, IsNotReadyWhereThePartitionsAreNotTold) {
  ApiKit kit(PaymentKit::settings(), {});
  kit.open(kit.id("shop"));
  EXPECT_EQ(kit.post("/v1/payments", PaymentKit::body("co-1", "po-1")).summary(), "503 not_ready");
}

// --- top-ups ----------------------------------------------------------------------------------------------

TEST(PaymentsApi, ATopUpHasNoFee) {
  PaymentKit kit;
  const std::string body = kit.body("co-1", "po-1", R"(,"buyer_info":{"buyer_account":"shop"})");
  const Answer answer = kit.pay_request(body);
  EXPECT_EQ(answer.at("/payment_orders/0/fee"), "0.00");
  kit.psp.pay("po-1");
  kit.webhook(kit.event("po-1"));
  EXPECT_EQ(kit.api.available(kit.api.id("shop")), "10.00");
}

// --- cancels ----------------------------------------------------------------------------------------------

TEST(PaymentsApi, CancelsWhatNobodyHasPaid) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  const Answer answer = kit.api.post("/v1/payments/po-1/cancel", "", {});
  EXPECT_EQ(answer.summary(), "202");
  EXPECT_EQ(answer.at("/sub_status"), "cancelling");
  const Answer over = kit.api.post("/v1/payments/po-1/cancel", "{}");
  EXPECT_EQ(over.summary(), "200");
  EXPECT_EQ(over.at("/payment_order_status"), "FAILED");
  EXPECT_EQ(over.at("/sub_status"), "canceled");
  EXPECT_EQ(over.at("/failure/code"), "canceled");
  EXPECT_EQ(over.at("/failure/retry"), "new_id");
  EXPECT_EQ(kit.api.get("/v1/checkouts/co-1").at("/status"), "failed");
}

TEST(PaymentsApi, CancelsNothingThatIsOverOrUnknown) {
  PaymentKit kit;
  EXPECT_EQ(kit.api.post("/v1/payments/po-1/cancel", "", {}).summary(), "404 payment_not_found");
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  kit.psp.pay("po-1");
  kit.webhook(kit.event("po-1"));
  EXPECT_EQ(kit.api.post("/v1/payments/po-1/cancel", "", {}).summary(), "409 payment_final");
  EXPECT_EQ(kit.api.post("/v1/payments/a%20b/cancel", "", {}).at("/param"), "/payment_order_id");
  EXPECT_EQ(kit.api.post("/v1/payments/po-1/cancel", R"({"why":1})").summary(),
            "400 unknown_field");
}

// --- reads ------------------------------------------------------------------------------------------------

TEST(PaymentsApi, ReadsAtAFollowerToo) {
  PaymentKit kit;
  ASSERT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201");
  EXPECT_EQ(kit.api.get("/v1/payments/po-1?consistency=follower").summary(), "200");
  EXPECT_EQ(kit.api.get("/v1/checkouts/co-1?consistency=follower").summary(), "200");
  EXPECT_EQ(kit.api.get("/v1/payments/po-1?consistency=maybe").at("/param"), "/consistency");
  EXPECT_EQ(kit.api.get("/v1/checkouts/po-1").summary(), "404 checkout_not_found");
}

}  // namespace
}  // namespace florin
