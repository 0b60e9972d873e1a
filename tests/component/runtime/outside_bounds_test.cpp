// What bounds calls to the outside, how they end with the node, and settings that are refused.
#include <gmock/gmock.h>

#include <atomic>

#include "psp/sessions/sessions_decode.hpp"
#include "tests/component/runtime/outside_executor_kit.hpp"

namespace florin::outside {
namespace {

using psp::HttpEnd;
using psp::HttpFault;
using test::Callers;
using test::Count;
using test::Party;
using test::PartyServer;
using testing::HasSubstr;
using testing::Not;

using OutsideBoundsTest = OutsideExecutorKit;

// --- bounds --------------------------------------------------------------------------------------------------------

TEST_F(OutsideBoundsTest, WhoFailsInARowIsNotCalledForAWhile) {
  auto gone = party(PartyServer::url_of_nobody());
  gone.breaker.failures_max = 2;
  start(gone);
  for (unsigned number = 1; number <= 2; ++number)
    EXPECT_EQ(call(post(number)).http.fault, HttpFault::no_connection);
  expect(call(post(3)), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::breaker_open);
  EXPECT_EQ(metrics().breaker_opened.value(), 1U);
}

TEST_F(OutsideBoundsTest, OneThatDoesNotTakeOurCredentialIsNotCalledForAWhile) {
  PartyServer server([](Party& party) {
    party.read_request();
    party.answer("{}", "401 Unauthorized");
  });
  start(party(server.url()));
  EXPECT_EQ(call(post(1)).http.status, 401);
  EXPECT_EQ(call(post(2)).http.fault, HttpFault::breaker_open);
}

TEST_F(OutsideBoundsTest, APartyHasNoMoreCallsUnderWayThanItMay) {
  std::atomic<int> now{0}, most{0};
  Count came;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      most = std::max(most.load(), ++now);
      came.add();
      came.reaches(2);  // two at least are here at a time
      --now;
      party.answer("{}");
    }
  });
  auto narrow = party(server.url());
  narrow.under_way_max = 2;
  start(narrow);
  for (unsigned number = 1; number <= 8; ++number) executor_->submit(post(number));
  for (const auto& heard : callers_.wait_for(8)) EXPECT_EQ(heard.http.status, 200);
  EXPECT_EQ(most.load(), 2);
  executor_->stop();
}

TEST_F(OutsideBoundsTest, WhatDoesNotFitIsNotSent) {
  Count came, go;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      came.add();
      go.reaches(1);
      party.answer("{}");
    }
  });
  auto narrow = party(server.url());
  narrow.under_way_max = narrow.waiting_max = 1;
  start(narrow);
  executor_->submit(post(1));
  ASSERT_TRUE(came.reaches(1));
  executor_->submit(post(2));
  expect(call(post(3)), CallOutcome::not_sent, HttpEnd::not_sent, HttpFault::queue_full);
  go.add();
  for (const auto& heard : callers_.wait_for(3))
    EXPECT_EQ(heard.http.status, heard.answer.id == words::uuid(3) ? 0 : 200)
        << "who waits is called as soon as there is room";
  executor_->stop();
}

TEST_F(OutsideBoundsTest, ACallThatIsUnderWayIsNotMadeBesideItself) {
  Count came, go;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      came.add();
      go.reaches(1);
      party.answer("{}");
    }
  });
  start(party(server.url()));
  executor_->submit(post(1));
  ASSERT_TRUE(came.reaches(1));
  executor_->submit(post(1));
  Count passed;
  executor_->pass([&] { passed.add(); });
  ASSERT_TRUE(passed.reaches(1)) << "the thread has seen the second one";
  go.add();
  callers_.wait_for(1);
  EXPECT_EQ(call(post(1)).http.status, 200) << "after its answer it may be made again";
  EXPECT_EQ(came.value(), 2);
  EXPECT_EQ(callers_.count(), 2U);
  EXPECT_EQ(metrics().repeated.value(), 1U);
  executor_->stop();
}

