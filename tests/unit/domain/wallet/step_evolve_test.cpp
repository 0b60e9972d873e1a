// What a step leaves: records, postings for statements and audits, and chains that go back.
#include "domain/wallet/step_evolve.hpp"

#include <gtest/gtest.h>

#include "domain/wallet/step_postings.hpp"
#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

MoneyStepDone card_of(PaymentBooks& books, Minor amount, Minor fee, std::uint64_t order) {
  books.ask(step_of(MoneyRule::card_success, amount, fee, order));
  return books.done.back();
}

TEST(StepPostings, AreBothSidesOfEachMoveWithTheirOrigin) {
  PaymentBooks books;
  books.open(account_of(seller));
  const MoneyStepDone event = card_of(books, 1'000, 30, 1);
  WideMinor sum = 0;
  std::string text;
  for (const Posting& posting : postings_of_step(event)) {
    sum += posting.change();
    text += posting.account->str() + (posting.side == LegRole::credit ? " +" : " -") +
            std::to_string(posting.amount) + " " + posting.counterparty->str() + "\n";
    ASSERT_NE(posting.step, nullptr);
    EXPECT_EQ(to_string(*posting.step), "payment/po-1/card_success/1");
    EXPECT_EQ(posting.transaction_id, nullptr) << "no client's transaction";
    EXPECT_EQ(posting.currency, usd);
  }
  EXPECT_TRUE(sum == 0);
  EXPECT_EQ(text,
            "@psp:USD -1000 seller\nseller +1000 @psp:USD\n"
            "seller -30 @fees:USD\n@fees:USD +30 seller\n");
}

TEST(StepPostings, FormAChainOfEachAccount) {
  PaymentBooks books;
  books.open(account_of(seller, 7)).last_posting_index = 3;
  card_of(books, 1'000, 30, 1);
  const LogIndex first = books.last_index();
  const MoneyStepDone second = card_of(books, 500, 5, 2);
  // Twice in one event, with one place in the chain; the balance goes on from move to move.
  EXPECT_EQ(books.done.front().moves[0].credit, (PostingTrail{3, 0, 1'007}));
  EXPECT_EQ(books.done.front().moves[1].debit, (PostingTrail{3, 0, 977}));
  EXPECT_EQ(second.moves[0].credit, (PostingTrail{first, 0, 1'477}));
  EXPECT_EQ(second.moves[1].debit, (PostingTrail{first, 0, 1'472}));
  EXPECT_EQ(second.moves[1].credit, (PostingTrail{first, 0, 35})) << "fees";
}

TEST(MoneyStepRecords, SayWhatWasDoneAndWhereTheLedgerHasIt) {
  PaymentBooks books;
  books.open(account_of(seller));
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  const MoneyStep* record = books.record(step.name);
  EXPECT_EQ(record->content, step);
  EXPECT_EQ(record->decided, (Position{1, 0, 0}));
  EXPECT_TRUE(is_owed_to_ledger(*record) && !is_finished(*record));
  books.enter(enter_of(step));
  EXPECT_EQ(record->entry, (Position{2, 0, 0}));
  EXPECT_TRUE(is_finished(*record));
}

// What a log may say that nobody decided: a question with an answer, never an assertion.
TEST(StepCheck, FindsWhatCannotBeTrue) {
  PaymentBooks books;
  books.open(account_of(seller));
  const MoneyStepDone good = card_of(books, 1'000, 30, 1);
  AccountState empty = account_of(seller);
  const AccountState psp = *new_system_account(system_account_id(SystemAccount::psp, usd));
  const AccountState fees = *new_system_account(system_account_id(SystemAccount::fees, usd));
  const AccountState debt = *new_system_account(system_account_id(SystemAccount::debt, usd));
  const StepAccounts accounts{&empty, {&psp, &fees, &debt}};
  const auto against = [&](auto change) {
    MoneyStepDone event = good;
    change(event);
    const char* field = against_step(event, nullptr, false, accounts);
    return std::string(field == nullptr ? "" : field);
  };
  EXPECT_EQ(against([](MoneyStepDone&) {}), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.step.amount = 0; }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves.clear(); }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves.assign(5, e.moves[0]); }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves[0].move.amount = INT64_MIN; }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves[1].move.amount = 1'001; }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves[0].move.to = buyer; }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.moves[0].move.to = e.moves[0].move.from; }), "");
  EXPECT_NE(against([](MoneyStepDone& e) { e.step.currency = eur; }), "");
  EXPECT_NE(against([&](MoneyStepDone& e) { e.moves[1].move.to = debt.id; }), "")
      << "repays what it does not owe";
  EXPECT_NE(against([](MoneyStepDone& e) { e.step = step_of(MoneyRule::parked, 1); }), "");
  empty.payments_net = INT64_MAX;
  EXPECT_NE(against([](MoneyStepDone&) {}), "");
  EXPECT_STRNE(against_step(good, nullptr, false, {}), nullptr) << "no such account";
  EXPECT_STRNE(against_step(good, books.record(good.step.name), false, accounts), nullptr);
  EXPECT_STRNE(against_step(good, nullptr, true, accounts), nullptr) << "fenced";
  const MoneyStepRefused refused{good.step, Rejection::account_frozen};
  EXPECT_STREQ(against_step(refused, nullptr, false), nullptr);
  EXPECT_STRNE(against_step(refused, books.record(good.step.name), false), nullptr);
  EXPECT_STRNE(against_step(refused, nullptr, true), nullptr);
}

}  // namespace
}  // namespace florin
