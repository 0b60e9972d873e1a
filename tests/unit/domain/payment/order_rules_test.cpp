// The rules of PAYMENTS.md, section 1, that one order keeps by itself. Rule 3 is in order_hint_test.cpp, rule 7 in order_claim_test.cpp,
// rule 14 and time in order_time_test.cpp, closing in order_close_test.cpp, the cells of the table in order_table_test.cpp.
#include <gtest/gtest.h>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
using Failure = OrderFailure;
using Attention = OrderAttention;

std::string key_of_last_call(const OrderStory& story) { return story.state().call.key; }

// --- the way of a payment ----------------------------------------

TEST(Order, GoesFromReservationToDone) {
  OrderStory()
      .reserved()
      .then({"order_reserved"})
      .replies(OrderReply::reserved)
      .is(Phase::reserved)
      .when(OrderBeginAsked{OrderStory::claim(), OrderStory::terms()})
      .then({"order_begun", "order_moved", "order_moved"})
      .replies(OrderReply::begun)
      .sends({"prepare register 1"})
      .is(Phase::registering)
      .prepared()
      .then({"order_call_begun"})
      .sends({"call register"})
      .answered(OrderStory::ok(PspStatus::open))
      .then({"order_call_ended", "order_seen", "order_moved"})
      .sends({"tell 1"})
      .is(Phase::awaiting_payer)
      .hinted()
      .then({"order_hinted", "order_read_begun"})
      .sends({"read 1"})
      .read(PspStatus::succeeded)
      .then({"order_read_ended", "order_seen", "order_moved"})
      .sends({"credit"})
      .is(Phase::crediting)
      .when(OrderCreditAnswered{})
      .then({"order_moved"})
      .sends({"post 0"})
      .is(Phase::posting)
      .when(OrderLedgerAnswered{LedgerFlow::sale})
      .then({"order_moved"})
      .sends({"tell 2"})
      .is(Phase::done)
      .when(OrderWordHeard{OrderWord::succeeded})
      .then({"order_told"})
      .sends({});
}

TEST(Order, HasItsTokenInTheLogBeforeAnybodyIsShownThePage) {
  const OrderStory story = OrderStory().registering().answered(OrderStory::ok(PspStatus::open));
  EXPECT_EQ(story.state().object, "cs_1");
  EXPECT_EQ(story.state().payer_url, "https://pay.example/cs_1");
  EXPECT_EQ(get<OrderSeen>(story.last().events.at(1)).report.object, "cs_1");
}

TEST(Order, WaitsForTheRiskServiceWhereThereIsOne) {
  OrderStory story;
  story.with_risk_service().begun().sends({"prepare risk 1"}).is(Phase::risk_check);
  story.prepared().sends({"call risk"});
  OrderStory denied = story;
  story
      .when(OrderCallAnswered{OrderOperation::risk, 1, 1, OrderStory::came_to(PspOutcome::ok),
                              RiskVerdict::approve})
      .is(Phase::registering)
      .sends({"prepare register 1"});
  denied
      .when(OrderCallAnswered{OrderOperation::risk, 1, 1, OrderStory::came_to(PspOutcome::ok),
                              RiskVerdict::deny})
      .is(Phase::failed, Failure::risk_rejected)
      .sends({"tell 3"});
}

TEST(Order, NeverTakesASilentRiskServiceForAnApproval) {
  OrderStory story;
  story.with_risk_service().begun().prepared();
  for (int i = 0; i < 40 && story.state().phase == Phase::risk_check; ++i) {
    story.in_time();
    EXPECT_FALSE(story.state().called);
  }
  story.is(Phase::failed, Failure::expired);
}

// --- rule 2: keys ----------------------------------------

TEST(OrderRule2, LogsKeyAndBytesBeforeTheFirstSend) {
  OrderStory story;
  story.begun().sends({"prepare register 1"}).prepared();
  const auto& begun = get<OrderCallBegun>(story.last().events.front());
  EXPECT_EQ(begun.key, "po-1");
  EXPECT_EQ(begun.request, "bytes");
  story.sends({"call register"});
}