// The old leader's call is under way when the next one makes it: the provider holds the key.
TEST_F(OutsideBoundsTest, ACallOfTwoLeadersMeetsItsKeyInUse) {
  Count came, go;
  PartyServer server([&](Party& party) {
    while (!party.read_request().empty()) {
      if (came.add() > 1) {
        party.answer(R"({"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}})",
                     "409 Conflict");
        continue;
      }
      go.reaches(1);
      party.answer("{}");
    }
  });
  Callers of_the_old;
  ExecutorOptions options;
  options.parties = {party(server.url())};
  options.answered = [&](CallAnswer answer) { of_the_old.hear(std::move(answer)); };
  auto old_leader = OutsideExecutor::start(std::move(options));
  ASSERT_TRUE(old_leader.has_value());
  (*old_leader)->submit(post(1));
  ASSERT_TRUE(came.reaches(1));
  start(party(server.url()));
  const auto heard = call(post(1));
  const auto said = psp::sessions::decode(psp::PspOperation::create_session, {}, heard.http);
  EXPECT_EQ(said.outcome, psp::PspClass::in_progress);
  EXPECT_EQ(said.retry_after_s, 1);
  go.add();
  EXPECT_EQ(of_the_old.wait_for(1).at(0).http.status, 200);
  executor_->stop();
  (*old_leader)->stop();
}

// --- stop ----------------------------------------------------------------------------------------------------------

TEST_F(OutsideBoundsTest, DrainsWhatIsUnderWayWhenItStops) {
  Count came, go;
  PartyServer server([&](Party& party) {
    party.read_request();
    came.add();
    go.reaches(1);
    party.answer("{}");
  });
  drain_time_max_ = Milliseconds(15'000);
  start(party(server.url()));
  executor_->submit(post(1));
  ASSERT_TRUE(came.reaches(1));
  EXPECT_FALSE(executor_->is_drained());
  Count ended;
  executor_->end([&] { ended.add(); });
  EXPECT_EQ(call(post(2)).http.fault, HttpFault::stopping) << "nothing new";
  EXPECT_EQ(ended.value(), 0);
  go.add();
  const auto heard = callers_.wait_for(2).at(1);
  expect(heard, CallOutcome::answered, HttpEnd::whole, HttpFault::none);
  EXPECT_TRUE(ended.reaches(1));
  EXPECT_TRUE(executor_->is_drained());
  executor_->stop();
}

TEST_F(OutsideBoundsTest, WhatIsNotAnsweredWhenItMustEndIsUnknown) {
  Count came;
  PartyServer server([&](Party& party) {
    party.read_request();
    came.add();
    party.wait_for_end();
  });
  drain_time_max_ = Milliseconds(0);
  auto narrow = party(server.url());
  narrow.under_way_max = 1;
  start(narrow);
  executor_->submit(post(1));
  ASSERT_TRUE(came.reaches(1));
  executor_->submit(post(2));
  executor_->stop();
  ASSERT_EQ(callers_.count(), 2U) << "every call is answered once";
  for (const auto& heard : callers_.wait_for(2)) {
    const bool was_sent = heard.answer.id == words::uuid(1);
    EXPECT_EQ(heard.answer.outcome, was_sent ? CallOutcome::unknown : CallOutcome::not_sent);
    EXPECT_EQ(heard.http.fault, was_sent ? HttpFault::timed_out : HttpFault::stopping);
  }
}

// --- settings ------------------------------------------------------------------------------------------------------

TEST_F(OutsideBoundsTest, WrongSettingsAreRefusedByName) {
  const auto why = [this](auto change) {
    ExecutorOptions options;
    options.parties = {party("https://api.example")};
    change(options.parties);
    const auto started = OutsideExecutor::start(std::move(options));
    return started ? "started" : started.error().context;
  };
  EXPECT_EQ(why([](auto&) {}), "started");
  EXPECT_THAT(why([](auto& p) { p[0].base_url = "http://api.example"; }), HasSubstr("https://"));
  EXPECT_THAT(why([](auto& p) { p[0].base_url = "https://api.example/"; }), HasSubstr("slash"));
  EXPECT_THAT(why([](auto& p) { p[0].secret_headers = {"s3cret"}; }), HasSubstr("secret header"));
  EXPECT_THAT(why([](auto& p) { p[0].secret_headers = {"s3cret"}; }), Not(HasSubstr("s3cret")));
  EXPECT_THAT(why([](auto& p) { p[0].pins = {"sha256//abc"}; }), HasSubstr("pin"));
  EXPECT_THAT(why([](auto& p) { p[0].under_way_max = 0; }), HasSubstr("bound"));
  EXPECT_THAT(why([](auto& p) { p.push_back(p[0]); }), HasSubstr("two payment providers"));
}

}  // namespace
}  // namespace florin::outside
