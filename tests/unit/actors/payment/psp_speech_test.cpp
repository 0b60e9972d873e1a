// What an order says to its provider, and which of its questions an answer is to.
#include "actors/payment/psp_speech.hpp"

#include <gtest/gtest.h>

#include "psp/call_key.hpp"
#include "psp/http_message.hpp"
#include "tests/support/hand_psp.hpp"
#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
const ActorId from{OrderMessages::actor, 3, "po-1"};

PaymentSetup setup_of_test() {
  PaymentSetup setup;
  setup.cluster = "test";
  setup.psps.push_back({.name = "sandbox"});
  return setup;
}

// An order of which `call` is under way, with the bytes that the adapter makes.
class PspSpeech : public ::testing::Test {
 protected:
  OrderStory& registering() {
    story_.begun();
    return prepared();
  }
  OrderStory& prepared() {
    for (const OrderStep& step : owed_steps(story_.state(), story_.context()))
      if (step.kind == OrderStep::Kind::prepare_call)
        return story_.when(OrderCallPrepared{step.operation, step.number,
                                             *prepared_request(story_.state(), step, setup_)});
    ADD_FAILURE() << "no call is owed";
    return story_;
  }
  OrderStory& awaiting() {
    registering();
    story_.when(get<OrderCallAnswered>(heard(psp_.answer(call()))));
    return story_.when(OrderWordHeard{OrderWord::payable});
  }
  [[nodiscard]] OutsideCall call() const { return call_in_flight(story_.state(), from); }
  [[nodiscard]] OutsideCall read(const std::string& after = {}) const {
    auto made = read_in_flight(story_.state(), setup_, story_.context().now, after, from);
    EXPECT_TRUE(made) << made.error().context;
    return *made;
  }
  [[nodiscard]] OrderHeardOutside heard(const CallAnswer& answer) const {
    return heard_outside(story_.state(),
                         {PaymentId::from_trusted("po-1"), answer.id, answer.send,
                          answer.outcome != CallOutcome::not_sent, answer.bytes},
                         setup_);
  }
  [[nodiscard]] static std::string target_of(const OutsideCall& call) {
    return psp::parse_request(*call.bytes)->target;
  }

  PaymentSetup setup_ = setup_of_test();
  OrderStory story_;
  HandPsp psp_;
};

TEST_F(PspSpeech, ARegistrationIsKnownByTheOrdersId) {
  registering();
  EXPECT_EQ(call().port, "sandbox");
  EXPECT_EQ(call().id, psp::call_id("sandbox", "po-1"));
  const auto request = psp::parse_request(*call().bytes);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->target, "/v1/checkout/sessions");
  EXPECT_NE(request->body.find("metadata[florin_cluster]=test"), std::string::npos);
}

TEST_F(PspSpeech, WhatTheProviderSaysOfItsPageIsAnAnswerToTheRegistration) {
  registering();
  const auto said = get<OrderCallAnswered>(heard(psp_.answer(call())));
  EXPECT_EQ(said.operation, OrderOperation::registration);
  EXPECT_EQ(said.answer.outcome, PspOutcome::ok);
  EXPECT_EQ(said.answer.report.status, PspStatus::open);
  EXPECT_EQ(said.answer.report.object, "cs_1");
  EXPECT_EQ(said.answer.report.order.str(), "po-1");
  EXPECT_EQ(said.answer.report.url, "https://pay.example/cs_1");
}

TEST_F(PspSpeech, ACloseHasTheKeyOfItsNumberAndTheIdOfThePage) {
  awaiting().cancelled();
  prepared();
  EXPECT_EQ(call().id, psp::call_id("sandbox", "po-1/expire/1"));
  EXPECT_EQ(target_of(call()), "/v1/checkout/sessions/cs_1/expire");
  const auto said = get<OrderCallAnswered>(heard(psp_.answer(call())));
  EXPECT_EQ(said.operation, OrderOperation::expiry);
  EXPECT_EQ(said.answer.report.status, PspStatus::expired);
}

// The registration's second copy, answered behind a close.
TEST_F(PspSpeech, ALateAnswerIsKnownForTheCallThatItAnswers) {
  registering();
  const CallAnswer late = psp_.answer(call());
  story_.when(get<OrderCallAnswered>(heard(late))).cancelled();
  prepared();
  ASSERT_EQ(story_.state().call.operation, OrderOperation::expiry);
  const auto said = get<OrderCallAnswered>(heard(late));
  EXPECT_EQ(said.operation, OrderOperation::registration);
  EXPECT_EQ(said.number, 1U);
}

