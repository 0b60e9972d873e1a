// What an account allows: debits, credits, opening, freezing, closing.
#include "domain/account/account_decide.hpp"

#include <gtest/gtest.h>

#include "domain/account/account_evolve.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

constexpr Minor minor_max = INT64_MAX;
constexpr Minor minor_min = INT64_MIN;

AccountState posted(Minor amount) {
  AccountState account;
  account.id = alice;
  account.currency = usd;
  account.available = amount;
  return account;
}

template <class Change>
AccountState with(AccountState account, Change change) {
  change(account);
  return account;
}

std::optional<Rejection> debit(const AccountState& account, Minor amount, Timestamp now = noon) {
  return check_debit(&account, amount, usd, now, DebitBy::posting);
}
std::optional<Rejection> credit(const AccountState& account, Minor amount) {
  return check_credit(&account, amount, usd, CreditBy::posting);
}

// --- debit -------------------------------------------------------------------------------------------------

TEST(AccountDecide, AllowsADebitOfAllThatIsAvailable) {
  EXPECT_EQ(debit(posted(100), 100), std::nullopt);
}

TEST(AccountDecide, RefusesADebitAboveAvailable) {
  EXPECT_EQ(debit(posted(100), 101), Rejection::insufficient_available);
}

TEST(AccountDecide, CountsHeldMoneyAsNotAvailable) {
  const auto account = with(posted(60), [](AccountState& a) { a.held = 40; });
  EXPECT_EQ(debit(account, 61), Rejection::insufficient_available);
  EXPECT_EQ(debit(account, 60), std::nullopt);
}

TEST(AccountDecide, CountsIncomingMoneyAsNotAvailable) {
  const auto account = with(posted(60), [](AccountState& a) { a.incoming = 40; });
  EXPECT_EQ(debit(account, 61), Rejection::insufficient_available);
}

TEST(AccountDecide, AllowsBelowZeroOnlyWhereAgreed) {
  const auto account = with(posted(0), [](AccountState& a) { a.allow_negative = true; });
  EXPECT_EQ(debit(account, 5), std::nullopt);
}

TEST(AccountDecide, RefusesADebitBelowTheSmallestAmount) {
  const auto account =
      with(posted(minor_min + 5), [](AccountState& a) { a.allow_negative = true; });
  EXPECT_EQ(debit(account, 5), std::nullopt);
  EXPECT_EQ(debit(account, 6), Rejection::balance_overflow);
}

// An account may owe, so what is held or expected beside its balance may be more than the balance itself.
TEST(AccountDecide, RefusesAHoldBeyondTheLargestAmountThoughTheBalanceHasRoom) {
  const auto account = with(posted(minor_min + 100), [](AccountState& a) {
    a.allow_negative = true;
    a.held = minor_max - 10;
  });
  const auto by = [&](DebitBy how, Minor amount) {
    return check_debit(&account, amount, usd, noon, how);
  };
  EXPECT_EQ(by(DebitBy::hold, 10), std::nullopt);
  EXPECT_EQ(by(DebitBy::hold, 11), Rejection::balance_overflow);
  EXPECT_EQ(by(DebitBy::posting, 11), std::nullopt) << "nothing is held of it";
  EXPECT_EQ(by(DebitBy::step, 11), std::nullopt);
}

TEST(AccountDecide, RefusesAStepWhoseReturnHasNoRoom) {
  const auto account = with(posted(-50), [](AccountState& a) {
    a.allow_negative = true;
    a.incoming = minor_max - 10;
  });
  const auto by = [&](DebitBy how, Minor amount) {
    return check_debit(&account, amount, usd, noon, how);
  };
  EXPECT_EQ(by(DebitBy::step, 10), std::nullopt);
  EXPECT_EQ(by(DebitBy::step, 11), Rejection::balance_overflow);
  EXPECT_EQ(by(DebitBy::posting, 11), std::nullopt);
  EXPECT_EQ(by(DebitBy::hold, 11), std::nullopt);
}

TEST(AccountDecide, RefusesAReservationBeyondTheLargestAmountThoughTheBalanceHasRoom) {
  const auto account = with(posted(minor_min), [](AccountState& a) {
    a.allow_negative = true;
    a.incoming = minor_max - 10;
  });
  EXPECT_EQ(check_credit(&account, 10, usd, CreditBy::reservation), std::nullopt);
  EXPECT_EQ(check_credit(&account, 11, usd, CreditBy::reservation), Rejection::balance_overflow);
  EXPECT_EQ(check_credit(&account, 11, usd, CreditBy::posting), std::nullopt);
}

TEST(AccountDecide, RefusesBothSidesOfAFrozenAccount) {
  const auto account = with(posted(100), [](AccountState& a) { a.frozen = true; });
  EXPECT_EQ(debit(account, 1), Rejection::account_frozen);
  EXPECT_EQ(credit(account, 1), Rejection::account_frozen);
}

TEST(AccountDecide, RefusesBothSidesOfAMissingAccount) {
  EXPECT_EQ(check_debit(nullptr, 1, usd, noon, DebitBy::hold), Rejection::account_not_found);
  EXPECT_EQ(check_credit(nullptr, 1, usd, CreditBy::reservation), Rejection::account_not_found);
}

