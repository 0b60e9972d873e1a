// Webhooks in (PAYMENTS.md, rules 3 and 12): the signature over the raw bytes, both sides of the time, two secrets; then a hint
// of listed fields, and whose it is.
#include "psp/sessions/sessions_webhook.hpp"

#include <gtest/gtest.h>

#include "tests/unit/psp/sessions/sessions_kit.hpp"

namespace florin::psp::sessions {
namespace {

using namespace kit;

// --- the signature ----------------------------------------------------------------------------------------------

// A vector that the provider's own library has made.
const std::string vector_body = R"({"id":"evt_1","object":"event","type":"x"})";
const std::string vector_hex = "5ef6904438eb4c6269b254e751e7d64a8a82cd7e445000a54b52c18f9667f2ba";
constexpr std::int64_t vector_time = 1'700'000'000;
const std::vector<std::string> secrets{"whsec_abc"};

SignatureVerdict judge(const std::string& header, const std::string& body = vector_body,
                       std::int64_t now = vector_time,
                       const std::vector<std::string>& with = secrets) {
  return check_signature({header, body}, with, now);
}
std::string signed_at(std::int64_t time, const std::string& secret, const std::string& body) {
  const std::string t = std::to_string(time);
  return "t=" + t + ",v1=" + hex_of(hmac_sha256(secret, t + ".", body));
}

TEST(WebhookSignature, OfTheProvidersLibraryIsGood) {
  EXPECT_EQ(judge("t=1700000000,v1=" + vector_hex), SignatureVerdict::good);
  EXPECT_EQ(judge("v1=" + vector_hex + ",t=1700000000"), SignatureVerdict::good);
  EXPECT_EQ(judge("t=1700000000,v0=abc,v1=" + vector_hex), SignatureVerdict::good);
  const std::string other(64, '0');
  EXPECT_EQ(judge("t=1700000000,v1=" + other + ",v1=" + vector_hex), SignatureVerdict::good);
}

TEST(WebhookSignature, OfAnyByteMoreOrLessIsWrong) {
  const std::string header = "t=1700000000,v1=" + vector_hex;
  EXPECT_EQ(judge(header, vector_body + "\n"), SignatureVerdict::wrong);
  for (std::size_t i = 0; i < vector_body.size(); ++i) {
    std::string changed = vector_body;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(judge(header, changed), SignatureVerdict::wrong) << i;
  }
  for (std::size_t i = 0; i < vector_hex.size(); ++i) {
    std::string changed = vector_hex;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(judge("t=1700000000,v1=" + changed), SignatureVerdict::wrong) << i;
  }
  EXPECT_EQ(judge("t=1700000001,v1=" + vector_hex), SignatureVerdict::wrong);
}

TEST(WebhookSignature, HoldsFromFiveMinutesBeforeToFiveMinutesAfter) {
  const std::string header = "t=1700000000,v1=" + vector_hex;
  EXPECT_EQ(judge(header, vector_body, vector_time + 300), SignatureVerdict::good);
  EXPECT_EQ(judge(header, vector_body, vector_time + 301), SignatureVerdict::too_old);
  EXPECT_EQ(judge(header, vector_body, vector_time - 300), SignatureVerdict::good);
  EXPECT_EQ(judge(header, vector_body, vector_time - 301), SignatureVerdict::too_new);
  const auto in_ten_years = signed_at(vector_time + 315'360'000, "whsec_abc", vector_body);
  EXPECT_EQ(judge(in_ten_years), SignatureVerdict::too_new);
}

TEST(WebhookSignature, IsGoodUnderEitherOfTwoSecrets) {
  const std::vector<std::string> both{"whsec_new", "whsec_abc"};
  EXPECT_EQ(judge("t=1700000000,v1=" + vector_hex, vector_body, vector_time, both),
            SignatureVerdict::good);
  EXPECT_EQ(judge(signed_at(vector_time, "whsec_new", vector_body), vector_body, vector_time, both),
            SignatureVerdict::good);
  EXPECT_EQ(judge(signed_at(vector_time, "whsec_old", vector_body), vector_body, vector_time, both),
            SignatureVerdict::wrong);
}

TEST(WebhookSignature, UnderNoSecretIsNeverGood) {
  EXPECT_EQ(judge(signed_at(vector_time, "", vector_body), vector_body, vector_time, {}),
            SignatureVerdict::wrong);
  EXPECT_EQ(judge(signed_at(vector_time, "", vector_body), vector_body, vector_time, {""}),
            SignatureVerdict::wrong);
}

TEST(WebhookSignature, ThatIsNotWrittenAsOneIsMalformed) {
  std::string upper = vector_hex;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string many = "t=1700000000";
  for (int i = 0; i < 9; ++i) many += ",v1=" + vector_hex;
  for (const std::string& header :
       {std::string(), std::string("t=1700000000"), "v1=" + vector_hex,
        "t=1700000000,v0=" + vector_hex, "t=1700000000, v1=" + vector_hex,
        "t=1700000000,v1=" + upper, "t=1700000000,v1=" + vector_hex + "0", "t=,v1=" + vector_hex,
        "t=-1,v1=" + vector_hex, "t=1e9,v1=" + vector_hex,
        "t=17000000001700000000,v1=" + vector_hex, "t=1700000000,t=1700000000,v1=" + vector_hex,
        "t=1700000000,v1=" + vector_hex + ",", std::string("t"), many,
        "t=1700000000,v1=" + vector_hex + "," + std::string(2'000, 'x')})
    EXPECT_EQ(judge(header), SignatureVerdict::malformed) << header;
}

// --- the hint ------------------------------------------------------------------------------------------------------

Object event(const Object& about) {
  return {{"id", R"("evt_1")"},
          {"object", R"("event")"},
          {"type", R"("checkout.session.completed")"},
          {"created", "1764430002"},
          {"livemode", "false"},
          {"data", R"({"object":)" + about.text() + "}"}};
}
PspHint hint_of(const Object& about) {
  const auto hint = parse_hint(event(about).text());
  EXPECT_TRUE(hint.has_value()) << event(about).text();
  return hint ? *hint : PspHint{};
}
bool is_hint(const Object& whole) { return parse_hint(whole.text()).has_value(); }

TEST(WebhookHint, OfASessionNamesItItsIntentAndTheOrder) {
  const Object about = session()
                           .with("payment_intent", R"("pi_1")")
                           .and_also("customer_details", R"({"email":"jane@example.com"})");
  PspHint wanted;
  wanted.event_id = "evt_1";
  wanted.type = "checkout.session.completed";
  wanted.created_at_s = 1'764'430'002;
  wanted.object_id = wanted.session_id = "cs_1";
  wanted.intent_id = "pi_1";
  wanted.marks = {"po-1", "shop"};
  wanted.status = "open";
  wanted.amount = 1'099;
  wanted.currency = "usd";
  wanted.body_hash = sha256(event(about).text());
  EXPECT_EQ(hint_of(about), wanted);
}

TEST(WebhookHint, OfAnIntentOrItsChargeNamesTheIntent) {
  EXPECT_EQ(hint_of(intent()).intent_id, "pi_1");
  const PspHint charge = hint_of({{"id", R"("ch_1")"},
                                  {"object", R"("charge")"},
                                  {"amount", "1099"},
                                  {"payment_intent", R"("pi_1")"},
                                  {"metadata", our_marks}});
  EXPECT_EQ(charge.object_id, "ch_1");
  EXPECT_EQ(charge.intent_id, "pi_1");
  EXPECT_EQ(charge.marks.order_id, "po-1");
}

TEST(WebhookHint, OfATypeThatNobodyKnowsIsOneAsWell) {
  EXPECT_TRUE(is_hint(event({{"id", R"("x_1")"}, {"object", R"("new.thing")"}})
                          .with("type", R"("new.thing.happened")")));
}

TEST(WebhookHint, FromHostileBytesIsNone) {
  EXPECT_TRUE(is_hint(event(session())));
  for (const char* key : {"id", "object", "type", "created", "livemode", "data"}) {
    EXPECT_FALSE(is_hint(event(session()).without(key))) << key;
    EXPECT_FALSE(is_hint(event(session()).with(key, "[]"))) << key;
    EXPECT_FALSE(is_hint(event(session()).and_also(key, "null"))) << key;
  }
  EXPECT_FALSE(is_hint(event(session().with("id", R"("a b")"))));
  EXPECT_FALSE(is_hint(event(session().with("amount_total", "1.5"))));
  EXPECT_FALSE(is_hint(event(session().with("metadata", "7"))));
  const std::string text = event(session()).text();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_hint(text.substr(0, size))) << size;
  EXPECT_FALSE(parse_hint(text + std::string(webhook_body_bytes_max, ' ')));
  EXPECT_FALSE(parse_hint(std::string(100'000, '[')));
}

TEST(WebhookOrigin, IsToldByMarksClusterAndMode) {
  const PspHint ours = hint_of(session());
  EXPECT_EQ(origin_of(ours, "shop", false), HintOrigin::ours);
  EXPECT_EQ(origin_of(ours, "shop", true), HintOrigin::other_mode);
  EXPECT_EQ(origin_of(ours, "other", false), HintOrigin::other_cluster);
  EXPECT_EQ(origin_of(hint_of(session().with("metadata", "{}")), "shop", false),
            HintOrigin::foreign);
  EXPECT_EQ(origin_of(hint_of(session().with("metadata", R"({"payment_order_id":"a b",)"
                                                         R"("florin_cluster":"shop"})")),
                      "shop", false),
            HintOrigin::foreign)
      << "somebody else's order of the same name of a field";
}

}  // namespace
}  // namespace florin::psp::sessions
