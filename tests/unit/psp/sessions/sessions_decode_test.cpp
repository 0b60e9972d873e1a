// Section 3 of the payment rules, row by row: which evidence is of which class, and never of a better one; and lists.
#include "psp/sessions/sessions_decode.hpp"

#include <gmock/gmock.h>

#include "tests/unit/psp/sessions/sessions_kit.hpp"

namespace florin::psp::sessions {
namespace {

using namespace kit;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// --- section 3, row by row -----------------------------------------------------------------------------------

TEST(PspOutcome, WhatWasNotSentIsNotSentWhateverKeptIt) {
  for (const HttpFault fault :
       {HttpFault::no_name, HttpFault::no_connection, HttpFault::no_tls, HttpFault::wrong_pin,
        HttpFault::breaker_open, HttpFault::queue_full, HttpFault::stopping, HttpFault::unfit})
    EXPECT_EQ(class_of(ended(HttpEnd::not_sent, fault)), PspClass::not_sent);
}

TEST(PspOutcome, WholeParsedAndEqualIsOk) {
  const PspAnswer answer = of_create(whole(200, session().text()));
  EXPECT_EQ(answer.outcome, PspClass::ok);
  EXPECT_THAT(answer.unequal, IsEmpty());
  EXPECT_THAT(answer.notices, IsEmpty());
  ASSERT_TRUE(answer.seen);
  EXPECT_EQ(answer.seen->session_id, "cs_1");
  EXPECT_EQ(answer.seen->payer_url, "https://pay.example/c/cs_1#x");
}

TEST(PspOutcome, SomethingUnequalIsAMismatch) {
  const std::vector<std::pair<Object, PspField>> rows{
      {session().with("client_reference_id", R"("po-2")"), PspField::order},
      {session().with("metadata", R"({"payment_order_id":"po-2","florin_cluster":"shop"})"),
       PspField::order},
      {session().with("metadata", R"({"payment_order_id":"po-1","florin_cluster":"other"})"),
       PspField::cluster},
      {session().with("amount_total", "1098"), PspField::amount},
      {session().with("currency", R"("eur")"), PspField::currency},
      {session().with("currency", R"("USD")"), PspField::currency},
      {session().with("livemode", "true"), PspField::livemode},
      {paid_session().with("payment_intent", paid_intent().with("amount_received", "1").text()),
       PspField::amount},
      {session().with("payment_status", R"("paid")").with("payment_intent", intent().text()),
       PspField::status},
      {session().with("payment_intent", intent().with("status", R"("requires_capture")").text()),
       PspField::status},
  };
  for (const auto& [object, field] : rows) {
    const PspAnswer answer = of_create(whole(200, object.text()));
    EXPECT_EQ(answer.outcome, PspClass::mismatch) << object.text();
    EXPECT_THAT(answer.unequal, ElementsAre(field)) << object.text();
    EXPECT_TRUE(answer.seen) << "whoever closes it must know which one it is";
  }
}

TEST(PspOutcome, AnotherObjectThanTheKnownOneIsAMismatchAndSaid) {
  PspExpectation known = expected();
  known.session_id = "cs_0";
  const PspAnswer answer =
      decode(PspOperation::retrieve_session, known, whole(200, session().text()));
  EXPECT_EQ(answer.outcome, PspClass::mismatch);
  EXPECT_THAT(answer.unequal, ElementsAre(PspField::object));
  EXPECT_THAT(answer.notices, ElementsAre(PspNotice::two_objects));
}

TEST(PspOutcome, ASuccessThatNobodyCanReadIsUnknownAndSaid) {
  for (const std::string& body :
       {std::string(), std::string("<html>ok</html>"), std::string("{}"), std::string("[]"),
        std::string("null"), session().text().substr(0, 40), session().text() + "x",
        error_body("api_error", "x"), session().and_also("error", "{}").text()}) {
    const PspAnswer answer = of_create(whole(200, body));
    EXPECT_EQ(answer.outcome, PspClass::unknown) << body;
    EXPECT_THAT(answer.notices, ElementsAre(PspNotice::unreadable)) << body;
  }
  for (const HttpEnd end : {HttpEnd::cut, HttpEnd::too_large}) {
    HttpAnswer part = whole(200, session().text());
    part.end = end;
    const PspAnswer answer = of_create(part);
    EXPECT_EQ(answer.outcome, PspClass::unknown) << "however much of it can be read";
    EXPECT_THAT(answer.notices, ElementsAre(PspNotice::unreadable));
    EXPECT_FALSE(answer.seen);
  }
}

TEST(PspOutcome, TheProvidersOwnNoIsRefused) {
  for (const int status : {400, 404, 422}) {
    const PspAnswer answer =
        of_create(whole(status, error_body("invalid_request_error", "parameter_missing")));
    EXPECT_EQ(answer.outcome, PspClass::refused) << status;
    ASSERT_TRUE(answer.refusal);
    EXPECT_EQ(answer.refusal->code, "parameter_missing");
  }
}

TEST(PspOutcome, ANoOfSomebodyOnTheWayIsUnknown) {
  for (const int status : {400, 402, 404, 409, 422, 413})
    for (const char* body : {"", "<html>no</html>", R"({"detail":"no"})", R"({"error":"no"})"})
      EXPECT_EQ(class_of(whole(status, body)), PspClass::unknown) << status << body;
  EXPECT_EQ(class_of(whole(424, error_body("api_error", "x"))), PspClass::unknown);
}

TEST(PspOutcome, ADeclineIsDeclinedByStatusOrByType) {
  EXPECT_EQ(class_of(whole(402, error_body("card_error", "card_declined"))), PspClass::declined);
  EXPECT_EQ(class_of(whole(402, error_body("other_error", "x"))), PspClass::declined);
  EXPECT_EQ(class_of(whole(400, error_body("card_error", "card_declined"))), PspClass::declined);
}

TEST(PspOutcome, AnIdempotencyErrorIsAKeyConflict) {
  EXPECT_EQ(class_of(whole(400, error_body("idempotency_error", "idempotency_key_reused"))),
            PspClass::key_conflict);
}

TEST(PspOutcome, AKeyInUseIsInProgressForASecond) {
  const PspAnswer answer =
      of_create(whole(409, error_body("idempotency_error", "idempotency_key_in_use")));
  EXPECT_EQ(answer.outcome, PspClass::in_progress);
  EXPECT_EQ(answer.retry_after_s, 1);
}

TEST(PspOutcome, ACredentialThatIsNotTakenIsAuth) {
  EXPECT_EQ(class_of(whole(401, "")), PspClass::auth);
  EXPECT_EQ(class_of(whole(403, "<html>")), PspClass::auth);
}

TEST(PspOutcome, TooManyIsThrottledNoLongerThanAMinute) {
  const auto after = [](std::vector<HttpHeader> headers) {
    const PspAnswer answer = of_create(whole(429, "", std::move(headers)));
    EXPECT_EQ(answer.outcome, PspClass::throttled);
    return answer.retry_after_s;
  };
  EXPECT_EQ(after({}), 0);
  EXPECT_EQ(after({{"retry-after", "7"}}), 7);
  EXPECT_EQ(after({{"retry-after", "86400"}}), 60);
  EXPECT_EQ(after({{"retry-after", "-1"}}), 60);
  EXPECT_EQ(after({{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}}), 60);
  EXPECT_EQ(after({{"retry-after", "99999999999999999999"}}), 60);
}

TEST(PspOutcome, AnErrorOfTheServerIsUnknownAndAReplayOfItIsSaid) {
  for (const int status : {500, 502, 503, 599}) {
    const PspAnswer answer = of_create(whole(status, error_body("api_error", "x")));
    EXPECT_EQ(answer.outcome, PspClass::unknown);
    EXPECT_FALSE(answer.is_replay);
  }
  EXPECT_TRUE(of_create(whole(500, "", {{"idempotent-replayed", "true"}})).is_replay);
}

TEST(PspOutcome, SilenceAfterSendingIsUnknown) {
  for (const HttpFault fault :
       {HttpFault::timed_out, HttpFault::closed, HttpFault::resend_refused, HttpFault::other})
    EXPECT_EQ(class_of(ended(HttpEnd::no_answer, fault)), PspClass::unknown);
  for (const int status : {401, 402, 404, 429, 500})
    EXPECT_EQ(class_of(ended(HttpEnd::cut, HttpFault::closed, status)), PspClass::unknown)
        << "half of a no is none";
}

TEST(PspOutcome, ARedirectIsUnknownAndSaid) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const PspAnswer answer = of_create(whole(status, session().text()));
    EXPECT_EQ(answer.outcome, PspClass::unknown);
    EXPECT_THAT(answer.notices, ElementsAre(PspNotice::redirected));
  }
  EXPECT_EQ(class_of(whole(102, session().text())), PspClass::unknown);
}

