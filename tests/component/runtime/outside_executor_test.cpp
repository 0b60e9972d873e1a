// Calls to the outside over real sockets: what came of each is what the evidence says, and a request is sent once, or we know.
#include <gmock/gmock.h>

#include "tests/component/runtime/outside_executor_kit.hpp"

namespace florin::outside {
namespace {

using psp::HttpEnd;
using psp::HttpFault;
using test::Count;
using test::Party;
using test::PartyServer;
using testing::HasSubstr;
using testing::Not;

using OutsideExecutorTest = OutsideExecutorKit;

// --- a call that goes well ---------------------------------------------------------------------------------------

TEST_F(OutsideExecutorTest, SendsTheLoggedBytesAndAddsTheSecret) {
  std::string request;
  PartyServer server([&](Party& party) {
    request = party.read_request();
    party.answer("{}", "200 OK", "Request-Id: req_1\r\nSet-Cookie: a=b\r\n");
    party.wait_for_end();
  });
  start(party(server.url()));
  const auto heard = call(post(1));
  expect(heard, CallOutcome::answered, HttpEnd::whole, HttpFault::none);
  EXPECT_EQ(heard.answer.to.key, "po-1");
  EXPECT_EQ(heard.answer.id, words::uuid(1));
  EXPECT_EQ(heard.http.status, 200);
  EXPECT_EQ(heard.http.body, "{}");
  EXPECT_THAT(heard.http.headers, testing::ElementsAre(psp::HttpHeader{"request-id", "req_1"}));
  executor_->stop();
  EXPECT_THAT(request, testing::StartsWith("POST /v1/charge HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer s3cret\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nIdempotency-Key: po-1\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Expect:")));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\namount=1099&n=1"));
}

TEST_F(OutsideExecutorTest, KeepsAConnectionForTheNextCall) {
  Count connections;
  PartyServer server([&](Party& party) {
    connections.add();
    while (!party.read_request().empty()) party.answer("{}");
  });
  start(party(server.url()));
  for (unsigned number = 1; number <= 3; ++number) EXPECT_EQ(call(post(number)).http.status, 200);
  EXPECT_EQ(connections.value(), 1);
  executor_->stop();
}

TEST_F(OutsideExecutorTest, AnAnswerOfNoIsAnAnswer) {
  PartyServer server([](Party& party) {
    party.read_request();
    party.answer("{}", "402 Payment Required");
  });
  start(party(server.url()));
  const auto heard = call(post(1));
  expect(heard, CallOutcome::answered, HttpEnd::whole, HttpFault::none);
  EXPECT_EQ(heard.http.status, 402);
}

// --- not sent ----------------------------------------------------------------------------------------------------

TEST_F(OutsideExecutorTest, RefusedIsNotSent) {
  start(party(PartyServer::url_of_nobody()));
  expect(call(post(1)), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::no_connection);
}

TEST_F(OutsideExecutorTest, ANameThatNobodyKnowsIsNotSent) {
  // Longer than a name may be: no server of names is asked.
  start(party("https://" + std::string(70, 'x') + ".invalid"));
  expect(call(post(1)), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::no_name);
}

TEST_F(OutsideExecutorTest, TlsThatNeverAnswersIsNotSent) {
  PartyServer server([](Party& party) { party.wait_for_end(); });
  auto silent = party("https://127.0.0.1:" + std::to_string(server.port()));
  silent.connect_time_max = Milliseconds(150);
  start(silent);
  expect(call(post(1)), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::no_connection);
  executor_->stop();
}

TEST_F(OutsideExecutorTest, WhatNobodyCanSendIsNotSent) {
  start(party(PartyServer::url_of_nobody()));
  expect(call(post(1, "another")), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::unfit);
  OutsideCall nonsense = post(2);
  nonsense.bytes = std::make_shared<const std::string>("DELETE /all\n\n");
  expect(call(nonsense), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::unfit);
}

// --- unknown -----------------------------------------------------------------------------------------------------

TEST_F(OutsideExecutorTest, ClosedBeforeTheAnswerIsUnknown) {
  Count requests;
  PartyServer server([&](Party& party) {
    if (!party.read_request().empty()) requests.add();
  });
  start(party(server.url()));
  expect(call(post(1)), CallOutcome::unknown, HttpEnd::no_answer, HttpFault::closed);
  EXPECT_EQ(requests.value(), 1);
}

// curl/curl#18417: with a body that libcurl could rewind, it would be sent again, and nobody would know.
TEST_F(OutsideExecutorTest, ClosedAfterReadingOnAReusedConnectionIsUnknownAndSentOnce) {
  Count requests;
  PartyServer server([&](Party& party) {
    for (int n = 1; !party.read_request().empty(); ++n) {
      requests.add();
      if (party.number() == 1 && n == 2) return;
      party.answer("{}");
    }
  });
  start(party(server.url()));
  EXPECT_EQ(call(post(1)).http.status, 200);
  const auto heard = call(post(2));
  expect(heard, CallOutcome::unknown, HttpEnd::no_answer, HttpFault::resend_refused);
  EXPECT_FALSE(heard.http.is_sent_twice);
  EXPECT_EQ(requests.value(), 2);
  EXPECT_EQ(call(post(3)).http.status, 200) << "the next one has a connection of its own";
  executor_->stop();
}

TEST_F(OutsideExecutorTest, AReadMayBeSentAgainAndThatIsKnown) {
  Count requests;
  PartyServer server([&](Party& party) {
    for (int n = 1; !party.read_request().empty(); ++n) {
      requests.add();
      if (party.number() == 1 && n == 2) return;
      party.answer("{}");
    }
  });
  start(party(server.url()));
  EXPECT_FALSE(call(get(1)).http.is_sent_twice);
  const auto heard = call(get(2));
  expect(heard, CallOutcome::answered, HttpEnd::whole, HttpFault::none);
  EXPECT_TRUE(heard.http.is_sent_twice) << "two heads of the request have left";
  EXPECT_EQ(requests.value(), 3);
  EXPECT_EQ(metrics().sent_twice.value(), 1U);
  executor_->stop();
}

TEST_F(OutsideExecutorTest, ACutBodyIsUnknown) {
  PartyServer server([](Party& party) {
    party.read_request();
    party.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":");
  });
  start(party(server.url()));
  const auto heard = call(post(1));
  expect(heard, CallOutcome::unknown, HttpEnd::cut, HttpFault::closed);
  EXPECT_EQ(heard.http.status, 200);
}

