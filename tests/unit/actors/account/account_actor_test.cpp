// The actor of one account alone: every message twice, late, before its predecessor, and after sleep.
#include "actors/account/account_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"

namespace florin {
namespace {

using namespace words;

const LegKey leg{{7, 0, 1}, 0};  // of a transfer that partition 1 coordinates
const LegKey other_leg{{8, 0, 1}, 0};

LegContent debit(Minor amount, std::uint64_t id = 1) {
  return {alice, bob, uuid(id), amount, usd, LegRole::debit};
}
LegContent credit(Minor amount, std::uint64_t id = 1) {
  return {alice, bob, uuid(id), amount, usd, LegRole::credit};
}
TryLeg try_leg(const LegContent& content, LegKey key = leg) { return {key, content}; }
ApplyStep apply(const LegContent& content, LegKey key = leg) { return {key, content}; }
ConfirmLeg confirm(LegKey key = leg) { return {key, alice}; }
CancelLeg cancel(LegKey key = leg) { return {key, alice}; }
CompensateStep compensate(LegKey key = leg) { return {key, alice}; }
ChangeAccount change(AccountChange what) { return {1, alice, what, "reason"}; }

// Once awake all the time, once put to sleep after every message.
class AccountActorTest : public ::testing::TestWithParam<bool> {
 protected:
  ActorKit kit_{{.self = 0, .partitions = 3, .passivating = GetParam()}};
  ActorKit& rich() { return kit_.given_account(alice, 1'000); }
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, AccountActorTest, ::testing::Bool());

// --- a debit leg ------------------------------------------------------------------------------------------

TEST_P(AccountActorTest, HoldsOnTryAndPostsOnConfirm) {
  rich()
      .when(try_leg(debit(400)))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .then_account(alice, 600, 400, 0)
      .when(confirm())
      .then({"leg_confirmed 0", "p1 < answer 0 confirm ok"})
      .then_account(alice, 600, 0, 0);
}

TEST_P(AccountActorTest, ReturnsWhatWasHeldOnCancel) {
  rich()
      .when(try_leg(debit(400)))
      .when(cancel())
      .then({"leg_cancelled 0", "p1 < answer 0 cancel ok"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, AnswersEveryRepeatTheSameWithoutAnEvent) {
  rich()
      .when(try_leg(debit(400)))
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try ok"})
      .then_account(alice, 600, 400, 0)
      .when(confirm())
      .when(confirm())
      .then({"p1 < answer 0 confirm ok"})
      .then_account(alice, 600, 0, 0)
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try ok"})
      .then_account(alice, 600, 0, 0);
}

TEST_P(AccountActorTest, AnswersEveryRepeatOfACancelWithoutAnEvent) {
  rich()
      .when(try_leg(debit(400)))
      .when(cancel())
      .when(cancel())
      .then({"p1 < answer 0 cancel ok"})
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try cancelled"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, RefusesATryWhoseCancelCameFirst) {
  rich()
      .when(cancel())
      .then({"leg_cancelled_early 0", "p1 < answer 0 cancel ok_empty"})
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try cancelled_before_try"})
      .when(cancel())
      .then({"p1 < answer 0 cancel ok_empty"})
      .then_account(alice, 1'000, 0, 0)
      .then_leg(leg, LegState::cancelled_early);
}

TEST_P(AccountActorTest, LeavesTheCancelFlagForAnAccountThatDoesNotExist) {
  kit_.when(cancel())
      .then({"leg_cancelled_early 0", "p1 < answer 0 cancel ok_empty"})
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try cancelled_before_try"});
}

TEST_P(AccountActorTest, KnowsNothingOfAConfirmWithoutItsTry) {
  rich()
      .when(confirm())
      .then({"p1 < answer 0 confirm try_not_found"})
      .then_account(alice, 1'000, 0, 0)
      .then_leg(leg, LegState::none)
      .when(try_leg(debit(400)))
      .then({"leg_tried 0", "p1 < answer 0 try ok"});
}

TEST_P(AccountActorTest, RaisesTheAlarmWhenConfirmAndCancelContradict) {
  rich()
      .when(try_leg(debit(400)))
      .when(confirm())
      .when(cancel())
      .then({"p1 < answer 0 cancel already_confirmed", "alarm"})
      .then_account(alice, 600, 0, 0)
      .when(try_leg(debit(100, 2), other_leg))
      .when(cancel(other_leg))
      .when(confirm(other_leg))
      .then({"p1 < answer 0 confirm already_cancelled", "alarm"})
      .then_account(alice, 600, 0, 0);
}

// Its Try took nothing: a Cancel that gave it back would mint money.
TEST_P(AccountActorTest, NeverCreditsOnCancelOfARefusedLeg) {
  rich()
      .when(try_leg(debit(1'001)))
      .then({"leg_refused 0 insufficient_available",
             "p1 < answer 0 try refused insufficient_available"})
      .when(cancel())
      .then({"p1 < answer 0 cancel ok"})
      .when(cancel())
      .then({"p1 < answer 0 cancel ok"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, KeepsARefusalAfterTheMoneyHasArrived) {
  rich()
      .when(try_leg(debit(1'001)))
      .given(TransferPosted{uuid(9), outside_usd, alice, 500, usd, {}, {}})
      .when(try_leg(debit(1'001)))
      .then({"p1 < answer 0 try refused insufficient_available"});
}

TEST_P(AccountActorTest, RefusesOtherContentUnderAKnownLeg) {
  rich()
      .when(try_leg(debit(400)))
      .when(try_leg(debit(401)))
      .then({"p1 < answer 0 try leg_mismatch", "alarm"})
      .then_account(alice, 600, 400, 0);
}

// Its clock may be a year ahead of the coordinator's, which alone judges deadlines.
TEST_P(AccountActorTest, RefusesNothingForTime) {
  rich()
      .at(noon + 366 * day)
      .when(try_leg(debit(400)))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .when(apply(debit(400, 2), other_leg))
      .then({"step_applied 0", "p1 < answer 0 apply ok"});
}

TEST_P(AccountActorTest, HoldsForSeveralTransfersAtOnceButNeverMoreThanThereIs) {
  rich()
      .when(try_leg(debit(600)))
      .when(try_leg(debit(600, 2), other_leg))
      .then({"leg_refused 0 insufficient_available",
             "p1 < answer 0 try refused insufficient_available"})
      .then_account(alice, 400, 600, 0);
}

// --- a credit leg -----------------------------------------------------------------------------------------

// The Try of the payee moves no money but reserves its room, so that Confirm cannot be refused.
TEST_P(AccountActorTest, ReservesACreditOnTryAndShowsItOnConfirm) {
  rich()
      .when(try_leg(credit(400)))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .then_account(alice, 1'000, 0, 400)
      .when(confirm())
      .then({"leg_confirmed 0", "p1 < answer 0 confirm ok"})
      .then_account(alice, 1'400, 0, 0);
}

TEST_P(AccountActorTest, ForgetsTheReservedCreditOnCancel) {
  rich()
      .when(try_leg(credit(400)))
      .when(cancel())
      .then({"leg_cancelled 0", "p1 < answer 0 cancel ok"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, LandsACreditThoughTheAccountWasFrozenSinceItsTry) {
  rich()
      .when(try_leg(credit(400)))
      .when(change(AccountChange::freeze))
      .when(confirm())
      .then({"leg_confirmed 0", "p1 < answer 0 confirm ok"})
      .then_account(alice, 1'400, 0, 0)
      .when(try_leg(debit(1, 2), other_leg))
      .then({"leg_refused 0 account_frozen", "p1 < answer 0 try refused account_frozen"});
}

TEST_P(AccountActorTest, RefusesACreditThatMightNotFitBesideReservedOnes) {
  constexpr Minor half = INT64_MAX / 2;
  rich()
      .when(try_leg(credit(half)))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .when(try_leg(credit(half, 2), other_leg))
      .then({"leg_refused 0 balance_overflow", "p1 < answer 0 try refused balance_overflow"})
      .when(cancel())
      .when(try_leg(credit(half, 3), {{9, 0, 1}, 0}))
      .then({"leg_tried 0", "p1 < answer 0 try ok"});
}

TEST_P(AccountActorTest, IsNotClosedWhileACreditIsReservedOrMoneyHeld) {
  kit_.given_account(alice, 0)
      .when(try_leg(credit(400)))
      .when(change(AccountChange::close))
      .then({"reply 1 no account_not_empty"})
      .when(cancel())
      .when(change(AccountChange::close))
      .then({"account_closed_v2", "reply 1 account alice"})
      .when(change(AccountChange::close))
      .then({"reply 1 no account_closed"});
}

TEST_P(AccountActorTest, RefusesACreditOfAClosedAccount) {
  kit_.given_account(alice, 0)
      .when(change(AccountChange::close))
      .when(try_leg(credit(1)))
      .then({"leg_refused 0 account_closed", "p1 < answer 0 try refused account_closed"});
}

// --- daily limit --------------------------------------------------------------------------------------------

TEST_P(AccountActorTest, UsesTheDailyLimitOnTryAndGivesItBackOnCancel) {
  kit_.given(AccountOpened{
                 .account = alice, .currency = usd, .daily_debit_limit = 500, .metadata = {}})
      .given(TransferPosted{uuid(9), outside_usd, alice, 1'000, usd, {}, {}})
      .when(try_leg(debit(400)))
      .when(try_leg(debit(101, 2), other_leg))
      .then(
          {"leg_refused 0 daily_limit_exceeded", "p1 < answer 0 try refused daily_limit_exceeded"})
      .when(cancel())
      .when(try_leg(debit(500, 3), {{9, 0, 1}, 0}))
      .then({"leg_tried 0", "p1 < answer 0 try ok"});
}

TEST_P(AccountActorTest, StartsTheDailyLimitAnewAtMidnightAndKeepsItWhenYesterdaysTryIsCancelled) {
  const auto try_at = [](Timestamp, Minor amount, LegKey key) {
    return TryLeg{key, debit(amount, key.transfer.index)};
  };
  const Timestamp midnight{20'001 * day};
  kit_.given(AccountOpened{
                 .account = alice, .currency = usd, .daily_debit_limit = 500, .metadata = {}})
      .given(TransferPosted{uuid(9), outside_usd, alice, 2'000, usd, {}, {}})
      .at(midnight + -1)
      .when(try_at(midnight, 500, leg))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .at(midnight)
      .when(try_at(midnight, 300, other_leg))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .when(cancel())
      .when(try_at(midnight, 201, {{9, 0, 1}, 0}))
      .then(
          {"leg_refused 0 daily_limit_exceeded", "p1 < answer 0 try refused daily_limit_exceeded"})
      .when(try_at(midnight, 200, {{10, 0, 1}, 0}))
      .then({"leg_tried 0", "p1 < answer 0 try ok"});
}

// --- saga steps ---------------------------------------------------------------------------------------------

TEST_P(AccountActorTest, AppliesAStepAtOnceAndGivesItBackOnce) {
  rich()
      .when(apply(debit(400)))
      .then({"step_applied 0", "p1 < answer 0 apply ok"})
      .when(apply(debit(400)))
      .then({"p1 < answer 0 apply ok"})
      .when(compensate())
      .then({"step_compensated 0", "p1 < answer 0 compensate ok"})
      .when(compensate())
      .then({"p1 < answer 0 compensate ok"})
      .when(apply(debit(400)))
      .then({"p1 < answer 0 apply cancelled"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, RefusesAStepWhoseCompensationCameFirst) {
  rich()
      .when(compensate())
      .then({"leg_cancelled_early 0", "p1 < answer 0 compensate ok_empty"})
      .when(apply(debit(400)))
      .then({"p1 < answer 0 apply cancelled_before_try"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, NeverCreditsOnCompensationOfARefusedStep) {
  rich()
      .when(apply(debit(1'001)))
      .then({"leg_refused 0 insufficient_available",
             "p1 < answer 0 apply refused insufficient_available"})
      .when(compensate())
      .then({"p1 < answer 0 compensate ok"})
      .then_account(alice, 1'000, 0, 0);
}

// The payee may have spent it.
TEST_P(AccountActorTest, NeverTakesACreditedStepBack) {
  kit_.given_account(alice, 0)
      .when(apply(credit(400)))
      .then({"step_applied 0", "p1 < answer 0 apply ok"})
      .when(try_leg(debit(400, 2), other_leg))
      .when(compensate())
      .then({"p1 < answer 0 compensate already_confirmed", "alarm"})
      .then_account(alice, 0, 400, 0);
}

TEST_P(AccountActorTest, GivesTheDailyLimitBackOnCompensation) {
  kit_.given(AccountOpened{
                 .account = alice, .currency = usd, .daily_debit_limit = 500, .metadata = {}})
      .given(TransferPosted{uuid(9), outside_usd, alice, 1'000, usd, {}, {}})
      .when(apply(debit(500)))
      .when(compensate())
      .when(apply(debit(500, 2), other_leg))
      .then({"step_applied 0", "p1 < answer 0 apply ok"});
}

// --- forgotten legs ---------------------------------------------------------------------------------------------

TEST_P(AccountActorTest, AnswersFencedForALegThatWasForgotten) {
  rich()
      .when(try_leg(debit(400)))
      .when(confirm())
      .given(FenceAdvanced{1, leg.transfer.index})
      .then_leg(leg, LegState::none)
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try fenced"})
      .when(confirm())
      .then({"p1 < answer 0 confirm fenced"})
      .when(cancel())
      .then({"p1 < answer 0 cancel fenced"})
      .when(apply(debit(400)))
      .then({"p1 < answer 0 apply fenced"})
      .when(compensate())
      .then({"p1 < answer 0 compensate fenced"})
      .then_account(alice, 600, 0, 0)
      .when(try_leg(debit(100, 2), other_leg))
      .then({"leg_tried 0", "p1 < answer 0 try ok"});
}

TEST_P(AccountActorTest, ForgetsTheCancelFlagOnlyBehindTheFence) {
  rich()
      .when(cancel())
      .when(cancel(other_leg))
      .given(FenceAdvanced{1, leg.transfer.index})
      .then_leg(leg, LegState::none)
      .then_leg(other_leg, LegState::cancelled_early)
      .when(try_leg(debit(400)))
      .then({"p1 < answer 0 try fenced"})
      .when(try_leg(debit(400, 2), other_leg))
      .then({"p1 < answer 0 try cancelled_before_try"});
}

TEST_P(AccountActorTest, KeepsLegsOfOtherCoordinatorsBehindTheirOwnFence) {
  const LegKey elsewhere{{7, 0, 2}, 0};
  rich()
      .when(try_leg(debit(400), elsewhere))
      .given(FenceAdvanced{1, 100})
      .then_leg(elsewhere, LegState::tried)
      .when(confirm(elsewhere))
      .then({"leg_confirmed 0", "p2 < answer 0 confirm ok"});
}

// A leg beside its coordinator goes with the transfer itself.
TEST_P(AccountActorTest, AnswersFencedForALegOfItsOwnPartitionWhoseTransferIsOver) {
  const TransferId id = kit_.next();
  const TransferStarted started{
      uuid(1), alice, Protocol::tcc,
      usd,     {},    {{alice, 0, LegRole::debit, 400}, {bob, 1, LegRole::credit, 400}}};
  const LegKey own{id, 0};
  kit_.given(started)
      .given_account(alice, 1'000)
      .when(try_leg(debit(400), own))
      .then({"leg_tried 0", "p0 < answer 0 try ok"})
      .given(TransferDecided{id, Decision::confirm, std::nullopt, 1, {}})
      .when(confirm(own))
      .then({"leg_confirmed 0", "p0 < answer 0 confirm ok"})
      .given(TransferCompleted{id})
      .then_leg(own, LegState::none)
      .when(try_leg(debit(400), own))
      .then({"p0 < answer 0 try fenced"})
      .when(cancel(own))
      .then({"p0 < answer 0 cancel fenced"})
      .then_account(alice, 600, 0, 0);
}

// --- clients -------------------------------------------------------------------------------------------------

TEST_P(AccountActorTest, OpensOnceAndShowsWhetherThisRequestDidIt) {
  const OpenAccount open{.request = 1, .account = alice, .currency = usd, .metadata = {{"k", "v"}}};
  OpenAccount other = open;
  other.currency = eur;
  kit_.when(open)
      .then({"account_opened_v2", "reply 1 created alice"})
      .when(open)
      .then({"reply 1 account alice"})
      .when(other)
      .then({"reply 1 no account_exists"});
}

TEST_P(AccountActorTest, FreezesOnceAndSaysSo) {
  rich()
      .when(change(AccountChange::freeze))
      .then({"account_frozen_v2", "reply 1 account alice"})
      .when(change(AccountChange::freeze))
      .then({"reply 1 account alice"})
      .when(change(AccountChange::unfreeze))
      .then({"account_unfrozen_v2", "reply 1 account alice"});
}

TEST_P(AccountActorTest, ShowsWhatItKnowsAndWhereThatStands) {
  rich().when(try_leg(debit(400))).when(GetAccount{1, alice}).then({"reply 1 account alice"});
  const auto& view = *get<std::unique_ptr<AccountView>>(kit_.replies()[0].body);
  EXPECT_EQ(view.available, 600);
  EXPECT_EQ(view.held, 400);
  EXPECT_EQ(view.last_posting, (Position{2, 0, 0}));
  EXPECT_EQ(kit_.replies()[0].position, (Position{3, 0, 0})) << "the Try is reflected";
  kit_.when(GetAccount{2, bob}).then({"reply 2 no account_not_found"});
}

TEST_P(AccountActorTest, ChecksALegWithoutChangingAnything) {
  rich()
      .when(CheckLeg{1, alice, LegRole::debit, 1'000, usd})
      .then({"reply 1 check"})
      .when(CheckLeg{1, alice, LegRole::debit, 1'001, usd})
      .then({"reply 1 check insufficient_available"})
      .when(CheckLeg{1, alice, LegRole::credit, 1, eur})
      .then({"reply 1 check currency_mismatch"})
      .when(CheckLeg{1, bob, LegRole::credit, 1, usd})
      .then({"reply 1 check account_not_found"})
      .then_account(alice, 1'000, 0, 0);
}

TEST_P(AccountActorTest, IsThereForMoneyFromOutsideWithoutBeingOpened) {
  LegContent content = debit(400);
  content.account = outside_usd;
  kit_.when(try_leg(content))
      .then({"leg_tried 0", "p1 < answer 0 try ok"})
      .then_account(outside_usd, -400, 400, 0);
}

// --- metadata --------------------------------------------------------------------------------------------

ChangeMetadata patch(Metadata set, std::vector<std::string> remove = {}) {
  return {1, alice, {std::move(set), std::move(remove)}, {3, 5, 7}};
}

TEST_P(AccountActorTest, ChangesMetadataOnceAndSaysWhenThereIsNothingToChange) {
  rich()
      .when(patch({{"city", "Delft"}}))
      .then({"account_metadata_changed_v2", "reply 1 created alice"})
      .when(patch({{"city", "Delft"}}))
      .then({"reply 1 account alice"})
      .when(patch({{"shop", "books"}}, {"city"}))
      .then({"account_metadata_changed_v2", "reply 1 created alice"});
  const AccountState* account = kit_.state().account(alice);
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(*account->metadata, (Metadata{{"shop", "books"}}));
}

TEST_P(AccountActorTest, LogsWhoseCommandChangedMetadata) {
  rich().when(patch({{"a", "1"}}));
  const auto& event = get<Commanded<AccountMetadataChanged>>(kit_.events().at(0));
  EXPECT_EQ(event.source.command, (CommandId{3, 5, 7}));
}

TEST_P(AccountActorTest, RefusesMetadataOfNobodyAndOfAClosedAccount) {
  kit_.when(patch({{"a", "1"}})).then({"reply 1 no account_not_found"});
  kit_.given_account(alice, 0).when(change(AccountChange::close)).when(patch({{"a", "1"}}));
  kit_.then({"reply 1 no account_closed"});
}

TEST(AccountActor, ChangesNoMetadataWhileTheLevelIsTooLow) {
  FormatLevels levels;
  levels.raise(FormatLevel{metadata_changes_level - 1});
  ActorKit kit({.levels = &levels});
  kit.given_account(alice, 0).when(patch({{"a", "1"}})).then({"reply 1 not_accepted"});
  EXPECT_EQ(get<NotAccepted>(kit.replies().at(0).body).why, NotAccepted::Why::level_too_low);
  levels.raise(metadata_changes_level);
  kit.when(patch({{"a", "1"}})).then({"account_metadata_changed_v2", "reply 1 created alice"});
}

}  // namespace
}  // namespace florin