TEST(AccountDecide, RefusesBothSidesInAnotherCurrencyWithoutComparingAmounts) {
  const auto account = posted(0);
  EXPECT_EQ(check_debit(&account, 1, eur, noon, DebitBy::hold), Rejection::currency_mismatch);
  EXPECT_EQ(check_credit(&account, 1, eur, CreditBy::reservation), Rejection::currency_mismatch);
}

// --- daily limit -----------------------------------------------------------------------------------------

AccountState limited(Minor limit, Minor used, Timestamp used_at = noon) {
  return with(posted(1'000), [&](AccountState& a) {
    a.daily_debit_limit = limit;
    a.debited_today = used;
    a.debit_day = used_at.utc_day();
  });
}

TEST(AccountDecide, AllowsDebitsUpToTheDailyLimit) {
  EXPECT_EQ(debit(limited(100, 60), 40), std::nullopt);
  EXPECT_EQ(debit(limited(100, 60), 41), Rejection::daily_limit_exceeded);
}

TEST(AccountDecide, StartsTheDailyLimitAnewAtMidnightUtc) {
  const Timestamp last{20'001 * day - 1};
  EXPECT_EQ(debit(limited(100, 60), 41, last), Rejection::daily_limit_exceeded);
  EXPECT_EQ(debit(limited(100, 60), 100, last + 1), std::nullopt);
}

TEST(AccountDecide, RefusesEveryDebitUnderALimitOfZero) {
  EXPECT_EQ(debit(limited(0, 0), 1), Rejection::daily_limit_exceeded);
}

TEST(AccountDecide, DoesNotOverflowTheUseOfTheDailyLimit) {
  auto account = limited(minor_max, minor_max);
  account.available = minor_max;
  EXPECT_EQ(debit(account, 1), Rejection::daily_limit_exceeded);
}

TEST(AccountDecide, DoesNotLimitCredits) { EXPECT_EQ(credit(limited(1, 1), 900), std::nullopt); }

// --- credit -------------------------------------------------------------------------------------------------

TEST(AccountDecide, AllowsCreditsUpToTheLargestAmount) {
  EXPECT_EQ(credit(posted(minor_max - 10), 10), std::nullopt);
  EXPECT_EQ(credit(posted(minor_max - 10), 11), Rejection::balance_overflow);
}

TEST(AccountDecide, CountsHeldAndReservedMoneyInTheRoomForCredits) {
  const auto account = with(posted(minor_max - 10), [](AccountState& a) {
    a.available -= 5;
    a.held = 5;
    a.incoming = 7;
  });
  EXPECT_EQ(credit(account, 3), std::nullopt);
  EXPECT_EQ(credit(account, 4), Rejection::balance_overflow);
}

// --- opening --------------------------------------------------------------------------------------------------

const AccountOpened terms{.account = alice, .currency = usd, .metadata = {{"name", "Alice"}}};

TEST(AccountDecide, OpensAnAccountThatDoesNotExist) {
  const auto decision = decide_open(nullptr, terms);
  ASSERT_TRUE(decision);
  ASSERT_TRUE(*decision);
  EXPECT_EQ(get<AccountOpened>(**decision), terms);
}

TEST(AccountDecide, AcceptsTheSameTermsAgainWithoutAnEvent) {
  const AccountState account = evolve_opened(terms);
  const auto decision = decide_open(&account, terms);
  ASSERT_TRUE(decision);
  EXPECT_FALSE(*decision);
}

TEST(AccountDecide, RefusesToOpenWithAnyOtherTerm) {
  const AccountState account = evolve_opened(terms);
  const auto refused = [&](auto change) {
    AccountOpened other = terms;
    change(other);
    const auto decision = decide_open(&account, other);
    return !decision && decision.error() == Rejection::account_exists;
  };
  EXPECT_TRUE(refused([](AccountOpened& t) { t.currency = eur; }));
  EXPECT_TRUE(refused([](AccountOpened& t) { t.kind = AccountKind::merchant; }));
  EXPECT_TRUE(refused([](AccountOpened& t) { t.allow_negative = true; }));
  EXPECT_TRUE(refused([](AccountOpened& t) { t.daily_debit_limit = 5; }));
  EXPECT_TRUE(refused([](AccountOpened& t) { t.metadata.clear(); }));
}

// --- freezing and closing ---------------------------------------------------------------------------------------

// "event name", "" for an accepted repeat, or the refusal's code.
std::string change(const AccountState* account, AccountChange what) {
  const auto decision = decide_change(account, what, "reason");
  if (!decision) return std::string(to_string(decision.error()));
  return *decision ? std::string(event_name(**decision)) : "";
}

TEST(AccountDecide, FreezesAndUnfreezesOnce) {
  const auto account = posted(1);
  const auto frozen = with(posted(1), [](AccountState& a) { a.frozen = true; });
  EXPECT_EQ(change(&account, AccountChange::freeze), "account_frozen");
  EXPECT_EQ(change(&frozen, AccountChange::freeze), "");
  EXPECT_EQ(change(&frozen, AccountChange::unfreeze), "account_unfrozen");
  EXPECT_EQ(change(&account, AccountChange::unfreeze), "");
}

TEST(AccountDecide, ClosesAnEmptyAccountFrozenOrNot) {
  const auto account = posted(0);
  const auto frozen = with(posted(0), [](AccountState& a) { a.frozen = true; });
  EXPECT_EQ(change(&account, AccountChange::close), "account_closed");
  EXPECT_EQ(change(&frozen, AccountChange::close), "account_closed");
}

TEST(AccountDecide, RefusesToCloseWhileAnythingIsOrMayCome) {
  const auto has = [](Minor available, Minor held, Minor incoming) {
    const auto account = with(posted(available), [&](AccountState& a) {
      a.held = held;
      a.incoming = incoming;
    });
    return change(&account, AccountChange::close);
  };
  EXPECT_EQ(has(1, 0, 0), "account_not_empty");
  EXPECT_EQ(has(-1, 0, 0), "account_not_empty");
  EXPECT_EQ(has(0, 1, 0), "account_not_empty");
  EXPECT_EQ(has(-1, 1, 0), "account_not_empty");
  EXPECT_EQ(has(0, 0, 1), "account_not_empty");
}

TEST(AccountDecide, RefusesEveryChangeOfAClosedOrMissingAccount) {
  const auto closed = with(posted(0), [](AccountState& a) { a.closed = true; });
  for (const auto what : {AccountChange::freeze, AccountChange::unfreeze, AccountChange::close}) {
    EXPECT_EQ(change(&closed, what), "account_closed");
    EXPECT_EQ(change(nullptr, what), "account_not_found");
  }
}

// --- metadata -----------------------------------------------------------------------------------------------

Metadata pairs(int count) {
  Metadata all;
  for (int i = 0; i < count; ++i) all.emplace_back("k" + std::to_string(10 + i), "v");
  return all;
}
AccountState with_metadata(Metadata metadata) {
  return with(posted(0), [&](AccountState& a) {
    a.metadata = std::make_unique<const Metadata>(std::move(metadata));
  });
}
std::optional<Rejection> refusal_of(const AccountState* account, const MetadataPatch& patch) {
  const auto decision = decide_metadata(account, patch);
  return decision ? std::nullopt : std::optional(decision.error());
}

TEST(AccountDecide, ChangesMetadataToAllThatIsThereThen) {
  const AccountState account = with_metadata({{"a", "1"}, {"b", "2"}});
  const auto decision = decide_metadata(&account, {{{"c", "3"}}, {"a"}});
  ASSERT_TRUE(decision && decision->has_value());
  EXPECT_EQ(get<AccountMetadataChanged>(**decision),
            (AccountMetadataChanged{alice, {{"b", "2"}, {"c", "3"}}}));
}

TEST(AccountDecide, TakesAPatchThatChangesNothingAsARepeat) {
  const AccountState account = with_metadata({{"a", "1"}});
  for (const MetadataPatch& patch :
       {MetadataPatch{}, MetadataPatch{{{"a", "1"}}, {}}, MetadataPatch{{}, {"b"}}}) {
    const auto decision = decide_metadata(&account, patch);
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->has_value());
  }
}

