// What facts do to an account: where the money is after each, and what of the daily limit is used.
#include "domain/account/account_evolve.hpp"

#include <gtest/gtest.h>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

constexpr std::int32_t today = 20'000;
constexpr Position here{7, 3, 1};

AccountState posted(Minor amount) {
  AccountState account;
  account.id = alice;
  account.currency = usd;
  account.available = amount;
  return account;
}
LegContent debit_leg(Minor amount) { return {alice, bob, uuid(1), amount, usd, LegRole::debit}; }
LegContent credit_leg(Minor amount) { return {alice, bob, uuid(1), amount, usd, LegRole::credit}; }

void expect(const AccountState& account, Minor available, Minor held, Minor incoming) {
  EXPECT_EQ(account.available, available);
  EXPECT_EQ(account.held, held);
  EXPECT_EQ(account.incoming, incoming);
  EXPECT_TRUE(invariants_hold(account));
}

TEST(AccountEvolve, OpensWithItsTermsAndNoMoney) {
  const AccountOpened terms{alice, eur, AccountKind::merchant, true, 500, {{"k", "v"}}};
  const AccountState account = evolve_opened(terms);
  EXPECT_EQ(account.id, alice);
  EXPECT_EQ(account.currency, eur);
  EXPECT_EQ(account.kind, AccountKind::merchant);
  EXPECT_TRUE(account.allow_negative);
  EXPECT_EQ(account.daily_debit_limit, 500);
  ASSERT_NE(account.metadata, nullptr);
  EXPECT_EQ(*account.metadata, terms.metadata);
  expect(account, 0, 0, 0);
}

TEST(AccountEvolve, FreezesUnfreezesAndCloses) {
  AccountState account = posted(0);
  evolve(account, AccountFrozen{});
  EXPECT_TRUE(account.frozen);
  evolve(account, AccountUnfrozen{});
  EXPECT_FALSE(account.frozen);
  evolve(account, AccountClosed{});
  EXPECT_TRUE(account.closed);
}

TEST(AccountEvolve, HoldsATriedDebitAndPostsItWhenConfirmed) {
  AccountState account = posted(100);
  evolve_tried(account, debit_leg(40), today);
  expect(account, 60, 40, 0);
  EXPECT_EQ(account.posted(), 100) << "held money is still the payer's";
  evolve_confirmed(account, debit_leg(40), here);
  expect(account, 60, 0, 0);
  EXPECT_EQ(account.last_posting_index, 7U);
  EXPECT_EQ(account.last_posting_ordinal, 3U);
}

TEST(AccountEvolve, ReturnsATriedDebitWhenReleased) {
  AccountState account = posted(100);
  evolve_tried(account, debit_leg(40), today);
  evolve_released(account, debit_leg(40), today);
  expect(account, 100, 0, 0);
  EXPECT_EQ(account.last_posting_index, 0U) << "nothing was posted";
}

TEST(AccountEvolve, ReservesATriedCreditAndShowsItOnlyWhenConfirmed) {
  AccountState account = posted(100);
  evolve_tried(account, credit_leg(40), today);
  expect(account, 100, 0, 40);
  evolve_confirmed(account, credit_leg(40), here);
  expect(account, 140, 0, 0);
}

TEST(AccountEvolve, ForgetsATriedCreditWhenReleased) {
  AccountState account = posted(100);
  evolve_tried(account, credit_leg(40), today);
  evolve_released(account, credit_leg(40), today);
  expect(account, 100, 0, 0);
}

TEST(AccountEvolve, MovesMoneyAtOnce) {
  AccountState account = posted(100);
  evolve_debited(account, 30, today, here);
  expect(account, 70, 0, 0);
  evolve_credited(account, 5, here);
  expect(account, 75, 0, 0);
}

TEST(AccountEvolve, UsesTheDailyLimitByTriesAndDebitsOfOneDay) {
  AccountState account = posted(100);
  evolve_tried(account, debit_leg(40), today);
  evolve_debited(account, 30, today, here);
  EXPECT_EQ(account.debited_today, 70);
  evolve_confirmed(account, debit_leg(40), here);
  EXPECT_EQ(account.debited_today, 70) << "used once, by the Try";
  evolve_tried(account, credit_leg(9), today);
  EXPECT_EQ(account.debited_today, 70) << "credits do not use it";
}

