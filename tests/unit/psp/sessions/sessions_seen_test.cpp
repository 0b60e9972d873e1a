// What of an answer is believed and may leave: how states are folded, which fields come through, and bodies that nobody should
// send.
#include <gmock/gmock.h>

#include "tests/unit/psp/sessions/sessions_kit.hpp"

namespace florin::psp::sessions {
namespace {

using namespace kit;

// --- states --------------------------------------------------------------------------------------------------------

PspState state_of(const Object& object) {
  const PspAnswer answer = of_read(whole(200, object.text()));
  EXPECT_EQ(answer.outcome, PspClass::ok) << object.text();
  return answer.seen ? answer.seen->state : PspState::expired;
}

TEST(PspStates, OfASessionAndItsIntentAreFolded) {
  const std::string declined =
      R"({"type":"card_error","code":"card_declined","decline_code":"lost_card","charge":"ch_1"})";
  const Object complete = session().with("status", R"("complete")").with("url", "null");
  const Object expired = session().with("status", R"("expired")").with("url", "null");
  const auto with_intent = [](const Object& of, const std::string& status) {
    return of.with("payment_intent", intent().with("status", "\"" + status + "\"").text());
  };
  EXPECT_EQ(state_of(session()), PspState::open);
  EXPECT_EQ(state_of(session().with("payment_intent", R"("pi_1")")), PspState::open);
  EXPECT_EQ(state_of(with_intent(session(), "requires_confirmation")), PspState::open);
  EXPECT_EQ(state_of(session().with("payment_intent",
                                    intent().with("last_payment_error", declined).text())),
            PspState::failed_attempt);
  const PspAnswer answer = of_read(
      whole(200, session()
                     .with("payment_intent", intent().with("last_payment_error", declined).text())
                     .text()));
  EXPECT_EQ(answer.seen->decline, (PspDecline{"ch_1", "card_declined", "lost_card"}));
  EXPECT_EQ(state_of(with_intent(session(), "requires_action")), PspState::requires_action);
  EXPECT_EQ(state_of(with_intent(session(), "processing")), PspState::processing);
  EXPECT_EQ(state_of(with_intent(complete, "processing")), PspState::processing);
  EXPECT_EQ(state_of(complete), PspState::processing);
  EXPECT_EQ(state_of(with_intent(complete, "requires_payment_method")), PspState::canceled);
  EXPECT_EQ(state_of(paid_session()), PspState::succeeded);
  EXPECT_EQ(state_of(session().with("payment_intent", paid_intent().text())), PspState::succeeded)
      << "the session is a moment behind";
  EXPECT_EQ(state_of(expired), PspState::expired);
  EXPECT_EQ(state_of(with_intent(expired, "canceled")), PspState::expired);
}

TEST(PspStates, PaidWithoutAWordOfHowMuchIsNoSuccess) {
  EXPECT_EQ(class_of(whole(200, paid_session().with("payment_intent", R"("pi_1")").text())),
            PspClass::unknown);
  EXPECT_EQ(class_of(whole(
                200, paid_session()
                         .with("payment_intent", paid_intent().without("amount_received").text())
                         .text())),
            PspClass::unknown);
}

TEST(PspStates, OneThatNobodyKnowsIsUnknown) {
  EXPECT_EQ(class_of(whole(200, session().with("status", R"("paused")").text())),
            PspClass::unknown);
}

// --- what may leave ----------------------------------------------------------------------------------------------

TEST(PspAllowList, OnlyListedFieldsLeave) {
  const std::string charge =
      R"({"id":"ch_1","billing_details":{"name":"Jane Doe","email":"jane@example.com"},)"
      R"("payment_method_details":{"card":{"brand":"visa","last4":"4242","exp_year":2030,)"
      R"("checks":{"cvc_check":"pass","address_line1_check":"fail","address_postal_code_check":null}}}})";
  const Object object =
      paid_session()
          .with("payment_intent", paid_intent().with("latest_charge", charge).text())
          .and_also("customer_details", R"({"email":"jane@example.com","name":"Jane Doe"})");
  const PspAnswer answer = of_read(whole(200, object.text(), {{"request-id", "req_9"}}));
  ASSERT_EQ(answer.outcome, PspClass::ok);
  EXPECT_EQ(answer.seen->card, (PspCard{"visa", "4242", "pass", "fail", ""}));
  EXPECT_EQ(answer.request_id, "req_9");
  EXPECT_EQ(answer.body_hash, sha256(object.text()));
}

TEST(PspAllowList, WhatIsNotOfItsAlphabetDoesNotComeIn) {
  const std::string error =
      R"({"error":{"type":"card_error","code":"card declined 4242424242424242",)"
      R"("decline_code":"x\ny","param":"a b"}})";
  const PspAnswer answer = of_create(whole(402, error, {{"request-id", "a b"}}));
  EXPECT_EQ(answer.outcome, PspClass::declined);
  EXPECT_EQ(*answer.refusal, (PspRefusal{"card_error", "", "", ""}));
  EXPECT_EQ(answer.request_id, "");
  for (const char* url : {R"("javascript:alert")", R"("http://pay.example/")", R"("https://a b")",
                          R"("http://localhost.evil.example/")", "1"})
    EXPECT_EQ(class_of(whole(200, session().with("url", url).text())), PspClass::unknown) << url;
  EXPECT_EQ(class_of(whole(200, session().with("url", R"("http://127.0.0.1:9/c")").text())),
            PspClass::ok);
}

// --- hostile bodies ----------------------------------------------------------------------------------------------

TEST(HostileAnswer, CutAnywhereIsUnknown) {
  const std::string body = paid_session().text();
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(class_of(whole(200, body.substr(0, size))), PspClass::unknown) << size;
}

TEST(HostileAnswer, HugeIsUnknown) {
  const std::string blanks(answer_body_bytes_max, ' ');
  EXPECT_EQ(class_of(whole(200, blanks + session().text())), PspClass::unknown);
}

TEST(HostileAnswer, OfWrongTypesIsUnknown) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> wrong{
      {"id", {"1", "null", "{}", R"("")", R"("cs 1")", "\"" + std::string(300, 'a') + "\""}},
      {"status", {"1", "null", "true"}},
      {"amount_total", {"1099.0", "1.099e3", R"("1099")", "-1", "null", "18446744073709551616"}},
      {"currency", {"null", "840", R"("u$d")"}},
      {"livemode", {"0", R"("false")", "null"}},
      {"metadata", {"[]", R"("po-1")"}},
      {"payment_intent", {"1", "[]", "{}", R"({"id":"pi_1"})"}},
      {"url", {"null", "[]"}},
      {"created", {"null", R"("now")"}},
      {"expires_at", {R"("soon")", "1.5"}},
  };
  for (const auto& [key, values] : wrong)
    for (const std::string& value : values)
      EXPECT_EQ(class_of(whole(200, session().with(key, value).text())), PspClass::unknown)
          << key << " " << value;
}

TEST(HostileAnswer, WithAFieldTwiceIsUnknown) {
  for (const char* key : {"id", "status", "amount_total", "currency", "livemode", "metadata",
                          "payment_intent", "url", "object"})
    EXPECT_EQ(class_of(whole(200, session().and_also(key, "null").text())), PspClass::unknown)
        << key;
  EXPECT_EQ(class_of(whole(
                200, session()
                         .with("metadata", R"({"payment_order_id":"po-1","florin_cluster":"shop",)"
                                           R"("payment_order_id":"po-1"})")
                         .text())),
            PspClass::unknown);
}

TEST(HostileAnswer, DeeplyNestedIsUnknown) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(class_of(whole(200, session().and_also("x", deep).text())), PspClass::unknown);
  std::string open;
  for (int i = 0; i < 50'000; ++i) open += R"({"a":)";
  EXPECT_EQ(class_of(whole(200, open)), PspClass::unknown);
}

TEST(HostileAnswer, OfBytesThatAreNoTextIsUnknown) {
  EXPECT_EQ(class_of(whole(200, session().with("id", "\"cs_\xFF\"").text())), PspClass::unknown);
  EXPECT_EQ(class_of(whole(200, std::string(1'000, '\0'))), PspClass::unknown);
}

}  // namespace
}  // namespace florin::psp::sessions
