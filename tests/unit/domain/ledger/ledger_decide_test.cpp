// What the ledger enters, and that it enters it once.
#include "domain/ledger/ledger_decide.hpp"

#include <gtest/gtest.h>

#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

PaymentBooks books_with_seller() {
  PaymentBooks books;
  books.open(account_of(seller));
  return books;
}

// --- wallet first, then ledger, each once ------------------------------------------------------------------

TEST(Ledger, EntersNothingThatTheWalletHasNotDone) {
  PaymentBooks books = books_with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  const EnterDecision early = books.enter(enter_of(step));
  EXPECT_EQ(early.code, EnterCode::not_done);
  EXPECT_TRUE(!early.event && !early.alarm) << "it is asked again";
  books.account(seller).frozen = true;
  books.ask(step);
  EXPECT_EQ(books.enter(enter_of(step)).code, EnterCode::refused);
  EXPECT_TRUE(books.entries.empty());
}

TEST(Ledger, EntersAStepOnce) {
  PaymentBooks books = books_with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  const EnterDecision first = books.enter(enter_of(step));
  const EnterDecision again = books.enter({step, day + 5, "somebody"});
  EXPECT_EQ(again.code, EnterCode::entered);
  EXPECT_EQ(again.entry, first.entry) << "what there is, whoever asks";
  EXPECT_FALSE(again.event.has_value());
  EXPECT_EQ(books.balance({LedgerKind::revenue_fees, {}}), -30);
  books.advance_fence(step.asked.index);
  EXPECT_EQ(books.enter(enter_of(step)).code, EnterCode::fenced);
  EXPECT_EQ(books.entries.size(), 1U);
}