TEST_F(OutsideExecutorTest, ASlowAnswerIsUnknownWhenItsTimeIsOver) {
  Count requests;
  PartyServer server([&](Party& party) {
    if (!party.read_request().empty()) requests.add();
    party.wait_for_end();
  });
  auto slow = party(server.url());
  slow.connect_time_max = slow.call_time_max = Milliseconds(200);
  start(slow);
  expect(call(post(1)), CallOutcome::unknown, HttpEnd::no_answer, HttpFault::timed_out);
  EXPECT_EQ(requests.value(), 1);
}

TEST_F(OutsideExecutorTest, MoreThanAnybodyWantsIsUnknown) {
  PartyServer server([](Party& party) {
    party.read_request();
    party.answer(std::string(5'000, ' '));
  });
  auto small = party(server.url());
  small.answer_bytes_max = 4'096;
  start(small);
  const auto heard = call(post(1));
  expect(heard, CallOutcome::unknown, HttpEnd::too_large, HttpFault::none);
  EXPECT_LE(heard.http.body.size(), 4'096U);
}

TEST_F(OutsideExecutorTest, ARedirectIsNotFollowed) {
  Count requests;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      requests.add();
      party.answer("", "307 Temporary Redirect", "Location: /elsewhere\r\n");
    }
  });
  start(party(server.url()));
  const auto heard = call(post(1));
  expect(heard, CallOutcome::answered, HttpEnd::whole, HttpFault::none);
  EXPECT_EQ(heard.http.status, 307);
  EXPECT_EQ(requests.value(), 1);
  executor_->stop();
}

}  // namespace
}  // namespace florin::outside
