// The bytes of every request, as they are logged and sent: whoever changes one changes what a key may be used for.
#include "psp/sessions/sessions_encode.hpp"

#include <gmock/gmock.h>

#include "psp/sessions/sessions_currencies.hpp"
#include "psp/sessions/sessions_declaration.hpp"
#include "tests/unit/psp/sessions/sessions_kit.hpp"

namespace florin::psp::sessions {
namespace {

using namespace kit;
using testing::HasSubstr;
using testing::Not;

CreateSession create() {
  return {.key = "po-1",
          .marks = {"po-1", "shop"},
          .amount = 1'099,
          .currency = usd,
          .success_url = "https://shop.example/back?o=1&s={CHECKOUT_SESSION_ID}",
          .cancel_url = "https://shop.example/back",
          .expires_at_s = 1'764'433'600};
}

std::string bytes_of(const PspRequest& request) {
  const auto encoded = encode(request);
  if (!encoded) return "refused: " + encoded.error().context;
  const auto bytes = request_bytes(*encoded);
  return bytes ? *bytes : "refused: " + bytes.error().context;
}
bool is_refused(const PspRequest& request) { return !encode(request).has_value(); }

TEST(SessionRequestBytes, OfACreation) {
  EXPECT_EQ(bytes_of(create()),
            "POST /v1/checkout/sessions\n"
            "Content-Type: application/x-www-form-urlencoded\n"
            "Idempotency-Key: po-1\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n"
            "mode=payment&client_reference_id=po-1"
            "&metadata[payment_order_id]=po-1&metadata[florin_cluster]=shop"
            "&payment_intent_data[metadata][payment_order_id]=po-1"
            "&payment_intent_data[metadata][florin_cluster]=shop"
            "&payment_intent_data[capture_method]=automatic"
            "&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd"
            "&line_items[0][price_data][unit_amount]=1099"
            "&line_items[0][price_data][product_data][name]=po-1"
            "&success_url=https%3A%2F%2Fshop.example%2Fback%3Fo%3D1%26s%3D%7BCHECKOUT_SESSION_ID%7D"
            "&cancel_url=https%3A%2F%2Fshop.example%2Fback&expires_at=1764433600"
            "&expand[0]=payment_intent&expand[1]=payment_intent.latest_charge");
}

TEST(SessionRequestBytes, OfARead) {
  EXPECT_EQ(bytes_of(RetrieveSession{"cs_1"}),
            "GET /v1/checkout/sessions/cs_1"
            "?expand[0]=payment_intent&expand[1]=payment_intent.latest_charge\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n");
}

TEST(SessionRequestBytes, OfAListAndItsNextPage) {
  EXPECT_EQ(bytes_of(ListSessions{100, 200, ""}),
            "GET /v1/checkout/sessions?limit=25&created[gte]=100&created[lte]=200"
            "&expand[0]=data.payment_intent&expand[1]=data.payment_intent.latest_charge\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n");
  EXPECT_THAT(bytes_of(ListSessions{100, 200, "cs_9"}),
              HasSubstr("created[lte]=200&starting_after=cs_9&"));
}

TEST(SessionRequestBytes, OfTheSessionsOfAnIntent) {
  EXPECT_EQ(bytes_of(ListSessionsOfIntent{"pi_1"}),
            "GET /v1/checkout/sessions?limit=25&payment_intent=pi_1"
            "&expand[0]=data.payment_intent&expand[1]=data.payment_intent.latest_charge\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n");
}

TEST(SessionRequestBytes, OfASearch) {
  EXPECT_EQ(bytes_of(SearchIntents{{"po-1", "shop"}}),
            "GET /v1/payment_intents/search?limit=25"
            "&query=metadata%5B%27payment_order_id%27%5D%3A%27po-1%27"
            "&expand[0]=data.latest_charge\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n");
}

TEST(SessionRequestBytes, OfAnExpiry) {
  EXPECT_EQ(bytes_of(ExpireSession{"po-1/expire/1", "cs_1"}),
            "POST /v1/checkout/sessions/cs_1/expire\n"
            "Content-Type: application/x-www-form-urlencoded\n"
            "Idempotency-Key: po-1/expire/1\n"
            "Stripe-Version: 2026-10-28.endive\n"
            "\n"
            "expand[0]=payment_intent&expand[1]=payment_intent.latest_charge");
}

TEST(SessionRequestBytes, AreTheSameForTheSameQuestion) {
  EXPECT_EQ(bytes_of(create()), bytes_of(create()));
}

// PAYMENTS.md, rule 13: what was accepted is what is sent, whatever a table says today.
TEST(SessionRequestBytes, TheAmountIsTheOneThatWasAccepted) {
  auto asked = create();
  asked.currency = *parse_currency("UGX");
  asked.amount = *to_psp_amount(500, asked.currency);
  EXPECT_THAT(bytes_of(asked), HasSubstr("[currency]=ugx&"));
  EXPECT_THAT(bytes_of(asked), HasSubstr("unit_amount]=50000&"));
}

// PAYMENTS.md, rule 12.
TEST(SessionRequestBytes, HoldNoSecretNameOrEmail) {
  for (const PspRequest& request : {PspRequest(create()), PspRequest(RetrieveSession{"cs_1"}),
                                    PspRequest(ExpireSession{"po-1/expire/1", "cs_1"})})
    for (const char* word : {"Authorization", "Bearer", "email", "customer"})
      EXPECT_THAT(bytes_of(request), Not(HasSubstr(word)));
}

TEST(SessionRequest, ThatWouldNotBeReadAsItWasMeantIsRefused) {
  const auto changed = [](auto change) {
    auto asked = create();
    change(asked);
    return PspRequest(asked);
  };
  EXPECT_FALSE(is_refused(create()));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.key = ""; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.key = std::string(256, 'a'); })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.key = "po-1\nX: y"; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.marks.order_id = "a'b"; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.marks.order_id = std::string(65, 'a'); })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.marks.cluster = ""; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.amount = 0; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.amount = 100'000'000; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.currency = {}; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.currency = *parse_currency("IRR"); })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.success_url = "ftp://x"; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.cancel_url = "https://a b"; })));
  EXPECT_TRUE(is_refused(changed([](auto& a) { a.expires_at_s = 0; })));
  EXPECT_TRUE(is_refused(RetrieveSession{"cs_1/expire"}));
  EXPECT_TRUE(is_refused(RetrieveSession{""}));
  EXPECT_TRUE(is_refused(ListSessions{2, 1, ""}));
  EXPECT_TRUE(is_refused(ListSessions{1, 2, "a&b"}));
  EXPECT_TRUE(is_refused(ListSessionsOfIntent{"pi 1"}));
  EXPECT_TRUE(is_refused(SearchIntents{{"a' OR '1", "shop"}}));
  EXPECT_TRUE(is_refused(ExpireSession{"", "cs_1"}));
}

// PAYMENTS.md, rule 14.
TEST(SessionEnd, IsOursButNoEarlierThanTheProviderTakes) {
  constexpr std::int64_t now = 1'000'000;
  EXPECT_EQ(sent_expires_at(now + 60, now), now + 35 * 60);
  EXPECT_EQ(sent_expires_at(now + 3'600, now), now + 3'600);
}

TEST(SessionEnd, TooNearIsWhatTheProviderWouldRefuseByTheTimeItArrives) {
  constexpr std::int64_t now = 1'000'000;
  EXPECT_FALSE(is_too_near(sent_expires_at(now, now), now));
  EXPECT_FALSE(is_too_near(sent_expires_at(now, now), now + 4 * 60));
  EXPECT_TRUE(is_too_near(sent_expires_at(now, now), now + 4 * 60 + 1));
}

}  // namespace
}  // namespace florin::psp::sessions
