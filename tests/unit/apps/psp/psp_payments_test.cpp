// Payments at the sandbox: by hosted page and by token, once and for all.
#include "tests/unit/apps/psp/psp_kit.hpp"

namespace florin::sandbox::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(PspSession, IsPaidByPageAndSaysSoInStripesEvents) {
  PspKit kit;
  const std::string id = kit.session();
  EXPECT_THAT(kit.get("/v1/checkout/sessions/" + id).body,
              testing::AllOf(HasSubstr("\"status\":\"open\""), HasSubstr("\"payment_intent\":null"),
                             HasSubstr("\"url\":\"http://psp/c/pay/" + id + "\"")));
  EXPECT_EQ(header(kit.pay(id, visa), "Location"), "/c/return/" + id);
  EXPECT_THAT(kit.get("/v1/checkout/sessions/" + id).body,
              testing::AllOf(HasSubstr("\"status\":\"complete\""),
                             HasSubstr("\"payment_status\":\"paid\""), HasSubstr("\"url\":null")));
  EXPECT_THAT(kit.event_types(),
              ElementsAre("payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
                          "checkout.session.completed"));
}

TEST(PspSession, CarriesTheOrdersMetadataOnSessionAndIntent) {
  PspKit kit;
  const std::string id = kit.session("po-9");
  kit.pay(id, visa);
  const std::string expanded =
      kit.get("/v1/checkout/sessions/" + id, "expand[0]=payment_intent.latest_charge").body;
  EXPECT_THAT(expanded, HasSubstr("\"payment_intent\":{\"id\":\"pi_"));
  EXPECT_THAT(expanded, HasSubstr("\"latest_charge\":{\"id\":\"ch_"));
  EXPECT_THAT(
      kit.get("/v1/payment_intents/search", "query=metadata[%27payment_order_id%27]%3A%27po-9%27")
          .body,
      HasSubstr("\"amount_received\":1099"));
}

TEST(PspSession, IsChargedOnceHoweverOftenThePayerPays) {
  PspKit kit;
  const std::string id = kit.session();
  kit.pay(id, visa);
  EXPECT_EQ(header(kit.pay(id, visa), "Location"), "/c/return/" + id);
  EXPECT_EQ(header(kit.pay(id, declined), "Location"), "/c/return/" + id);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
  EXPECT_THAT(kit.show("/c/pay/" + id).body, HasSubstr("id=\"paid\""));
}

TEST(PspSession, StaysOpenAfterADeclineAndIsPaidWithAnotherCard) {
  PspKit kit;
  const std::string id = kit.session();
  EXPECT_EQ(header(kit.pay(id, declined), "Location"), "/c/pay/" + id);
  EXPECT_THAT(kit.show("/c/pay/" + id).body, HasSubstr("Your card was declined."));
  EXPECT_THAT(kit.get("/v1/checkout/sessions/" + id).body, HasSubstr("\"status\":\"open\""));
  kit.pay(id, visa);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
  EXPECT_THAT(
      kit.event_types(),
      ElementsAre("payment_intent.created", "charge.failed", "payment_intent.payment_failed",
                  "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"));
}

TEST(PspSession, AsksFor3DSecureAndTheAnswerDecides) {
  PspKit kit;
  const std::string id = kit.session();
  const std::string challenge = header(kit.pay(id, challenged), "Location");
  EXPECT_THAT(challenge, HasSubstr("/c/3ds/pi_"));
  EXPECT_EQ(header(kit.pay(id, visa), "Location"), challenge) << "no second attempt beside it";
  EXPECT_EQ(header(kit.submit(challenge, "outcome=fail"), "Location"), "/c/pay/" + id);
  EXPECT_EQ(kit.charges_that_succeeded(), 0);
  kit.pay(id, challenged);
  EXPECT_EQ(header(kit.submit(challenge, "outcome=complete"), "Location"), "/c/return/" + id);
  EXPECT_EQ(header(kit.submit(challenge, "outcome=fail"), "Location"), "/c/return/" + id);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
}

