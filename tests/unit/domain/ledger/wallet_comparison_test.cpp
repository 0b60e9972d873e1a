// Wallet and ledger say the same of each account, and sums of the ledger are a whole.
#include "domain/ledger/wallet_comparison.hpp"

#include <gtest/gtest.h>

#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

WalletComparison comparison_of(PaymentBooks& books, const AccountId& id) {
  return compare_wallet(books.account(id), books.books(), books.owed()).value();
}

TEST(WalletComparison, ExplainsWhatTheLedgerOwes) {
  PaymentBooks books;
  books.open(account_of(seller));
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  WalletComparison comparison = comparison_of(books, seller);
  EXPECT_TRUE(comparison.payments_net == 970 && comparison.owed == 970);
  EXPECT_TRUE(comparison.ledger_credit == 0 && comparison.agrees());
  books.enter(enter_of(step));
  comparison = comparison_of(books, seller);
  EXPECT_TRUE(comparison.ledger_credit == 970 && comparison.owed == 0 && comparison.agrees());
  EXPECT_TRUE(books.owed().is_empty());
}

TEST(WalletComparison, ExplainsDebts) {
  PaymentBooks books;
  books.open(account_of(seller));
  const StepContent step = step_of(MoneyRule::dispute_withdrawn, 100);
  books.ask(step);
  EXPECT_TRUE(comparison_of(books, seller).debt_owed == 100);
  EXPECT_TRUE(comparison_of(books, seller).agrees());
  books.enter(enter_of(step));
  EXPECT_TRUE(comparison_of(books, seller).ledger_debt == 100);
  EXPECT_TRUE(comparison_of(books, seller).agrees());
}

TEST(WalletComparison, SeesMoneyThatOnlyOneSideKnows) {
  PaymentBooks books;
  books.open(account_of(seller));
  const StepContent step = step_of(MoneyRule::card_success, 1'000, 30);
  books.ask(step);
  books.enter(enter_of(step));
  books.account(seller).payments_net += 1;
  EXPECT_TRUE(comparison_of(books, seller).difference() == 1);
  books.account(seller).payments_net -= 1;
  books.account(seller).debt = 5;
  EXPECT_FALSE(comparison_of(books, seller).agrees());
  EXPECT_TRUE(comparison_of(books, seller).debt_difference() == 5);
}

TEST(WalletComparison, IsOfAccountsThatTheLedgerHas) {
  for (const SystemAccount name : all_system_accounts) {
    const bool is_mirrored = name == SystemAccount::fees || name == SystemAccount::checkouts ||
                             name == SystemAccount::refunds || name == SystemAccount::payouts;
    const auto mirror = mirror_of(system_account_id(name, usd));
    EXPECT_EQ(mirror.has_value(), is_mirrored) << to_string(name);
    EXPECT_TRUE(!mirror || is_valid(*mirror)) << to_string(name);
  }
  EXPECT_EQ(to_string(mirror_of(seller).value()), "liabilities:wallet:seller");
}

// What a client does with its money is no payment's, and the ledger has nothing to say of it.
TEST(WalletComparison, LeavesClientsTransfersAlone) {
  PaymentBooks books;
  books.open(account_of(seller));
  books.ask(step_of(MoneyRule::card_success, 1'000, 30));
  evolve_debited(books.account(seller), 900, day, {9, 0, 0});
  EXPECT_EQ(books.account(seller).payments_net, 970);
  EXPECT_TRUE(comparison_of(books, seller).agrees());
}

// --- sums --------------------------------------------------------------------------------------------------

LedgerBalance balance_of(LedgerKind kind, const std::string& name, WideMinor balance,
                         Currency currency = usd) {
  LedgerBalance of;
  of.account = {kind, name};
  of.currency = currency;
  of.balance = balance;
  return of;
}

TEST(TrialBalances, AddUpPartitions) {
  LedgerTrialBalance trial;
  for (int partition = 0; partition < 2; ++partition) {
    trial.add(balance_of(LedgerKind::assets_psp, "sandbox", 1'000));
    trial.add(balance_of(LedgerKind::revenue_fees, "", -30));
    trial.add(balance_of(LedgerKind::liabilities_wallet, "s" + std::to_string(partition), -970));
  }
  EXPECT_EQ(trial.unbalanced(), std::nullopt);
  ASSERT_EQ(trial.sums().size(), 1U);
  EXPECT_EQ(trial.sums()[0], (TrialSum{usd, 2'000, 2'000}));
  EXPECT_EQ(trial.rows().size(), 4U);
  const auto by_kind = trial.by_kind();
  ASSERT_EQ(by_kind.size(), 3U);
  EXPECT_EQ(by_kind[1], (TrialRow{usd, {LedgerKind::liabilities_wallet, ""}, -1'940}));
}

TEST(TrialBalances, NameTheCurrencyThatDoesNotBalance) {
  LedgerTrialBalance trial;
  trial.add(balance_of(LedgerKind::assets_psp, "sandbox", 5));
  trial.add(balance_of(LedgerKind::revenue_fees, "", -5));
  trial.add(balance_of(LedgerKind::assets_psp, "sandbox", 5, eur));
  trial.add(balance_of(LedgerKind::revenue_fees, "", -4, eur));
  EXPECT_EQ(trial.unbalanced(), eur) << "money of one currency is none of another";
}

}  // namespace
}  // namespace florin
