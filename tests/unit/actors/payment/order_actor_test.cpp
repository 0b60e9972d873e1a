// One payment order alone: what it does with each message, once, twice, late, and of nobody honest.
#include <gtest/gtest.h>

#include "actors/payment/order_money.hpp"
#include "tests/support/actor_kit.hpp"
#include "tests/support/payment_world.hpp"

namespace florin {
namespace {

const PaymentId po_1 = PaymentId::from_trusted("po-1");
const OrderClaim claim_1{PaymentId::from_trusted("co-1"), {7, 0, 0}};
const OrderClaim claim_2{PaymentId::from_trusted("co-2"), {9, 0, 0}};

class OrderActorTest : public ::testing::Test {
 protected:
  static OrderTerms terms() {
    OrderTerms terms;
    terms.seller = words::alice;
    terms.amount = terms.psp_amount = 1'000;
    terms.currency = words::usd;
    terms.psp = "sandbox";
    terms.fee = 59;
    terms.return_url = "https://shop.example/back";
    terms.expires_at = words::noon + 1'800 * words::second;
    return terms;
  }
  const OrderState& order() { return kit_.state().awake<OrderEntity>(po_1)->state; }
  // The provider answers what is under way.
  void hear(const OutsideCall& call) { kit_.when(*answer_message(psp_.answer(call))); }
  void begin() {
    kit_.when(ReserveOrder{po_1, claim_1, {}}).when(BeginOrder{po_1, claim_1, terms()});
  }
  void await_payer() {
    begin();
    hear(kit_.calls().at(0));
    kit_.when(CheckoutHeard{po_1, claim_1, OrderWord::payable});
  }
  static TakeHint hint(std::string_view event) {
    TakeHint message = PaymentWorld::hint("po-1", event);
    message.request = 5;
    return message;
  }
  void pay() {
    await_payer();
    psp_.pay("po-1");
    kit_.when(hint("evt_1"));
    hear(kit_.calls().at(0));
  }
  MoneyStepAnswered wallet_says(StepAnswerCode code, std::optional<Rejection> why = {}) {
    const auto step = money_step_of(order(), credit_flow(order()), order().credit_number);
    return {step->name, step->asked, code, why};
  }
  MoneyStepEntered ledger_says(EnterCode code) {
    const auto step = money_step_of(order(), credit_flow(order()), order().credit_number);
    return {step->name, step->asked, code};
  }