TEST(OrderRule2, NeverSendsANewKeyAfterUnknown) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 3; ++i) {
    story.answered(PspOutcome::unknown).is(Phase::registering).in_time();
    story.then({"order_call_repeated"}).sends({"call register"});
    EXPECT_EQ(key_of_last_call(story), "po-1");
    EXPECT_EQ(story.state().call.request, "bytes");
  }
}

TEST(OrderRule2, ClosesUnderTheSameNumberUntilADefiniteAnswer) {
  OrderStory story;
  story.awaiting().cancelled().prepared();
  EXPECT_EQ(key_of_last_call(story), "po-1/expire/1");
  story.answered(PspOutcome::unknown).sends({"read 1"}).read(PspStatus::open).in_time();
  story.then({"order_call_repeated"}).sends({"call expire"});
  EXPECT_EQ(key_of_last_call(story), "po-1/expire/1");
  story.answered(PspOutcome::refused).sends({"read 2"}).read(PspStatus::open).in_time();
  story.sends({"prepare expire 2"}).prepared();
  EXPECT_EQ(key_of_last_call(story), "po-1/expire/2");
}

// A second copy of the first send's answer: the second send may have been executed.
TEST(OrderRule2, AnAnswerToAnEarlierSendProvesNothingOfALaterOne) {
  OrderStory story;
  story.registering().answered(PspOutcome::not_sent).in_time().then({"order_call_repeated"});
  ASSERT_EQ(story.state().call.sends, 2U);
  story.when(OrderCallAnswered{OrderOperation::registration, 1, 1,
                               OrderStory::came_to(PspOutcome::not_sent), std::nullopt});
  story.then({}).sends({});
  EXPECT_TRUE(story.state().call.in_flight);
  // What it says of the page is true of whichever.
  story
      .when(OrderCallAnswered{OrderOperation::registration, 1, 1, OrderStory::ok(PspStatus::open),
                              std::nullopt})
      .is(Phase::awaiting_payer);
}

TEST(OrderRule2, RefusesARequestThatTheLogMayNotHold) {
  OrderStory story;
  story.begun().when(OrderCallPrepared{OrderOperation::registration, 1,
                                       std::string(limits::psp_request_bytes_max + 1, 'x')});
  story.then({});
  EXPECT_FALSE(story.last().alarm.empty());
}

// --- rule 4: money always has a home ----------------------------------------

TEST(OrderRule4, ASellerThatCannotBeCreditedParksTheMoney) {
  OrderStory story;
  story.crediting().when(OrderCreditAnswered{Rejection::account_frozen});
  story.then({"order_credit_refused", "order_moved", "order_attention_raised"}).is(Phase::parked);
  story.sends({"post 2"});
  EXPECT_EQ(story.state().refusal, Rejection::account_frozen);
  story.when(OrderLedgerAnswered{LedgerFlow::suspense}).then({"order_suspense_posted"});
  story.after(24 * 60 * OrderStory::minute).when(OrderTimePassed{}).sends({"credit"});
  story.when(OrderCreditAnswered{}).then({}).is(Phase::parked);  // a late answer to the first one
  story.when(OrderCreditAnswered{{}, LedgerFlow::out_of_suspense, 1})
      .is(Phase::posting)
      .sends({"post 3"});
  story.when(OrderLedgerAnswered{LedgerFlow::out_of_suspense}).is(Phase::done);
}

TEST(OrderRule4, MoneyLeavesSuspenseOnlyAfterItCameThere) {
  OrderStory story;
  story.crediting().when(OrderCreditAnswered{Rejection::balance_overflow});
  story.after(24 * 60 * OrderStory::minute)
      .when(OrderCreditAnswered{{}, LedgerFlow::out_of_suspense, 1})
      .is(Phase::posting)
      .sends({});
  story.when(OrderLedgerAnswered{LedgerFlow::out_of_suspense}).is(Phase::posting).then({});
  story.when(OrderLedgerAnswered{LedgerFlow::suspense}).sends({"post 3"});
  story.when(OrderLedgerAnswered{LedgerFlow::out_of_suspense}).is(Phase::done);
}