TEST(AccountDecide, RefusesMetadataOfNobodyOfAClosedAccountAndBeyondSixteenPairs) {
  EXPECT_EQ(refusal_of(nullptr, {}), Rejection::account_not_found);
  const auto closed = with(posted(0), [](AccountState& a) { a.closed = true; });
  EXPECT_EQ(refusal_of(&closed, {{{"a", "1"}}, {}}), Rejection::account_closed);
  const auto frozen = with(posted(0), [](AccountState& a) { a.frozen = true; });
  EXPECT_EQ(refusal_of(&frozen, {{{"a", "1"}}, {}}), std::nullopt);
  const AccountState full = with_metadata(pairs(16));
  EXPECT_EQ(refusal_of(&full, {{{"a", "1"}}, {}}), Rejection::metadata_full);
  EXPECT_EQ(refusal_of(&full, {{{"a", "1"}}, {"k10"}}), std::nullopt) << "one makes room for one";
  EXPECT_EQ(refusal_of(&full, {{{"k10", "other"}}, {}}), std::nullopt);
}

// Whoever opened it comes again: it is not another account because somebody has written on it since.
TEST(AccountDecide, ComparesNoMetadataThatWasChangedSinceItWasOpened) {
  AccountState account = with_metadata({{"a", "1"}});
  AccountOpened terms;
  terms.account = alice;
  terms.currency = usd;
  terms.metadata = {{"a", "1"}};
  ASSERT_TRUE(decide_open(&account, terms));
  evolve(account, AccountMetadataChanged{alice, {{"a", "2"}}});
  ASSERT_TRUE(decide_open(&account, terms));
  terms.currency = eur;
  EXPECT_FALSE(decide_open(&account, terms));
}

}  // namespace
}  // namespace florin