TEST(PspSession, IsProcessedForMinutes) {
  PspKit kit;
  const std::string good = kit.session("po-1"), bad = kit.session("po-2");
  kit.pay(good, processing);
  kit.pay(bad, processing_fails);
  EXPECT_THAT(kit.get("/v1/checkout/sessions/" + good, "expand[0]=payment_intent").body,
              testing::AllOf(HasSubstr("\"status\":\"complete\""),
                             HasSubstr("\"payment_status\":\"unpaid\""),
                             HasSubstr("\"status\":\"processing\"")));
  kit.wait_s(119);
  EXPECT_EQ(kit.charges_that_succeeded(), 0);
  kit.wait_s(1);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
  EXPECT_THAT(kit.event_types(), Contains("checkout.session.async_payment_succeeded"));
  EXPECT_THAT(kit.event_types(), Contains("checkout.session.async_payment_failed"));
}

TEST(PspSession, ExpiresByTimeAndTakesItsIntentWithIt) {
  PspKit kit;
  const std::string id = kit.session();
  kit.pay(id, declined);
  kit.wait_s(24 * 3'600);
  EXPECT_THAT(
      kit.get("/v1/checkout/sessions/" + id, "expand[0]=payment_intent").body,
      testing::AllOf(HasSubstr("\"status\":\"expired\""), HasSubstr("\"status\":\"canceled\"")));
  kit.pay(id, visa);
  EXPECT_EQ(kit.charges_that_succeeded(), 0);
  EXPECT_THAT(kit.show("/c/pay/" + id).body, HasSubstr("id=\"expired\""));
  EXPECT_THAT(kit.event_types(), Contains("checkout.session.expired"));
}

TEST(PspSession, OnlyAnOpenOneIsExpiredByCall) {
  PspKit kit;
  const std::string open = kit.session("po-1"), paid = kit.session("po-2");
  kit.pay(paid, visa);
  EXPECT_EQ(kit.post("/v1/checkout/sessions/" + open + "/expire", "").status, 200);
  EXPECT_EQ(kit.post("/v1/checkout/sessions/" + open + "/expire", "").status, 400);
  EXPECT_EQ(kit.post("/v1/checkout/sessions/" + paid + "/expire", "").status, 400);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
}

TEST(PspSession, ItsIntentIsNeitherCanceledNorConfirmedByItself) {
  PspKit kit;
  const std::string id = kit.session();
  kit.pay(id, declined);
  const std::string intent = kit.psp.state().sessions.find(id)->payment_intent;
  EXPECT_EQ(kit.post("/v1/payment_intents/" + intent + "/cancel", "").status, 400);
  EXPECT_EQ(
      kit.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa").status,
      400);
}

TEST(PspSession, ExpiresFromThirtyMinutesToADayAhead) {
  PspKit kit;
  const auto with = [&](std::int64_t ahead_s) {
    return kit
        .post("/v1/checkout/sessions", PspKit::session_form("po-1") + "&expires_at=" +
                                           std::to_string(start_ms / 1'000 + ahead_s))
        .status;
  };
  EXPECT_EQ(with(30 * 60 - 1), 400);
  EXPECT_EQ(with(30 * 60), 200);
  EXPECT_EQ(with(24 * 3'600), 200);
  EXPECT_EQ(with(24 * 3'600 + 1), 400);
}

TEST(PspSession, RefusesWhatStripeRefusesAndNamesTheParameter) {
  PspKit kit;
  const std::string good = PspKit::session_form("po-1");
  const auto param = [&](const std::string& body) {
    return peek(kit.post("/v1/checkout/sessions", body).body, "param");
  };
  EXPECT_EQ(param(good + "&nonsense=1"), "nonsense");
  EXPECT_EQ(param(good + "&line_items[0][price_data][unit_amount]=1.5"),
            "line_items[0][price_data][unit_amount]");
  EXPECT_EQ(param(good + "&line_items[0][price_data][unit_amount]=-5"),
            "line_items[0][price_data][unit_amount]");
  EXPECT_EQ(param(good + "&line_items[0][price_data][unit_amount]=49"), "line_items");
  EXPECT_EQ(param(good + "&success_url=javascript:x"), "success_url");
  EXPECT_EQ(param("mode=payment&success_url=http://x/"), "line_items");
  EXPECT_TRUE(kit.psp.state().sessions.ids().empty());
}

TEST(PspIntent, SucceedsDeclinesAndAsksByToken) {
  PspKit kit;
  const std::string form = "amount=1099&currency=usd&confirm=true&payment_method=";
  EXPECT_EQ(peek(kit.post("/v1/payment_intents", form + "pm_card_visa").body, "status"),
            "succeeded");
  const Answer no =
      kit.post("/v1/payment_intents", form + "pm_card_chargeDeclinedInsufficientFunds");
  EXPECT_EQ(no.status, 402);
  EXPECT_EQ(peek(no.body, "decline_code"), "insufficient_funds");
  EXPECT_THAT(no.body, HasSubstr("\"payment_intent\":{\"id\":\"pi_"));
  EXPECT_THAT(kit.post("/v1/payment_intents",
                       form + "pm_card_authenticationRequired&return_url=http://shop/x")
                  .body,
              HasSubstr("\"url\":\"http://psp/c/3ds/pi_"));
  EXPECT_EQ(kit.post("/v1/payment_intents", form + "pm_card_unheard").status, 400);
}

TEST(PspIntent, ADeclineIsNotItsEnd) {
  PspKit kit;
  const Answer no =
      kit.post("/v1/payment_intents",
               "amount=500&currency=usd&confirm=true&payment_method=pm_card_chargeDeclined");
  const std::string id = kit.psp.state().intents.ids().front();
  EXPECT_EQ(
      kit.post("/v1/payment_intents/" + id + "/confirm", "payment_method=pm_card_visa").status,
      200);
  EXPECT_EQ(
      kit.post("/v1/payment_intents/" + id + "/confirm", "payment_method=pm_card_visa").status,
      400);
  EXPECT_EQ(kit.post("/v1/payment_intents/" + id + "/cancel", "").status, 400);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
}

TEST(PspIntent, MetadataIsAddedToAndAnEmptyValueDeletes) {
  PspKit kit;
  kit.post("/v1/payment_intents", "amount=500&currency=usd&metadata[a]=1&metadata[b]=2");
  const std::string id = kit.psp.state().intents.ids().front();
  EXPECT_THAT(kit.post("/v1/payment_intents/" + id, "metadata[a]=&metadata[c]=3").body,
              HasSubstr("\"metadata\":{\"b\":\"2\",\"c\":\"3\"}"));
}

TEST(PspRefund, AllTogetherNeverExceedTheCharge) {
  PspKit kit;
  kit.post("/v1/payment_intents",
           "amount=10000&currency=usd&confirm=true&payment_method=pm_card_visa");
  const std::string intent = kit.psp.state().intents.ids().front();
  EXPECT_EQ(kit.post("/v1/refunds", "payment_intent=" + intent + "&amount=6000").status, 200);
  EXPECT_EQ(kit.post("/v1/refunds", "payment_intent=" + intent + "&amount=6000").status, 400);
  EXPECT_EQ(kit.post("/v1/refunds", "payment_intent=" + intent + "&amount=0").status, 400);
  EXPECT_EQ(kit.post("/v1/refunds", "payment_intent=" + intent).status, 200);
  EXPECT_EQ(peek(kit.post("/v1/refunds", "payment_intent=" + intent).body, "code"),
            "charge_already_refunded");
  EXPECT_EQ(kit.psp.state().charges.all().begin()->second.amount_refunded, 10'000);
}

TEST(PspRefund, ThatFailsLaterGivesTheAmountBack) {
  PspKit kit;
  kit.post("/v1/payment_intents",
           "amount=900&currency=usd&confirm=true&payment_method=pm_card_refundFail");
  const std::string intent = kit.psp.state().intents.ids().front();
  EXPECT_EQ(peek(kit.post("/v1/refunds", "payment_intent=" + intent).body, "status"), "succeeded");
  kit.wait_s(120);
  EXPECT_EQ(kit.psp.state().charges.all().begin()->second.amount_refunded, 0);
  EXPECT_THAT(kit.event_types(), Contains("refund.failed"));
}

TEST(PspLists, ShowTheNewestFirstAndPage) {
  PspKit kit;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(kit.session("po-" + std::to_string(i)));
  const Answer first = kit.get("/v1/checkout/sessions", "limit=2");
  EXPECT_EQ(peek(first.body, "id"), ids[4]);
  EXPECT_THAT(first.body, HasSubstr("\"has_more\":true"));
  const Answer last = kit.get("/v1/checkout/sessions", "limit=2&starting_after=" + ids[1]);
  EXPECT_EQ(peek(last.body, "id"), ids[0]);
  EXPECT_THAT(last.body, HasSubstr("\"has_more\":false"));
  EXPECT_EQ(kit.get("/v1/checkout/sessions", "limit=101").status, 400);
  EXPECT_EQ(kit.get("/v1/checkout/sessions", "starting_after=cs_none").status, 400);
}

TEST(PspRoutes, UnknownOnesAre404AndWrongMethods405InStripesShape) {
  PspKit kit;
  EXPECT_EQ(kit.get("/v1/nothing").status, 404);
  const Answer answer = kit.run(kit.call("DELETE", "/v1/refunds", ""));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(header(answer, "Allow"), "POST, GET");
  EXPECT_TRUE(answer.body.starts_with("{\"error\":"));
  Call stranger = kit.call("GET", "/v1/refunds", "");
  stranger.authorization = "Bearer sk_live_1";
  EXPECT_EQ(kit.run(stranger).status, 401);
}

TEST(PspPages, HaveAStrictPolicyWithTheShopsOriginInFormAction) {
  PspKit kit;
  const Answer page = kit.show("/c/pay/" + kit.session());
  EXPECT_THAT(
      header(page, "Content-Security-Policy"),
      testing::AllOf(HasSubstr("default-src 'none'"), HasSubstr("form-action 'self' http://shop")));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(kit.show("/c/pay/cs_none").body, HasSubstr("no such payment"));
}

TEST(PspPages, EscapeWhatTheShopWrote) {
  PspKit kit;
  std::string form = PspKit::session_form("po-1");
  form += "&line_items[0][price_data][product_data][name]=%3Cb%3E%22";
  const std::string id = peek(kit.post("/v1/checkout/sessions", form).body, "id");
  EXPECT_THAT(kit.show("/c/pay/" + id).body, HasSubstr("&lt;b&gt;&quot;"));
}

TEST(PspPages, LeadBackToTheShopWithTheSessionsId) {
  PspKit kit;
  const std::string id = kit.session();
  kit.pay(id, visa);
  EXPECT_THAT(kit.show("/c/return/" + id).body, HasSubstr("0;url=http://shop/back?s=" + id));
}

TEST(PspPages, TakeNoCardThatIsNoTestCard) {
  PspKit kit;
  const std::string id = kit.session();
  EXPECT_EQ(header(kit.pay(id, "4111111111111111"), "Location"), "/c/pay/" + id + "?card=unknown");
  EXPECT_TRUE(kit.psp.state().intents.ids().empty());
  for (const Input& input : kit.inputs) {
    EXPECT_THAT(encode_input(input), Not(HasSubstr("4111111111111111")));
    EXPECT_THAT(encode_input(input), Not(HasSubstr("cvc")));
  }
}

}  // namespace
}  // namespace florin::sandbox::test