TEST(PspOutcome, SentTwiceIsAsAnsweredAndSaid) {
  HttpAnswer twice = whole(200, session().text());
  twice.is_sent_twice = true;
  EXPECT_EQ(of_create(twice).outcome, PspClass::ok);
  EXPECT_THAT(of_create(twice).notices, ElementsAre(PspNotice::sent_twice));
  EXPECT_THAT(of_read(twice).notices, IsEmpty()) << "a read may leave as often as it likes";
}

TEST(PspOutcome, AReadThatFindsNothingIsAbsent) {
  EXPECT_EQ(of_read(whole(404, error_body("invalid_request_error", "resource_missing"))).outcome,
            PspClass::absent);
  EXPECT_EQ(of_read(whole(404, "<html>")).outcome, PspClass::unknown);
  EXPECT_EQ(of_list(list_of({})).outcome, PspClass::absent);
  EXPECT_EQ(of_list(list_of({session().with("metadata", "{}")})).outcome, PspClass::absent);
}

// --- lists -------------------------------------------------------------------------------------------------------

TEST(PspList, ThatGoesOnHasNotFoundNothing) {
  const PspAnswer answer = of_list(list_of({session().with("metadata", "{}")}, true));
  EXPECT_EQ(answer.outcome, PspClass::ok);
  EXPECT_FALSE(answer.seen);
  EXPECT_EQ(answer.next, "cs_1");
}

