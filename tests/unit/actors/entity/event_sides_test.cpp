// Which kinds have a side of an event, which of their entities that is, and what becomes of it.
#include "actors/entity/event_sides.hpp"

#include <gtest/gtest.h>

#include <map>

#include "actors/partition/entity_kinds.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

// Accounts by name, and the one leg that they may ask about.
class SidedAccounts {
 public:
  void given(const AccountId& id, Minor available) { states_[id].available = available; }
  void open(AccountState account) { states_[account.id] = std::move(account); }
  template <class How>
  void change(const AccountId& id, How&& how) {
    how(states_[id]);
  }
  const Leg* ask(const LegKey&, const KnownLeg&) const { return &leg; }
  std::span<const LegPhase> ask(const TransferId&, const LegsToKeep&) const { return {}; }

  [[nodiscard]] const AccountState& of(const AccountId& id) { return states_[id]; }
  [[nodiscard]] std::size_t count() const { return states_.size(); }

  Leg leg;

 private:
  std::map<AccountId, AccountState> states_;
};

const EventStamp stamp{{7, 2, 0}, noon};

TEST(EventSides, OfAPostingAreThePayersAndThePayees) {
  SidedAccounts accounts;
  accounts.given(alice, 1'000);
  AccountSides::evolve(accounts, TransferPosted{uuid(1), alice, bob, 300, usd, {}, {}}, stamp);
  EXPECT_EQ(accounts.count(), 2U);
  EXPECT_EQ(accounts.of(alice).available, 700);
  EXPECT_EQ(accounts.of(bob).available, 300);
  EXPECT_EQ(accounts.of(bob).last_posting_index, 7U);
}

TEST(EventSides, OfALegThatEndsIsTheAccountThatTheLegIsAbout) {
  SidedAccounts accounts;
  accounts.given(alice, 1'000);
  const LegContent content{alice, bob, uuid(1), 300, usd, LegRole::debit};
  AccountSides::evolve(accounts, LegTried{{}, content}, stamp);
  EXPECT_EQ(accounts.of(alice).held, 300);
  accounts.leg.content = content;
  accounts.leg.debit_day = stamp.day();
  AccountSides::evolve(accounts, LegCancelled{}, stamp);
  EXPECT_EQ(accounts.of(alice).held, 0);
  EXPECT_EQ(accounts.of(alice).debited_today, 0);
}

TEST(EventSides, AreOfTheKindsThatAnEventChanges) {
  EXPECT_TRUE((HasSide<AccountEntity, SidedAccounts, LegCancelled>));
  EXPECT_TRUE((HasSide<AccountEntity, SidedAccounts, TransferPosted>));
  EXPECT_FALSE((HasSide<AccountEntity, SidedAccounts, TransferStarted>));
  EXPECT_FALSE((HasSide<AccountEntity, SidedAccounts, LegRefused>)) << "no money has moved";
  EXPECT_TRUE((HasSide<LegEntity, SidedAccounts, LegRefused>));
  EXPECT_TRUE((HasSide<TransferEntity, SidedAccounts, LegRefused>)) << "its own leg's answer";
  EXPECT_FALSE((HasSide<TransferEntity, SidedAccounts, StepApplied>)) << "a saga hears a message";
}

}  // namespace
}  // namespace florin
