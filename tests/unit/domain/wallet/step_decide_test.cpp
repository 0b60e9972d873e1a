// What a money step does, whom it refuses, and that it is done once.
#include "domain/wallet/step_decide.hpp"

#include <gtest/gtest.h>

#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

constexpr Minor most = INT64_MAX;

PaymentBooks with_seller(Minor available = 0) {
  PaymentBooks books;
  books.open(account_of(seller, available));
  books.set_opened(available);
  return books;
}

std::string moves_text(const PaymentBooks& books, const StepName& name) {
  std::string text;
  for (const MoneyMove& move : books.record(name)->moves) {
    if (!text.empty()) text += ", ";
    text += move.from.str() + "->" + move.to.str() + " " + std::to_string(move.amount);
  }
  return text;
}

Rejection refusal_of(PaymentBooks books, const StepContent& step) {
  const StepDecision decision = books.ask(step);
  EXPECT_EQ(decision.answer.code, StepAnswerCode::refused);
  EXPECT_TRUE(books.record(step.name)->moves.empty());
  books.expect_whole();
  return decision.answer.rejection.value_or(Rejection::same_account);
}

// --- what it does ------------------------------------------------------------------------------------------

TEST(MoneySteps, OfOneRowAreOneEventInOrder) {
  PaymentBooks books = with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  const StepDecision decision = books.ask(step);
  EXPECT_EQ(decision.answer, (StepAnswer{StepAnswerCode::done, std::nullopt, 970, 0}));
  EXPECT_EQ(moves_text(books, step.name), "@psp:USD->seller 1000, seller->@fees:USD 30");
  ASSERT_EQ(books.done.size(), 1U);
  EXPECT_EQ(books.account(seller).available, 970);
  EXPECT_EQ(books.system(SystemAccount::psp).available, -1'000);
  EXPECT_EQ(books.system(SystemAccount::fees).available, 30);
  books.expect_whole();
}

TEST(MoneySteps, MoveNothingWhereTheFeeIsNothing) {
  PaymentBooks books = with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000);
  books.ask(step);
  EXPECT_EQ(moves_text(books, step.name), "@psp:USD->seller 1000");
}

TEST(MoneySteps, PayTheFeeFromWhatCame) {
  PaymentBooks books = with_seller();
  EXPECT_EQ(books.ask(step_of(MoneyRule::card_success, 50, 50)).answer.net, 0)
      << "of an account that has nothing else";
  books.expect_whole();
}