TEST(OrderRule4, EachAttemptToCreditAParkedOrderHasANumberOfItsOwn) {
  OrderStory story;
  story.crediting().when(OrderCreditAnswered{Rejection::account_frozen});
  for (std::uint32_t n = 1; n < 4; ++n) {
    story.after(24 * 60 * OrderStory::minute).when(OrderTimePassed{});
    ASSERT_EQ(owed_steps(story.state(), story.context()).front().number, n);
    story.when(OrderCreditAnswered{Rejection::account_frozen, LedgerFlow::out_of_suspense, n});
    story.then({"order_credit_refused"}).is(Phase::parked);
  }
}

// It came as a mismatch, lay in suspense, and is equal at last: its credit comes from there, parked or not.
TEST(OrderRule4, ACreditOutOfSuspenseThatIsRefusedIsTriedUnderTheNextNumber) {
  PspReport said = OrderStory::report(PspStatus::succeeded);
  said.received = 999;
  OrderStory story;
  story.awaiting().hinted().read(OrderStory::ok(said)).is(Phase::mismatch);
  story.hint_and_read(PspStatus::succeeded).is(Phase::crediting);
  story.when(OrderCreditAnswered{Rejection::account_frozen, LedgerFlow::out_of_suspense, 1});
  story.is(Phase::parked);
  EXPECT_EQ(story.state().credit_number, 2U);
}

TEST(OrderRule4, ASuccessAfterFailedStaysFailedAndWaitsInSuspense) {
  OrderStory story;
  story.awaiting().cancelled().prepared().answered(OrderStory::ok(PspStatus::expired));
  story.is(Phase::failed, Failure::canceled);
  story.hint_and_read(PspStatus::succeeded).is(Phase::failed, Failure::canceled);
  story.has_attention(Attention::late_success).sends({"post 2"});
}

TEST(OrderRule4, WhateverDiffersIsAMismatchAndNoCredit) {
  const auto changes = std::to_array<void (*)(PspReport&)>(
      {[](PspReport& r) { r.amount += 1; }, [](PspReport& r) { r.received -= 1; },
       [](PspReport& r) {
         r.currency = {{'E', 'U', 'R'}};
       },
       [](PspReport& r) { r.order = OrderStory::id("po-2"); },
       [](PspReport& r) { r.livemode = true; }});
  for (const auto change : changes) {
    PspReport said = OrderStory::report(PspStatus::succeeded);
    change(said);
    OrderStory story;
    story.awaiting().hinted().read(OrderStory::ok(said)).is(Phase::mismatch).sends({"post 2"});
    story.has_attention(Attention::mismatch);
  }
}

TEST(OrderRule4, AMismatchThatNobodyHasPaidIsClosed) {
  PspReport said = OrderStory::report(PspStatus::open);
  said.amount = 999;
  OrderStory story;
  story.registering().answered(OrderStory::ok(said)).is(Phase::mismatch);
  story.sends({"prepare expire 1"}).prepared();
  said.status = PspStatus::expired;
  story.answered(OrderStory::ok(said)).sends({"read 1"}).read(OrderStory::ok(said));
  story.is(Phase::failed, Failure::mismatch);
}

// --- rule 5: tries ----------------------------------------

TEST(OrderRule5, OnlySendsThatMayHaveArrivedCount) {
  OrderStory story;
  story.registering();
  for (const PspOutcome outcome : {PspOutcome::not_sent, PspOutcome::throttled, PspOutcome::auth})
    story.answered(outcome).is(Phase::registering).in_time();
  EXPECT_EQ(story.state().call.tries, 0U);
  story.answered(PspOutcome::unknown).in_time().answered(PspOutcome::in_progress);
  EXPECT_EQ(story.state().call.tries, 2U);
}

