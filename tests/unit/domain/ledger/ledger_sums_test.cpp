// What a partition's ledger adds up to, beside what its wallets say.
#include "domain/ledger/ledger_sums.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

Currency dollars() { return *parse_currency("USD"); }
AccountId shop() { return AccountId::from_trusted("shop"); }

// A card success of 10.00 with a fee of 0.59, done by the wallet.
MoneyStep sale() {
  MoneyStep step;
  step.content.name.id = "po-1";
  step.content.account = shop();
  step.content.currency = dollars();
  step.content.amount = 1'000;
  step.content.fee = 59;
  step.moves = {{AccountId::from_trusted("@psp:USD"), shop(), 1'000},
                {shop(), AccountId::from_trusted("@fees:USD"), 59}};
  return step;
}
LedgerEntryPosted entry_of(const MoneyStep& step) {
  LedgerEntryPosted event;
  event.step = step.content;
  event.lines = {{{LedgerKind::assets_psp, "sandbox"}, 1'000, {}},
                 {wallet_account(shop()), -941, {}},
                 {{LedgerKind::revenue_fees, {}}, -59, {}}};
  return event;
}

// The wallet has done it.
void do_sale(LedgerSums& sums) {
  sums.put_wallet(dollars(), 941);
  sums.put_owed(sale());
}

TEST(LedgerSums, SayWhatTheWalletHasDoneAndTheLedgerStillOwes) {
  LedgerSums sums;
  do_sale(sums);
  ASSERT_EQ(sums.wallets().size(), 1U);
  EXPECT_TRUE(sums.wallets()[0].payments_net == 941);
  EXPECT_TRUE(sums.wallets()[0].ledger_credit == 0);
  EXPECT_TRUE(sums.wallets()[0].owed == 941);
  EXPECT_TRUE(sums.wallets()[0].difference() == 0);
  EXPECT_TRUE(sums.rows().empty());
}

TEST(LedgerSums, AddUpToNothingAndAgreeOnceItIsEntered) {
  LedgerSums sums;
  do_sale(sums);
  sums.entered(sale(), entry_of(sale()));
  const std::vector<LedgerSum> expected{{{LedgerKind::assets_psp, "sandbox"}, dollars(), 1'000},
                                        {{LedgerKind::liabilities_wallet, {}}, dollars(), -941},
                                        {{LedgerKind::revenue_fees, {}}, dollars(), -59}};
  EXPECT_EQ(sums.rows(), expected);
  EXPECT_TRUE(sums.wallets()[0].ledger_credit == 941);
  EXPECT_TRUE(sums.wallets()[0].owed == 0);
  EXPECT_TRUE(sums.wallets()[0].difference() == 0);
}

// A wallet that was credited twice, or never, is seen.
TEST(LedgerSums, DifferWhenTheWalletSaysSomethingElse) {
  LedgerSums sums;
  do_sale(sums);
  sums.entered(sale(), entry_of(sale()));
  EXPECT_TRUE(sums.difference() == 0);
  sums.put_wallet(dollars(), 941);
  EXPECT_TRUE(sums.wallets()[0].difference() == 941);
  EXPECT_TRUE(sums.difference() == 941);
}

TEST(LedgerSums, DifferencesOfTwoCurrenciesDoNotMakeUpForEachOther) {
  LedgerSums sums;
  sums.put_wallet(dollars(), 5);
  sums.put_wallet(*parse_currency("EUR"), -5);
  EXPECT_TRUE(sums.difference() == 10);
}

// The step was recorded, and the account says nothing of it.
TEST(LedgerSums, DifferWhenAnAccountIsNotPaidWhatItsStepSays) {
  LedgerSums sums;
  sums.put_owed(sale());
  EXPECT_TRUE(sums.difference() == 941);
}

TEST(LedgerSums, AreTheSameWhenTheyAreMadeOfWhatIsStored) {
  LedgerSums kept, made;
  do_sale(kept);
  kept.entered(sale(), entry_of(sale()));
  do_sale(kept);  // a second one, which the ledger owes
  made.put({{LedgerKind::assets_psp, "sandbox"}, dollars(), 1'000, 7, 0});
  made.put({wallet_account(shop()), dollars(), -941, 7, 0});
  made.put({{LedgerKind::revenue_fees, {}}, dollars(), -59, 7, 0});
  made.put_wallet(dollars(), 2 * 941);
  made.put_owed(sale());
  EXPECT_EQ(made.rows(), kept.rows());
  EXPECT_EQ(made.wallets(), kept.wallets());
}

TEST(LedgerSums, OfARefusedStepChangeNothing) {
  MoneyStep refused = sale();
  refused.state = StepState::refused;
  LedgerSums sums;
  sums.put_owed(refused);
  EXPECT_TRUE(sums.wallets()[0].payments_net == 0);
  EXPECT_TRUE(sums.wallets()[0].owed == 0);
}

}  // namespace
}  // namespace florin