  ActorKit kit_{{.partitions = 1, .payments = PaymentWorld::options().payments}};
  HandPsp psp_;
};

// --- rule 7 ----------------------------------------------------------------------------------------------

TEST_F(OrderActorTest, IsReservedByOneCheckout) {
  kit_.when(ReserveOrder{po_1, claim_1, {}}).then({"order_reserved", "p0 < po-1 reserved"});
  kit_.when(ReserveOrder{po_1, claim_1, {}}).then({"p0 < po-1 same"});
  kit_.when(ReserveOrder{po_1, claim_2, {}}).then({"p0 < po-1 busy"});
  kit_.when(GetPayment{1, po_1}).then({"reply 1 no payment_not_found"});
  kit_.when(CancelPayment{2, po_1}).then({"reply 2 no payment_not_found"});
  kit_.when(ReleaseOrder{po_1, claim_1}).then({"order_released", "p0 < po-1 released"});
  kit_.when(ReserveOrder{po_1, claim_2, {}}).then({"order_reserved", "p0 < po-1 reserved"});
}

TEST_F(OrderActorTest, ALateReserveOfAReleasedAttemptIsRefused) {
  kit_.when(ReleaseOrder{po_1, claim_1}).then({"order_released", "p0 < po-1 released"});
  kit_.when(ReserveOrder{po_1, claim_1, {}}).then({"p0 < po-1 released"});
}

TEST_F(OrderActorTest, BegunItIsTakenForGood) {
  begin();
  kit_.when(ReserveOrder{po_1, claim_2, {}}).then({"p0 < po-1 taken"});
  kit_.when(BeginOrder{po_1, claim_1, terms()}).then({"p0 < po-1 begun"});
  kit_.when(GetPayment{1, po_1}).then({"reply 1 po-1 registering"});
}

TEST_F(OrderActorTest, NobodyAsksInTheNameOfAnotherPartition) {
  kit_.when(ReserveOrder{po_1, {claim_1.checkout, {7, 0, 1}}, {}}).then({"alarm"});
  kit_.when(ReserveOrder{po_1, {claim_1.checkout, {}}, {}}).then({"alarm"});
  kit_.when(ReserveOrder{po_1, {{}, {7, 0, 0}}, {}}).then({"alarm"});
  kit_.when(ReserveOrder{{}, claim_1, {}}).then({"alarm"});
}

// --- calls and reads -------------------------------------------------------------------------------------------

TEST_F(OrderActorTest, KeyAndBytesAreLoggedInTheTurnThatSendsThem) {
  kit_.when(ReserveOrder{po_1, claim_1, {}}).when(BeginOrder{po_1, claim_1, terms()});
  ASSERT_EQ(kit_.calls().size(), 1U);
  EXPECT_EQ(*kit_.calls()[0].bytes, order().call.request);
  EXPECT_EQ(order().call.key, "po-1");
  EXPECT_EQ(kit_.calls()[0].from, (ActorId{OrderMessages::actor, 0, "po-1"}));
}

TEST_F(OrderActorTest, TheTokenIsStoredBeforeThePayerIsSentThere) {
  begin();
  hear(kit_.calls().at(0));
  kit_.then({"order_call_ended", "order_seen", "order_moved", "p0 < po-1 tells payable"});
  EXPECT_EQ(order().object, "cs_1");
  EXPECT_EQ(order().payer_url, "https://pay.example/cs_1");
}

// Rule 3: a hint only makes it read.
TEST_F(OrderActorTest, AHintIsLoggedAnsweredAndRead) {
  await_payer();
  psp_.pay("po-1");
  kit_.when(hint("evt_1"));
  ASSERT_EQ(kit_.calls().size(), 1U);
  EXPECT_EQ(order().phase, OrderPhase::awaiting_payer);
  EXPECT_EQ(words::text(kit_.replies().at(0)), "reply 5 hint_taken");
  const OutsideCall read = kit_.calls()[0];
  kit_.when(hint("evt_1")).then({"reply 5 hint_taken"});
  hear(read);
  EXPECT_EQ(order().phase, OrderPhase::crediting);
}

TEST_F(OrderActorTest, AHintOfAnotherProviderIsForNoOrderOfIt) {
  await_payer();
  TakeHint other = hint("evt_1");
  other.psp = "another";
  kit_.when(other).then({"reply 5 no payment_not_found"});
}

TEST_F(OrderActorTest, ALostCallLeavesAgainWithTheSameBytes) {
  begin();
  const OutsideCall first = kit_.calls().at(0);
  kit_.at(words::noon + 60 * words::second).when_due(std::type_identity<OrderEntity>{}, po_1);
  kit_.then({"order_call_ended"});
  kit_.at(order().call.due).when_due(std::type_identity<OrderEntity>{}, po_1);
  ASSERT_EQ(kit_.calls().size(), 1U);
  EXPECT_EQ(kit_.calls()[0].id, first.id);
  EXPECT_EQ(*kit_.calls()[0].bytes, *first.bytes);
}

// --- money ------------------------------------------------------------------------------------------------------

TEST_F(OrderActorTest, TheWalletFirstThenTheLedgerThenTheCheckout) {
  pay();
  kit_.then(
      {"order_read_ended", "order_seen", "order_moved", "p0 < do payment/po-1/card_success/1"});
  kit_.when(wallet_says(StepAnswerCode::done));
  kit_.then({"order_moved", "p0 < enter payment/po-1/card_success/1"});
  kit_.when(ledger_says(EnterCode::entered));
  kit_.then({"order_moved", "p0 < po-1 tells succeeded"});
  kit_.when(CheckoutHeard{po_1, claim_1, OrderWord::succeeded}).then({"order_told"});
}

TEST_F(OrderActorTest, AnAnswerToNoStepOfItsIsNone) {
  pay();
  MoneyStepAnswered other = wallet_says(StepAnswerCode::done);
  other.asked.index += 1;
  kit_.when(other).then({});
  kit_.when(wallet_says(StepAnswerCode::fenced)).then({});
  kit_.when(wallet_says(StepAnswerCode::mismatch)).then({"alarm"});
  kit_.when(wallet_says(StepAnswerCode::refused)).then({"alarm"});  // and says not why
  kit_.when(ledger_says(EnterCode::entered)).then({});
  EXPECT_EQ(order().phase, OrderPhase::crediting);
  kit_.when(wallet_says(StepAnswerCode::done));
  kit_.when(ledger_says(EnterCode::not_done)).then({});
  kit_.when(ledger_says(EnterCode::refused)).then({"alarm"});
  EXPECT_EQ(order().phase, OrderPhase::posting);
}

TEST_F(OrderActorTest, AStepThatNobodyAnswersIsAskedAgain) {
  pay();
  kit_.at(order().step_due).when_due(std::type_identity<OrderEntity>{}, po_1);
  kit_.then({"p0 < do payment/po-1/card_success/1"});
}

// Rule 4, and ADR-0021: while it is parked nothing is asked for, so no fence waits for the seller.
TEST_F(OrderActorTest, AParkedCreditIsAskedForByAnEventOfItsOwn) {
  pay();
  EXPECT_EQ(kit_.state().finished_up_to(0) + 1, order().credit_asked.index);
  kit_.when(wallet_says(StepAnswerCode::refused, Rejection::account_frozen));
  kit_.then({"order_credit_refused account_frozen", "order_moved", "order_attention_raised",
             "p0 < enter payment/po-1/parked/1"});
  kit_.when(MoneyStepEntered{{OriginKind::payment, "po-1", MoneyRule::parked, 1},
                             order().suspense_asked,
                             EnterCode::entered});
  kit_.then({"order_suspense_posted"});
  EXPECT_EQ(kit_.state().finished_up_to(0), kit_.state().last_index()) << "nothing is asked for";
  kit_.at(order().credit_at).when_due(std::type_identity<OrderEntity>{}, po_1);
  kit_.then({"order_credit_due", "p0 < do payment/po-1/parked_credited/1"});
  EXPECT_EQ(kit_.state().finished_up_to(0) + 1, order().credit_asked.index);
  kit_.passivated();
  EXPECT_EQ(kit_.state().finished_up_to(0) + 1, order().credit_asked.index) << "after a start, too";
}

// --- cancel ----------------------------------------------------------------------------------------------------

TEST_F(OrderActorTest, ACancelClosesThePageFirst) {
  await_payer();
  kit_.when(CancelPayment{3, po_1});
  ASSERT_EQ(kit_.calls().size(), 1U);
  EXPECT_EQ(words::text(kit_.replies().at(0)), "reply 3 po-1 cancelling");
  const OutsideCall close = kit_.calls()[0];
  kit_.when(CancelPayment{4, po_1}).then({"reply 4 po-1 cancelling"});
  hear(close);
  EXPECT_EQ(order().failure, OrderFailure::canceled);
  kit_.when(CancelPayment{5, po_1}).then({"reply 5 po-1 failed"});
}

TEST_F(OrderActorTest, WhatIsPaidIsNotCancelled) {
  pay();
  kit_.when(CancelPayment{3, po_1}).then({"reply 3 no payment_final"});
}

}  // namespace
}  // namespace florin