TEST(OrderRule5, AfterFiveCountedTriesItIsADeadLetterAndStillAlive) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 4; ++i) story.answered(PspOutcome::unknown).in_time();
  story.answered(PspOutcome::unknown).is(Phase::unresolved).sends({});
  story.has_attention(Attention::dead_letter);
  EXPECT_EQ(due(story.state()), story.context().now + 5 * OrderStory::minute);
  OrderStory by_webhook = story;
  story.in_time().sends({"read 1"}).read(PspStatus::open).is(Phase::awaiting_payer);
  by_webhook.hint_and_read(PspStatus::succeeded).is(Phase::crediting);
}

TEST(OrderRule5, ThatNothingIsFoundNeverMeansNotCharged) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 4; ++i) story.answered(PspOutcome::unknown).in_time();
  story.answered(PspOutcome::unknown);
  for (int i = 0; i < 50; ++i) {
    while (!story.state().read.in_flight) story.in_time();
    story.read(OrderStory::came_to(PspOutcome::absent)).is(Phase::unresolved);
  }
}

TEST(OrderRule5, ARefusalBehindAnUnknownIsNoRefusal) {
  OrderStory().registering().answered(PspOutcome::refused).is(Phase::failed, Failure::psp_refused);
  OrderStory()
      .registering()
      .answered(PspOutcome::unknown)
      .in_time()
      .answered(PspOutcome::refused)
      .is(Phase::unresolved)
      .sends({"read 1"});
}

TEST(OrderRule5, AStoredErrorIsNotAskedForAgain) {
  PspAnswerSeen stored = OrderStory::came_to(PspOutcome::unknown);
  stored.is_stored_answer = true;
  OrderStory().registering().answered(stored).is(Phase::unresolved).sends({"read 1"});
}

TEST(OrderRule5, WhatOperatorsMayDoLaterRaisesAnAlarmAndChangesNothing) {
  OrderStory story;
  story.registering();
  for (int i = 0; i < 4; ++i) story.answered(PspOutcome::unknown).in_time();
  story.answered(PspOutcome::unknown);
  for (const auto act : {OrderOperatorAct::retry, OrderOperatorAct::discard_charged}) {
    story.when(OrderOperatorAsked{act}).then({}).is(Phase::unresolved).sends({});
    EXPECT_FALSE(story.last().alarm.empty());
  }
}

// --- rule 13: what is fixed ----------------------------------------

TEST(OrderRule13, TermsThatCannotBeCarriedOutAreNotBegun) {
  const auto changes = std::to_array<void (*)(OrderTerms&)>(
      {[](OrderTerms& t) { t.amount = 0; }, [](OrderTerms& t) { t.fee = t.amount + 1; },
       [](OrderTerms& t) { t.psp_amount = -1; }, [](OrderTerms& t) { t.currency = {}; },
       [](OrderTerms& t) { t.method = PaymentMethod::wallet; },
       [](OrderTerms& t) { t.method = PaymentMethod::token; }});
  for (const auto change : changes) {
    OrderTerms terms = OrderStory::terms();
    change(terms);
    OrderStory story;
    story.reserved().when(OrderBeginAsked{OrderStory::claim(), terms}).then({});
    EXPECT_FALSE(story.last().alarm.empty());
    story.is(Phase::reserved);
  }
}

// --- rule 12: bounds ----------------------------------------

TEST(OrderRule12, WhatIsLongerThanItMayBeIsNotRead) {
  PspReport said = OrderStory::report(PspStatus::open);
  said.object.assign(limits::psp_reference_chars_max + 1, 'x');
  OrderStory story;
  story.registering().answered(OrderStory::ok(said)).is(Phase::registering);
  story.has_attention(Attention::psp_unreadable);
  EXPECT_EQ(story.state().object, "");
  EXPECT_EQ(story.state().call.tries, 1U);
}

}  // namespace
}  // namespace florin