// Rows that move no wallet have their record from the entry.
TEST(Ledger, EntersAParkedPaymentOnce) {
  PaymentBooks books;
  const StepContent step = step_of(MoneyRule::parked, 1'000);
  const EnterDecision first = books.enter(enter_of(step));
  EXPECT_EQ(first.code, EnterCode::entered);
  EXPECT_EQ(books.enter(enter_of(step)).entry, first.entry);
  StepContent other = step;
  other.amount = 999;
  EXPECT_TRUE(books.enter(enter_of(other)).alarm);
  books.advance_fence(step.asked.index);
  EXPECT_EQ(books.record(step.name), nullptr);
  EXPECT_EQ(books.enter(enter_of(step)).code, EnterCode::fenced);
  EXPECT_EQ(books.entries.size(), 1U);
  EXPECT_EQ(books.balance({LedgerKind::assets_psp, "sandbox"}), 1'000);
}

// Rule 4: what was parked is credited later, and then stands where it would have stood at once.
TEST(Ledger, OfRuleFourGivesParkedMoneyItsHome) {
  PaymentBooks parked = books_with_seller();
  parked.enter(enter_of(step_of(MoneyRule::parked, 1'000)));
  const StepContent credited = step_of(MoneyRule::parked_credited, 1'000, 30);
  parked.ask(credited);
  parked.enter(enter_of(credited));
  PaymentBooks at_once = books_with_seller();
  const StepContent success = step_of(MoneyRule::card_success, 1'000, 30);
  at_once.ask(success);
  at_once.enter(enter_of(success));
  for (const LedgerBalance& balance : parked.books().all())
    EXPECT_TRUE(balance.balance == at_once.books().of(balance.account, usd).balance)
        << to_string(balance.account);
  EXPECT_EQ(parked.account(seller).available, at_once.account(seller).available);
  parked.expect_whole();
}

// The ledger reads the wallet's answer, not the order.
TEST(Ledger, TakesNothingFromAnOrderThatSaysOtherwise) {
  PaymentBooks books = books_with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  StepContent other = step;
  other.fee = 0;
  const EnterDecision decision = books.enter(enter_of(other));
  EXPECT_EQ(decision.code, EnterCode::mismatch);
  EXPECT_TRUE(decision.alarm && !decision.event);
}

TEST(Ledger, RefusesWhatMakesNoSense) {
  for (const std::string& actor : {std::string(), std::string(65, 'x')}) {
    PaymentBooks books;
    EXPECT_TRUE(books.enter({step_of(MoneyRule::parked, 1'000), day, actor}).alarm);
  }
  PaymentBooks books;
  StepContent step = step_of(MoneyRule::parked, 1'000);
  step.amount = INT64_MIN;
  EXPECT_TRUE(books.enter(enter_of(step)).alarm);
  EXPECT_TRUE(books.entries.empty());
}

// --- entries -----------------------------------------------------------------------------------------------

TEST(LedgerEntries, SayWhoseTheyAreAndWhen) {
  PaymentBooks books = books_with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  books.enter({step, day, "operator@example"});
  const LedgerEntryPosted& entry = books.entries.at(0);
  EXPECT_EQ(to_string(entry.step->name), "payment/po-1/card_success/1");
  EXPECT_EQ(entry.value_date, day);
  EXPECT_EQ(entry.actor, "operator@example");
  EXPECT_EQ(entry.reverses, "");
}

// `florin ledger close --until DATE`: later postings get a later date.
TEST(LedgerEntries, OfAClosedDayGetTheNextOne) {
  for (const auto& [closed, expected] :
       {std::pair{day - 1, day}, {day, day + 1}, {day + 9, day + 10}, {nothing_closed, day}}) {
    PaymentBooks books;
    books.closed_until = closed;
    books.enter(enter_of(step_of(MoneyRule::parked, 1)));
    EXPECT_EQ(books.entries.at(0).value_date, expected);
  }
}

TEST(LedgerEntries, FormAChainOfEachAccount) {
  PaymentBooks books;
  const Position first = books.enter(enter_of(step_of(MoneyRule::parked, 1'000))).entry;
  books.enter(enter_of(step_of(MoneyRule::parked, 500, 0, 2)));
  const EntryLine& before = books.entries[0].lines.at(1);
  const EntryLine& after = books.entries[1].lines.at(1);
  EXPECT_EQ(before.trail, (LineTrail{0, 0, -1'000}));
  EXPECT_EQ(after.trail, (LineTrail{first.index, first.ordinal, -1'500}));
}

// One PSP may hold more than one account can: no entry is refused for that.
TEST(LedgerEntries, AddUpBeyond64Bits) {
  PaymentBooks books;
  for (std::uint64_t order = 1; order <= 3; ++order)
    EXPECT_EQ(books.enter(enter_of(step_of(MoneyRule::parked, INT64_MAX, 0, order))).code,
              EnterCode::entered);
  EXPECT_TRUE(books.books().of({LedgerKind::assets_psp, "sandbox"}, usd).balance ==
              3 * WideMinor{INT64_MAX});
  books.expect_whole();
}

TEST(LedgerEntries, AreBalancedOrFaulty) {
  const LedgerAccount psp{LedgerKind::assets_psp, "sandbox"};
  const LedgerAccount fees{LedgerKind::revenue_fees, {}};
  const LedgerAccount wrong{LedgerKind::revenue_fees, "name"};
  const auto fault = [](const std::vector<LineDraft>& lines) {
    const auto found = fault_of(lines);
    return std::string(found ? to_string(*found) : "");
  };
  EXPECT_EQ(fault({{psp, 5}, {fees, -5}}), "");
  EXPECT_EQ(fault({}), "no_lines");
  EXPECT_EQ(fault({{psp, 5}, {wrong, -5}}), "account_unknown");
  EXPECT_EQ(fault({{psp, 5}, {psp, -5}}), "account_twice");
  EXPECT_EQ(fault({{psp, 0}}), "zero_line");
  EXPECT_EQ(fault({{psp, 5}, {fees, -4}}), "unbalanced");
  EXPECT_EQ(fault({{psp, INT64_MAX}, {fees, INT64_MIN}}), "unbalanced");
  EXPECT_EQ(fault({{psp, INT64_MAX}, {fees, -INT64_MAX}}), "");
}

// Lines that do not fit are refused, never cut. No row of today can have one: made by hand.
TEST(LedgerEntries, DoNotOverflow) {
  MoneyStep step;
  step.content = step_of(MoneyRule::card_success, 1);
  const AccountId psp = system_account_id(SystemAccount::psp, usd);
  step.moves = {{psp, seller, INT64_MAX}, {psp, seller, INT64_MAX}};
  PaymentBooks books;
  const LedgerBooks none;
  const EnterDecision decision = decide_enter(enter_of(step.content), {&step, false, &none});
  EXPECT_TRUE(decision.alarm && !decision.event);
}

// What a log may say that nobody decided.
TEST(LedgerEntries, OfALogThatCannotBeTrueAreFound) {
  PaymentBooks books = books_with_seller();
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  const MoneyStep record = *books.record(step.name);
  books.enter(enter_of(step));
  const LedgerEntryPosted good = books.entries.at(0);
  const LedgerBooks none;
  const auto against = [&](auto change, const MoneyStep* of, bool is_fenced = false) {
    LedgerEntryPosted event = good;
    change(event);
    const char* field = against_entry(event, {of, is_fenced, &none});
    return std::string(field == nullptr ? "" : field);
  };
  const auto as_it_is = [](LedgerEntryPosted&) {};
  EXPECT_EQ(against(as_it_is, &record), "");
  EXPECT_NE(against(as_it_is, nullptr), "") << "the wallet has not done it";
  EXPECT_NE(against(as_it_is, books.record(step.name)), "") << "it is entered";
  EXPECT_NE(against(as_it_is, &record, true), "");
  EXPECT_NE(against([](auto& e) { e.step->amount = 999; }, &record), "");
  EXPECT_NE(against([](auto& e) { e.actor = ""; }, &record), "");
  EXPECT_NE(against([](auto& e) { e.reverses = "an entry"; }, &record), "");
  EXPECT_EQ(against([](auto& e) { e.reverses = to_string(e.step->name); }, &record), "");
  EXPECT_NE(against([](auto& e) { e.lines.clear(); }, &record), "");
  EXPECT_NE(against([](auto& e) { e.lines[0].amount += 1; }, &record), "");
  EXPECT_NE(against([](auto& e) { e.lines[0].amount -= 1, e.lines[1].amount += 1; }, &record), "")
      << "balanced, and not what the wallet did";
}

}  // namespace
}  // namespace florin
