// Money steps in the partition of their account: done once, entered once, refused for ever, and forgotten behind the fence.
#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"

namespace florin {
namespace {

class StepActorTest : public ::testing::Test {
 protected:
  StepActorTest() { kit_.given_account(words::alice, 0); }

  static StepContent sale(std::uint32_t n = 1) {
    return {{OriginKind::payment, "po-1", MoneyRule::card_success, n},
            {50, 0, 0},
            words::alice,
            words::usd,
            1'000,
            59,
            "sandbox",
            ""};
  }
  static StepContent parked() {
    return {{OriginKind::payment, "po-1", MoneyRule::parked, 1},
            {51, 0, 0},
            {},
            words::usd,
            1'000,
            0,
            "sandbox",
            "mismatch"};
  }
  static EnterMoneyStep entry(const StepContent& step) { return {step, 20'000, "florin"}; }
  [[nodiscard]] WideMinor balance(LedgerKind kind, const std::string& name) {
    return kit_.state().ledger_balance({words::usd, {kind, name}}).balance;
  }

  ActorKit kit_{{.partitions = 1}};
};

TEST_F(StepActorTest, ASaleGoesToTheSellerLessTheFeeAndThenIntoTheLedger) {
  kit_.when(DoMoneyStep{sale()});
  kit_.then({"money_step_done", "p0 < payment/po-1/card_success/1 done"});
  kit_.then_account(words::alice, 941, 0, 0);
  kit_.when(entry(sale()));
  kit_.then({"ledger_entry_posted", "p0 < payment/po-1/card_success/1 entered"});
  EXPECT_TRUE(balance(LedgerKind::assets_psp, "sandbox") == 1'000);
  EXPECT_TRUE(balance(LedgerKind::liabilities_wallet, "alice") == -941);
  EXPECT_TRUE(balance(LedgerKind::revenue_fees, "") == -59);
}

TEST_F(StepActorTest, ARepeatIsAnsweredAgainAndDoesNothing) {
  for (int times = 0; times < 2; ++times) {
    kit_.when(DoMoneyStep{sale()});
    kit_.when(entry(sale()));
  }
  kit_.then({"p0 < payment/po-1/card_success/1 entered"});
  kit_.when(DoMoneyStep{sale()}).then({"p0 < payment/po-1/card_success/1 done"});
  kit_.then_account(words::alice, 941, 0, 0);
  EXPECT_TRUE(balance(LedgerKind::assets_psp, "sandbox") == 1'000);
}

TEST_F(StepActorTest, TheLedgerEntersNothingThatTheWalletHasNotDone) {
  kit_.when(entry(sale())).then({"p0 < payment/po-1/card_success/1 not_done"});
}

TEST_F(StepActorTest, ARefusalStandsWhateverBecomesOfTheAccount) {
  kit_.given(AccountFrozen{words::alice, "for now"});
  kit_.when(DoMoneyStep{sale()});
  kit_.then({"money_step_refused account_frozen",
             "p0 < payment/po-1/card_success/1 refused account_frozen"});
  kit_.given(AccountUnfrozen{words::alice, "again"});
  kit_.when(DoMoneyStep{sale()});
  kit_.then({"p0 < payment/po-1/card_success/1 refused account_frozen"});
  kit_.when(entry(sale())).then({"p0 < payment/po-1/card_success/1 refused"});
  kit_.then_account(words::alice, 0, 0, 0);
}

TEST_F(StepActorTest, MoneyThatWaitsIsInTheLedgerAlone) {
  kit_.when(entry(parked()));
  kit_.then({"ledger_entry_posted", "p0 < payment/po-1/parked/1 entered"});
  kit_.when(entry(parked())).then({"p0 < payment/po-1/parked/1 entered"});
  EXPECT_TRUE(balance(LedgerKind::liabilities_suspense, "mismatch") == -1'000);
}

TEST_F(StepActorTest, TheSameNameWithOtherContentIsNeverDone) {
  kit_.when(DoMoneyStep{sale()});
  StepContent other = sale();
  other.amount = 2'000;
  kit_.when(DoMoneyStep{other}).then({"p0 < payment/po-1/card_success/1 mismatch", "alarm"});
  kit_.when(entry(other)).then({"p0 < payment/po-1/card_success/1 mismatch", "alarm"});
  kit_.then_account(words::alice, 941, 0, 0);
}

TEST_F(StepActorTest, BehindTheFenceItIsFencedAndNeverDoneAgain) {
  kit_.when(DoMoneyStep{sale()}).when(entry(sale()));
  kit_.given(FenceAdvanced{0, 50});
  EXPECT_EQ(kit_.state().money_step(sale().name), nullptr);
  kit_.when(DoMoneyStep{sale()}).then({"p0 < payment/po-1/card_success/1 fenced"});
  kit_.when(entry(sale())).then({"p0 < payment/po-1/card_success/1 fenced"});
  kit_.then_account(words::alice, 941, 0, 0);
}

TEST_F(StepActorTest, NobodyElseAsksInThisName) {
  StepContent step = sale();
  step.name.origin = OriginKind::payout;
  kit_.when(DoMoneyStep{step}).then({"alarm"});
  step = sale();
  step.name.id = "not an id";
  kit_.when(DoMoneyStep{step}).then({"alarm"});
  step = sale();
  step.asked.partition = 3;
  kit_.when(DoMoneyStep{step}).then({"alarm"});
}

}  // namespace
}  // namespace florin