TEST(AccountEvolve, StartsTheDailyUseAnewOnANewDay) {
  AccountState account = posted(100);
  evolve_debited(account, 30, today, here);
  evolve_debited(account, 20, today + 1, here);
  EXPECT_EQ(account.debit_day, today + 1);
  EXPECT_EQ(account.debited_today, 20);
}

TEST(AccountEvolve, GivesBackTheDailyUseOnTheSameDayOnly) {
  AccountState account = posted(100);
  evolve_tried(account, debit_leg(40), today);
  evolve_released(account, debit_leg(40), today);
  EXPECT_EQ(account.debited_today, 0);

  evolve_tried(account, debit_leg(40), today);
  evolve_debited(account, 10, today + 1, here);
  evolve_released(account, debit_leg(40), today);
  EXPECT_EQ(account.debited_today, 10) << "yesterday's use is over";
}

TEST(AccountEvolve, ReservesTheReturnOfASagasDebitUntilItIsKeptOrReturned) {
  AccountState account = posted(100);
  evolve_step_debited(account, 40, today, here);
  expect(account, 60, 0, 40);
  evolve_debit_kept(account, 40);
  expect(account, 60, 0, 0);
  evolve_step_debited(account, 60, today, here);
  evolve_debit_returned(account, 60, today, here);
  expect(account, 60, 0, 0);
}

TEST(AccountEvolve, GivesBackTheDailyUseOfAReturnedDebit) {
  AccountState account = posted(100);
  evolve_step_debited(account, 40, today, here);
  evolve_debit_returned(account, 40, today, here);
  expect(account, 100, 0, 0);
  EXPECT_EQ(account.debited_today, 0);
}

TEST(AccountEvolve, CountsDailyUseWithoutOverflow) {
  AccountState account = posted(INT64_MAX);
  account.debited_today = INT64_MAX - 1;
  account.debit_day = today;
  evolve_debited(account, 5, today, here);
  EXPECT_EQ(account.debited_today, INT64_MAX);
}

TEST(AccountEvolve, KnowsThePostingBeforeAndTheBalanceAfter) {
  AccountState account = posted(100);
  account.held = 20;
  account.last_posting_index = 4;
  account.last_posting_ordinal = 2;
  EXPECT_EQ(trail_after_debit(account, 50), (PostingTrail{4, 2, 70}));
  EXPECT_EQ(trail_after_credit(account, 50), (PostingTrail{4, 2, 170}));
}

TEST(AccountEvolve, FindsABrokenAccount) {
  const auto broken = [](auto change) {
    AccountState account = posted(10);
    change(account);
    return !invariants_hold(account);
  };
  EXPECT_FALSE(broken([](AccountState&) {}));
  EXPECT_TRUE(broken([](AccountState& a) { a.held = -1; }));
  EXPECT_TRUE(broken([](AccountState& a) { a.incoming = -1; }));
  EXPECT_TRUE(broken([](AccountState& a) { a.available = -1; }));
  EXPECT_FALSE(broken([](AccountState& a) { a.available = -1, a.allow_negative = true; }));
  EXPECT_TRUE(broken([](AccountState& a) { a.incoming = INT64_MAX; }));
  EXPECT_TRUE(broken([](AccountState& a) { a.held = INT64_MAX; }));
}

TEST(AccountEvolve, KeepsNoMetadataWhereNothingIsLeft) {
  AccountState account;
  evolve(account, AccountMetadataChanged{{}, {{"a", "1"}}});
  ASSERT_NE(account.metadata, nullptr);
  EXPECT_EQ(*account.metadata, (Metadata{{"a", "1"}}));
  EXPECT_TRUE(account.metadata_changed);
  evolve(account, AccountMetadataChanged{{}, {}});
  EXPECT_EQ(account.metadata, nullptr);
  EXPECT_TRUE(account.metadata_changed);
}

}  // namespace
}  // namespace florin
