// Messages that no coordinator and no participant sends: refused with an alarm, and nothing of them is recorded.
#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using namespace words;

class ContradictionTest : public ::testing::Test {
 protected:
  ContradictionTest() {
    kit_.given_account(alice, 100).given_account(bob, 100);
    content_ = {alice, bob, uuid(1), 40, usd, LegRole::debit};
  }
  ActorKit kit_{{.self = 0, .partitions = 2}};
  const LegKey key_{{1, 0, 1}, 0};
  LegContent content_;
};

TEST_F(ContradictionTest, AConfirmForAnotherAccountPostsNothing) {
  kit_.when(TryLeg{key_, content_})
      .when(ConfirmLeg{key_, bob})
      .then({"p1 < answer 0 confirm leg_mismatch", "alarm"})
      .when(ConfirmLeg{key_, AccountId::from_trusted("nobody")})
      .then({"p1 < answer 0 confirm leg_mismatch", "alarm"})
      .then_account(alice, 60, 40, 0)
      .then_account(bob, 100, 0, 0);
}

TEST_F(ContradictionTest, ACancelForAnotherAccountReleasesNothing) {
  kit_.when(TryLeg{key_, content_})
      .when(CancelLeg{key_, bob})
      .then({"p1 < answer 0 cancel leg_mismatch", "alarm"})
      .then_account(alice, 60, 40, 0);
}

TEST_F(ContradictionTest, ACompensationForAnotherAccountGivesNothingBack) {
  kit_.when(ApplyStep{key_, content_})
      .when(CompensateStep{key_, bob})
      .then({"p1 < answer 0 compensate leg_mismatch", "alarm"})
      .when(CompensateStep{key_, AccountId::from_trusted("nobody")})
      .then({"p1 < answer 0 compensate leg_mismatch", "alarm"})
      .then_account(alice, 60, 0, 40);
}

// It was held and posted by TC/C: the account keeps no room for its return.
TEST_F(ContradictionTest, ACompensationOfAConfirmedLegGivesNothingBack) {
  kit_.when(TryLeg{key_, content_})
      .when(ConfirmLeg{key_, alice})
      .when(CompensateStep{key_, alice})
      .then({"p1 < answer 0 compensate leg_mismatch", "alarm"})
      .then_account(alice, 60, 0, 0);
}

TEST_F(ContradictionTest, AmountsThatAreNotAboveZeroReserveNothing) {
  for (const Minor amount : {Minor{0}, Minor{-1}, Minor{INT64_MIN}})
    for (const LegRole role : {LegRole::debit, LegRole::credit}) {
      content_.amount = amount;
      content_.role = role;
      kit_.when(TryLeg{key_, content_})
          .then({"p1 < answer 0 try leg_mismatch", "alarm"})
          .when(ApplyStep{key_, content_})
          .then({"p1 < answer 0 apply leg_mismatch", "alarm"})
          .then_account(alice, 100, 0, 0);
    }
}

TEST_F(ContradictionTest, ALegOfNoPartitionOrNumberIsNotKept) {
  const LegKey nowhere{{1, 0, 2}, 0};
  const LegKey too_high{{1, 0, 1}, limits::legs_max};
  kit_.when(TryLeg{nowhere, content_}).then({"alarm"});
  kit_.when(CancelLeg{nowhere, alice}).then({"alarm"});
  kit_.when(ConfirmLeg{nowhere, alice}).then({"alarm"});
  kit_.when(CompensateStep{nowhere, alice}).then({"alarm"});
  kit_.when(CancelLeg{too_high, alice}).then({"p1 < answer 16 cancel leg_mismatch", "alarm"});
}

TEST_F(ContradictionTest, AnAccountWithoutANameIsNeitherOpenedNorLookedUp) {
  kit_.when(OpenAccount{.request = 1, .account = {}, .currency = usd, .metadata = {}})
      .then({"reply 1 no account_not_found", "alarm"})
      .when(GetAccount{2, {}})
      .then({"reply 2 no account_not_found"})
      .when(ConfirmLeg{key_, {}})
      .then({"p1 < answer 0 confirm try_not_found"});
}

// A transfer of its own has two legs, and one of them lives elsewhere.
TEST(ContradictionToOwnTransfer, ALegThatItDoesNotHaveHereIsNotKept) {
  ActorKit kit({.self = 0, .partitions = 2});
  const AccountId payer = account_in(0, 2, "payer");
  const AccountId payee = account_in(1, 2, "payee");
  kit.given_account(payer, 100);
  const TransferId id = kit.next();
  kit.when(StartTransfer{1, payer, payee, uuid(1), 40, usd, Protocol::tcc, {}});
  for (const std::uint8_t leg : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{15}}) {
    kit.when(TryLeg{{id, leg}, {payer, payee, uuid(1), 40, usd, LegRole::debit}});
    EXPECT_TRUE(kit.events().empty());
    kit.when(CancelLeg{{id, leg}, payer});
    EXPECT_TRUE(kit.events().empty());
  }
}

// The decision, and the protocol, say what may be answered.
TEST(ContradictionToOwnTransfer, AnAnswerToWhatWasNeverAskedChangesNothing) {
  const AccountId payer = account_in(0, 2, "payer");
  const AccountId payee = account_in(1, 2, "payee");
  const LegAnswer yes;
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    ActorKit kit({.self = 0, .partitions = 2});
    kit.given_account(payer, 100);
    const TransferId id = kit.next();
    kit.when(StartTransfer{1, payer, payee, uuid(1), 40, usd, protocol, {}});
    const bool saga = protocol == Protocol::saga;
    for (const LegMessage answered : {LegMessage::try_, LegMessage::confirm, LegMessage::cancel,
                                      LegMessage::apply, LegMessage::compensate}) {
      if (answered == (saga ? LegMessage::apply : LegMessage::try_)) continue;
      kit.when(LegAnswered{{id, 0}, answered, yes}).then({"alarm"});
      kit.when(LegAnswered{{id, 1}, answered, yes}).then({"alarm"});
    }
  }
}

TEST(ContradictionToPartition, FencesOfNoPartitionAreAlarmedAndChangeNothing) {
  PartitionKit kit(2);
  kit.send(0, AdvanceFence{0, 2, 5});
  kit.send(0, FenceHeard{0, 2, 5});
  EXPECT_EQ(kit.alarms(), 2U);
  EXPECT_EQ(kit.log_size(0), 0U);
}

}  // namespace
}  // namespace florin