TEST_F(PspSpeech, AnAnswerToWhatWasNeverAskedIsNone) {
  awaiting();
  CallAnswer other = psp_.answer(call());
  other.id = psp::call_id("sandbox", "po-2");
  EXPECT_TRUE(holds_alternative<std::monostate>(heard(other)));
  other.id = psp::call_id("another", "po-1");
  EXPECT_TRUE(holds_alternative<std::monostate>(heard(other)));
}

TEST_F(PspSpeech, ReadsThePageThatItKnows) {
  awaiting().hinted();
  EXPECT_TRUE(target_of(read()).starts_with("/v1/checkout/sessions/cs_1?"));
  psp_.pay("po-1");
  const auto said = get<OrderReadAnswered>(heard(psp_.answer(read())));
  EXPECT_EQ(said.number, 1U);
  EXPECT_EQ(said.answer.report.status, PspStatus::succeeded);
  EXPECT_EQ(said.answer.report.received, 1'000);
}

// Nobody has heard which page it is: all that were made while it may have been, and its own is found by its marks.
TEST_F(PspSpeech, LooksForAPageThatNobodyKnowsAmongThoseOfItsTime) {
  registering();
  static_cast<void>(psp_.serve(call()));
  for (int i = 0; i < 5; ++i) story_.answered(PspOutcome::unknown).in_time();
  ASSERT_EQ(story_.state().phase, Phase::unresolved);
  while (!story_.state().read.in_flight) story_.in_time();
  const std::string target = target_of(read());
  EXPECT_NE(target.find("created[gte]="), std::string::npos) << target;
  const auto said = get<OrderReadAnswered>(heard(psp_.answer(read())));
  EXPECT_EQ(said.answer.outcome, PspOutcome::ok);
  EXPECT_EQ(said.answer.report.object, "cs_1");
}

TEST_F(PspSpeech, AListThatGoesOnIsOneReadOfSeveralPages) {
  registering();
  for (int i = 0; i < 5; ++i) story_.answered(PspOutcome::unknown).in_time();
  while (!story_.state().read.in_flight) story_.in_time();
  psp::HttpAnswer page;
  page.end = psp::HttpEnd::whole;
  page.status = 200;
  page.body =
      R"({"object":"list","has_more":true,"data":[{"id":"cs_9","object":"checkout.session"}]})";
  const OutsideCall first = read();
  const auto said = heard({first.from, first.port, first.id, first.send, CallOutcome::answered,
                           psp::answer_bytes(page)});
  const auto& wanted = get<OrderPageWanted>(said);
  EXPECT_EQ(wanted.after, "cs_9");
  const OutsideCall second = read(wanted.after);
  EXPECT_EQ(second.id, first.id);
  EXPECT_NE(target_of(second).find("starting_after=cs_9"), std::string::npos);
}

TEST_F(PspSpeech, EvidenceDecidesWhatCanHaveLeft) {
  registering();
  const auto outcome = [&](const CallAnswer& answer) {
    return get<OrderCallAnswered>(heard(answer)).answer.outcome;
  };
  EXPECT_EQ(outcome(HandPsp::not_sent(call())), PspOutcome::not_sent);
  EXPECT_EQ(outcome(HandPsp::lost(call())), PspOutcome::unknown);
  CallAnswer nonsense = HandPsp::lost(call());
  nonsense.bytes = "nonsense";
  EXPECT_EQ(outcome(nonsense), PspOutcome::unknown);
  nonsense.outcome = CallOutcome::not_sent;
  EXPECT_EQ(outcome(nonsense), PspOutcome::not_sent);
}

TEST_F(PspSpeech, AnotherClustersPageIsNoneOfOurs) {
  registering();
  const CallAnswer answer = psp_.answer(call());
  setup_.cluster = "other";
  EXPECT_EQ(get<OrderCallAnswered>(heard(answer)).answer.outcome, PspOutcome::mismatch);
}

TEST_F(PspSpeech, ThePayerComesBackToTheShopsOwnAddress) {
  story_.begun();
  OrderState order = story_.state();
  order.terms.return_url = "https://shop.example/back?basket=7#top";
  EXPECT_EQ(payer_return_url(order, false),
            "https://shop.example/back?basket=7&checkout_id=co-1&payment_order_id=po-1"
            "&pay_result=canceled#top");
}

TEST_F(PspSpeech, WhatTheAdapterCannotSayIsAnError) {
  story_.begun();
  OrderState order = story_.state();
  order.terms.psp_amount = 0;
  OrderStep step{.kind = OrderStep::Kind::prepare_call,
                 .operation = OrderOperation::registration,
                 .number = 1};
  step.psp_expires_at = order.terms.expires_at;
  EXPECT_FALSE(prepared_request(order, step, setup_));
  step.operation = OrderOperation::risk;
  EXPECT_FALSE(prepared_request(order, step, setup_));
}

}  // namespace
}  // namespace florin