// Rule 6: every posting has its origin, and the account the sum of those of payments.
TEST(MoneySteps, OfRuleSixCountWhatPaymentsHaveBrought) {
  PaymentBooks books = with_seller(500);  // not by a payment
  books.ask(step_of(MoneyRule::card_success, 1'000, 30));
  EXPECT_EQ(books.account(seller).payments_net, 970);
  EXPECT_EQ(books.account(seller).available, 1'470);
  EXPECT_EQ(books.system(SystemAccount::psp).payments_net, -1'000);
}

// --- refusals: all or nothing ------------------------------------------------------------------------------

// Rule 4: a seller that cannot be credited refuses all of it, and the money has another home.
TEST(MoneySteps, OfRuleFourAreRefusedAsAWhole) {
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  EXPECT_EQ(refusal_of(PaymentBooks(), step), Rejection::account_not_found);

  PaymentBooks frozen = with_seller();
  frozen.account(seller).frozen = true;
  EXPECT_EQ(refusal_of(std::move(frozen), step), Rejection::account_frozen);

  PaymentBooks closed = with_seller();
  closed.account(seller).closed = true;
  EXPECT_EQ(refusal_of(std::move(closed), step), Rejection::account_closed);

  PaymentBooks foreign;
  foreign.open(account_of(seller)).currency = eur;
  EXPECT_EQ(refusal_of(std::move(foreign), step), Rejection::currency_mismatch);

  EXPECT_EQ(refusal_of(with_seller(most - 999), step), Rejection::balance_overflow)
      << "what would fit after the fee does not fit before it: moves are made in order";
}

TEST(MoneySteps, AreRefusedWhereASumWouldLeave64Bits) {
  PaymentBooks counted = with_seller();
  counted.ask(step_of(MoneyRule::card_success, most));
  const AccountId outside = system_account_id(SystemAccount::outside, usd);
  evolve_debited(counted.account(seller), most, day, {9, 0, 0});  // by its owner: it has room again
  evolve_credited(counted.account(outside), most, {9, 0, 0});
  EXPECT_EQ(refusal_of(std::move(counted), step_of(MoneyRule::card_success, 1, 0, 2)),
            Rejection::balance_overflow)
      << "payments_net";

  PaymentBooks indebted = with_seller();
  indebted.ask(step_of(MoneyRule::dispute_withdrawn, most));
  EXPECT_EQ(refusal_of(std::move(indebted), step_of(MoneyRule::dispute_withdrawn, 1, 0, 2)),
            Rejection::balance_overflow)
      << "debt";
}

TEST(MoneySteps, OfTheLargestAmountAreDone) {
  PaymentBooks books = with_seller();
  EXPECT_EQ(books.ask(step_of(MoneyRule::card_success, most, most)).answer.net, 0);
  EXPECT_EQ(books.system(SystemAccount::fees).available, most);
  books.expect_whole();
}

// --- once --------------------------------------------------------------------------------------------------

TEST(MoneySteps, AskedAgainAnswerAgainAndDoNothing) {
  PaymentBooks books = with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  const StepAnswer first = books.ask(step).answer;
  books.account(seller).frozen = true;  // whatever becomes of the account
  const StepDecision again = books.ask(step);
  EXPECT_EQ(again.answer, first);
  EXPECT_FALSE(again.event.has_value());
  EXPECT_EQ(books.account(seller).available, 970);
}

// A late copy of a refused step must not find the account unfrozen: the money may be elsewhere by now.
TEST(MoneySteps, OnceRefusedStayRefused) {
  PaymentBooks books = with_seller();
  StepContent step = step_of(MoneyRule::card_success, 1'000);
  books.account(seller).frozen = true;
  books.ask(step);
  books.account(seller).frozen = false;
  EXPECT_EQ(books.ask(step).answer,
            (StepAnswer{StepAnswerCode::refused, Rejection::account_frozen}));
  EXPECT_EQ(books.account(seller).available, 0);
  step.name.n = 2;
  EXPECT_EQ(books.ask(step).answer.code, StepAnswerCode::done)
      << "another attempt has its own name";
}

TEST(MoneySteps, OfOneNameAndAnotherContentAreAnAlarm) {
  PaymentBooks books = with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  for (int part = 0; part < 6; ++part) {
    StepContent other = step;
    if (part == 0) other.amount = 1'001;
    if (part == 1) other.fee = 31;
    if (part == 2) other.account = buyer;
    if (part == 3) other.currency = eur;
    if (part == 4) other.holder = "other";
    if (part == 5) other.asked.index = 2;  // one step is owed by one event
    const StepDecision decision = books.ask(other);
    EXPECT_EQ(decision.answer.code, StepAnswerCode::mismatch) << part;
    EXPECT_TRUE(decision.alarm && !decision.event) << part;
  }
  EXPECT_EQ(books.account(seller).available, 970);
}

// A record is forgotten only by the fence that refuses its step from then on.
TEST(MoneySteps, ThatAreForgottenAreNeverDoneAgain) {
  PaymentBooks books = with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  books.enter(enter_of(step));
  books.advance_fence(step.asked.index);
  EXPECT_EQ(books.record(step.name), nullptr);
  const StepDecision late = books.ask(step);
  EXPECT_EQ(late.answer.code, StepAnswerCode::fenced);
  EXPECT_FALSE(late.event.has_value());
  StepContent another = step;
  another.name.n = 2;
  EXPECT_EQ(books.ask(another).answer.code, StepAnswerCode::fenced) << "asked by the same event";
  EXPECT_EQ(books.account(seller).available, 970);
}

TEST(MoneySteps, ThatNoOrderAsksForAreAnAlarm) {
  const StepContent good = step_of(MoneyRule::card_success, 1'000, 30);
  std::vector<StepContent> bad(12, good);
  bad[0].amount = 0;
  bad[1].amount = -5;
  bad[2].fee = -1;
  bad[3].fee = 1'001;
  bad[4].account = {};
  bad[5].account = system_account_id(SystemAccount::fees, usd);
  bad[6].holder = "";
  bad[7].holder = "a:b";
  bad[8].reason = "parked";
  bad[9].asked = {};
  bad[10].name.origin = OriginKind::client;
  bad[11] = step_of(MoneyRule::top_up, 1'000, 1);    // has no fee
  bad.push_back(step_of(MoneyRule::parked, 1'000));  // moves no wallet
  for (std::size_t i = 0; i < bad.size(); ++i) {
    PaymentBooks books = with_seller();
    const StepDecision decision = books.ask(bad[i]);
    EXPECT_EQ(decision.answer.code, StepAnswerCode::mismatch) << i;
    EXPECT_TRUE(decision.alarm && !decision.event) << i;
  }
}

// --- wallet as a method ------------------------------------------------------------------------------------

// Rule 8: buyer -> @checkouts is one step, all or nothing, by the buyer's own terms.
TEST(MoneySteps, OfRuleEightDebitTheBuyerOrNothing) {
  PaymentBooks books;
  books.open(account_of(buyer, 100));
  books.set_opened(100);
  StepContent debit = step_of(MoneyRule::wallet_debited, 101);
  debit.account = buyer;
  EXPECT_EQ(books.ask(debit).answer.rejection, Rejection::insufficient_available);
  debit.name.n = 2;
  debit.amount = 60;
  books.account(buyer).daily_debit_limit = 59;
  EXPECT_EQ(books.ask(debit).answer.rejection, Rejection::daily_limit_exceeded);
  debit.name.n = 3;
  books.account(buyer).daily_debit_limit = 60;
  EXPECT_EQ(books.ask(debit).answer.net, -60);
  EXPECT_EQ(books.account(buyer).debited_today, 60) << "its owner pays: that uses the limit";
  EXPECT_EQ(books.system(SystemAccount::checkouts).available, 60);
  books.expect_whole();
}

// Rule 8: @checkouts is zero in sum when quiet: every part has gone to its seller, or back.
TEST(MoneySteps, OfRuleEightLeaveNothingInCheckouts) {
  PaymentBooks books = with_seller();
  books.open(account_of(buyer, 100));
  books.set_opened(100);
  StepContent debit = step_of(MoneyRule::wallet_debited, 100);
  debit.account = buyer;
  books.ask(debit);
  books.ask(step_of(MoneyRule::wallet_credited, 70, 7, 2));
  StepContent back = step_of(MoneyRule::wallet_returned, 30, 0, 3);
  back.account = buyer;
  books.ask(back);
  EXPECT_EQ(books.system(SystemAccount::checkouts).available, 0);
  EXPECT_EQ(books.account(seller).available, 63);
  EXPECT_EQ(books.account(buyer).available, 30);
  books.expect_whole();
}

// --- debts -------------------------------------------------------------------------------------------------

// Rule 10: a forced debit takes min(available, amount); the rest is owed. Never below zero.
TEST(MoneySteps, OfRuleTenTakeWhatThereIsAndTheRestIsOwed) {
  PaymentBooks books = with_seller(40);
  const StepContent dispute = step_of(MoneyRule::dispute_withdrawn, 100);
  EXPECT_EQ(books.ask(dispute).answer, (StepAnswer{StepAnswerCode::done, std::nullopt, -40, 60}));
  EXPECT_EQ(moves_text(books, dispute.name), "seller->@psp:USD 40, @debt:USD->@psp:USD 60");
  EXPECT_EQ(books.account(seller).available, 0);
  EXPECT_EQ(books.account(seller).debt, 60);
  EXPECT_EQ(books.account(seller).debited_today, 0) << "nobody asked its owner";
  books.expect_whole();
}

TEST(MoneySteps, OfRuleTenAreNotStoppedByAFreeze) {
  PaymentBooks books = with_seller(40);
  books.account(seller).frozen = true;
  EXPECT_EQ(books.ask(step_of(MoneyRule::dispute_withdrawn, 30)).answer.net, -30);
  EXPECT_EQ(books.ask(step_of(MoneyRule::dispute_withdrawn, 30, 0, 2)).answer.debt, 20);
}

TEST(MoneySteps, OfRuleTenTakeNothingOfWhatIsHeldOrOwedAlready) {
  PaymentBooks books = with_seller(-10);
  books.account(seller).allow_negative = true;
  EXPECT_EQ(books.ask(step_of(MoneyRule::dispute_withdrawn, 30)).answer,
            (StepAnswer{StepAnswerCode::done, std::nullopt, 0, 30}));
  EXPECT_EQ(books.account(seller).available, -10);
  books.expect_whole();
}

// Rule 10: every later payment credit repays it, in the same step.
TEST(MoneySteps, OfRuleTenRepayWithWhatCame) {
  PaymentBooks books = with_seller();
  books.ask(step_of(MoneyRule::dispute_withdrawn, 100));
  const StepContent first = step_of(MoneyRule::card_success, 50, 5, 2);
  EXPECT_EQ(books.ask(first).answer, (StepAnswer{StepAnswerCode::done, std::nullopt, 0, -45}));
  EXPECT_EQ(moves_text(books, first.name),
            "@psp:USD->seller 50, seller->@fees:USD 5, seller->@debt:USD 45");
  EXPECT_EQ(books.ask(step_of(MoneyRule::card_success, 90, 5, 3)).answer,
            (StepAnswer{StepAnswerCode::done, std::nullopt, 30, -55}));
  EXPECT_EQ(books.account(seller).debt, 0);
  EXPECT_EQ(books.system(SystemAccount::debt).available, 0);
  books.expect_whole();
}

TEST(MoneySteps, ThatGiveBackRepayNothing) {
  PaymentBooks books = with_seller(100);
  books.ask(step_of(MoneyRule::wallet_debited, 100));
  books.ask(step_of(MoneyRule::dispute_withdrawn, 10, 0, 2));
  EXPECT_EQ(books.ask(step_of(MoneyRule::wallet_returned, 100, 0, 3)).answer.net, 100);
  EXPECT_EQ(books.account(seller).debt, 10);
}

// Section 4: a dispute that is won pays the open debt first, and the rest to the seller.
TEST(MoneySteps, OfADisputeThatIsWonPayTheDebtFirst) {
  PaymentBooks books = with_seller(40);
  books.ask(step_of(MoneyRule::dispute_withdrawn, 100));
  EXPECT_EQ(books.ask(step_of(MoneyRule::dispute_won, 100, 0, 2)).answer,
            (StepAnswer{StepAnswerCode::done, std::nullopt, 40, -60}));
  books.expect_whole();
}

}  // namespace
}  // namespace florin