TEST(PspList, PicksTheOrdersOwn) {
  const PspAnswer answer =
      of_list(list_of({session().with("id", R"("cs_0")").with("metadata", "null"), session()}));
  EXPECT_EQ(answer.outcome, PspClass::ok);
  EXPECT_EQ(answer.seen->session_id, "cs_1");
  EXPECT_EQ(answer.found.size(), 1U);
}

TEST(PspList, OfOthersIsNotReadFurtherThanWhoseItIs) {
  const Object of_others = session()
                               .with("metadata", "{}")
                               .with("amount_total", "null")
                               .with("status", R"("of another time")");
  EXPECT_EQ(of_list(list_of({of_others, session()})).outcome, PspClass::ok);
  EXPECT_EQ(of_list(list_of({of_others})).outcome, PspClass::absent);
}

TEST(PspList, OfTwoPaymentsOfOneOrderThePaidOneTellsMost) {
  const PspAnswer answer = of_list(list_of({session(), paid_session().with("id", R"("cs_2")")}));
  EXPECT_EQ(answer.seen->session_id, "cs_2");
  EXPECT_EQ(answer.seen->state, PspState::succeeded);
  EXPECT_EQ(answer.found.size(), 2U);
  EXPECT_THAT(answer.notices, Contains(PspNotice::two_objects));
}

TEST(PspList, WithARowThatNobodyCanReadIsUnknown) {
  for (const Object& row : {session().without("status"), session().with("metadata", "[]"),
                            session().with("object", R"("charge")")})
    EXPECT_EQ(of_list(list_of({session(), row})).outcome, PspClass::unknown) << row.text();
  EXPECT_EQ(of_list(R"({"data":[1],"has_more":false})").outcome, PspClass::unknown);
  EXPECT_EQ(of_list(R"({"data":[]})").outcome, PspClass::unknown);
  EXPECT_EQ(of_list(R"({"data":[],"has_more":true})").outcome, PspClass::unknown)
      << "it goes on behind nothing";
}

TEST(PspList, OfAnIntentShowsWhoseItIsByItsMarks) {
  const auto of_intent = [](const Object& row) {
    return decode(PspOperation::list_sessions_of_intent, expected(), whole(200, list_of({row})));
  };
  EXPECT_EQ(of_intent(session()).outcome, PspClass::ok);
  EXPECT_EQ(of_intent(session().with("metadata", "{}")).outcome, PspClass::mismatch);
}

TEST(PspList, OfASearchIsOfIntents) {
  const PspAnswer answer =
      decode(PspOperation::search_intents, expected(), whole(200, list_of({paid_intent()})));
  EXPECT_EQ(answer.outcome, PspClass::ok);
  EXPECT_EQ(answer.seen->session_id, "");
  EXPECT_EQ(answer.seen->intent_id, "pi_1");
  EXPECT_EQ(answer.seen->state, PspState::succeeded);
}

TEST(PspList, OfASearchThatGoesOnHasNoNextPage) {
  const auto of_search = [](const Object& row) {
    return decode(PspOperation::search_intents, expected(), whole(200, list_of({row}, true)));
  };
  EXPECT_EQ(of_search(paid_intent()).outcome, PspClass::ok);
  EXPECT_EQ(of_search(paid_intent()).next, "");
  EXPECT_EQ(of_search(paid_intent().with("metadata", "{}")).outcome, PspClass::unknown);
}

}  // namespace
}  // namespace florin::psp::sessions
