// The ledger over HTTP: it adds up, it says what the wallets say, and its entries are those of the payments.
#include <gtest/gtest.h>

#include "tests/unit/api/payment_kit.hpp"

namespace florin {
namespace {

void pay(PaymentKit& kit, int number) {
  const std::string order = "po-" + std::to_string(number);
  ASSERT_EQ(kit.pay_request(kit.body("co-" + std::to_string(number), order)).summary(), "201");
  kit.psp.pay(order);
  ASSERT_EQ(kit.webhook(kit.event(order)).summary(), "200");
  ASSERT_EQ(kit.payment(order).at("/sub_status"), "done");
}

TEST(LedgerApi, IsEmptyBeforeAnybodyPays) {
  PaymentKit kit;
  const Answer balances = kit.api.get("/v1/ledger/balances");
  EXPECT_EQ(balances.summary(), "200");
  EXPECT_EQ(balances.at("/accounts"), "[]");
  EXPECT_EQ(balances.at("/partitions/3"), kit.api.get("/v1/ledger/balances").at("/partitions/3"));
  EXPECT_EQ(kit.api.get("/v1/ledger/balances/revenue:fees?currency=USD").at("/balance"), "0.00");
  EXPECT_EQ(kit.api.get("/v1/ledger/entries?account=revenue:fees&currency=USD").at("/data"), "[]");
}

TEST(LedgerApi, AddsUpAndSaysWhatTheWalletsSay) {
  PaymentKit kit;
  for (int i = 1; i <= 3; ++i) pay(kit, i);
  const Answer balances = kit.api.get("/v1/ledger/balances");
  std::string rows;
  for (int i = 0; balances.at("/accounts/" + std::to_string(i)) != "-"; ++i) {
    const std::string row = "/accounts/" + std::to_string(i);
    rows += balances.at(row + "/account") + " " + balances.at(row + "/balance") + "\n";
  }
  EXPECT_EQ(rows, "assets:psp:sandbox 30.00\nliabilities:wallet -28.23\nrevenue:fees -1.77\n");
  EXPECT_EQ(balances.at("/totals/0/debits"), "30.00");
  EXPECT_EQ(balances.at("/totals/0/credits"), "30.00");
  EXPECT_EQ(balances.at("/wallets/0/payments_net"), "28.23");
  EXPECT_EQ(balances.at("/wallets/0/ledger_credit"), "28.23");
  EXPECT_EQ(balances.at("/wallets/0/owed"), "0.00");
  EXPECT_EQ(balances.at("/wallets/0/difference"), "0.00");
  EXPECT_EQ(balances.at("/position"), balances.header("Florin-Position"));
}

TEST(LedgerApi, ComparesOneWalletWithItsAccount) {
  PaymentKit kit;
  pay(kit, 1);
  // A transfer of a client's is no payment.
  kit.api.deposit(kit.api.id("shop"), "5.00");
  const Answer wallet = kit.api.get("/v1/ledger/balances/liabilities:wallet:shop?currency=USD");
  EXPECT_EQ(wallet.at("/balance"), "-9.41");
  EXPECT_EQ(wallet.at("/payments_net"), "9.41");
  EXPECT_EQ(wallet.at("/owed"), "0.00");
  EXPECT_EQ(wallet.at("/difference"), "0.00");
  const Answer psp = kit.api.get("/v1/ledger/balances/assets:psp:sandbox?currency=USD");
  EXPECT_EQ(psp.at("/balance"), "10.00");
  EXPECT_EQ(psp.at("/payments_net"), "-");
}

// It is kept in every partition, as @outside is: what one of them has is not the account.
TEST(LedgerApi, ASystemAccountIsShownAsOne) {
  PaymentKit kit;
  for (const char* seller : {"shop", "shop-2", "shop-3", "shop-4"}) {
    if (std::string_view(seller) != "shop") kit.api.open(kit.api.id(seller));
    const std::string order = std::string("po-") + seller;
    const std::string body = kit.body("co-" + order, order, "", "10.00", seller);
    ASSERT_EQ(kit.pay_request(body).summary(), "201") << seller;
    kit.psp.pay(order);
    ASSERT_EQ(kit.webhook(kit.event(order)).summary(), "200");
  }
  const Answer psp = kit.api.get("/v1/accounts/@psp:USD");
  EXPECT_EQ(psp.summary(), "200");
  EXPECT_EQ(psp.at("/posted"), "-40.00");
  const Answer page = kit.api.get("/v1/accounts/@psp:USD/entries");
  EXPECT_EQ(page.summary(), "200");
  EXPECT_NE(page.at("/data/3/position"), "-");
  EXPECT_EQ(page.at("/data/4"), "-");
}

TEST(LedgerApi, ListsEntriesNewestFirstInPages) {
  PaymentKit kit;
  for (int i = 1; i <= 5; ++i) pay(kit, i);
  for (const char* account : {"liabilities:wallet:shop", "assets:psp:sandbox", "revenue:fees"}) {
    std::string seen, cursor;
    do {
      const Answer page =
          kit.api.get(std::string("/v1/ledger/entries?currency=USD&limit=2&account=") + account +
                      (cursor.empty() ? "" : "&cursor=" + cursor));
      ASSERT_EQ(page.summary(), "200") << page.body;
      for (int i = 0; page.at("/data/" + std::to_string(i)) != "-"; ++i)
        seen += page.at("/data/" + std::to_string(i) + "/origin/id") + " ";
      cursor = page.at("/next_cursor");
    } while (cursor != "null");
    EXPECT_EQ(seen, "po-5 po-4 po-3 po-2 po-1 ") << account;
  }
}

TEST(LedgerApi, ShowsAnEntryWithAllItsLines) {
  PaymentKit kit;
  pay(kit, 1);
  const Answer page =
      kit.api.get("/v1/ledger/entries?account=liabilities:wallet:shop&currency=USD");
  EXPECT_EQ(page.at("/data/0/entry_id"), "payment/po-1/card_success/1");
  EXPECT_EQ(page.at("/data/0/rule"), "card_success");
  EXPECT_EQ(page.at("/data/0/origin/kind"), "payment");
  EXPECT_EQ(page.at("/data/0/value_date"), "2026-09-21");
  EXPECT_EQ(page.at("/data/0/lines/0/account"), "assets:psp:sandbox");
  EXPECT_EQ(page.at("/data/0/lines/0/amount"), "10.00");
  EXPECT_EQ(page.at("/data/0/lines/1/amount"), "-9.41");
  EXPECT_EQ(page.at("/data/0/lines/2/amount"), "-0.59");
  // The statement of the wallet names the same step.
  EXPECT_EQ(kit.api.get("/v1/accounts/shop/entries").at("/data/0/step"),
            page.at("/data/0/entry_id"));
}

TEST(LedgerApi, RefusesWhatIsNoAccountOrCursor) {
  PaymentKit kit;
  pay(kit, 1);
  const auto param = [&](const std::string& target) { return kit.api.get(target).at("/param"); };
  EXPECT_EQ(param("/v1/ledger/balances/assets:gold?currency=USD"), "/ledger_account");
  EXPECT_EQ(param("/v1/ledger/balances/revenue:fees"), "/currency");
  EXPECT_EQ(param("/v1/ledger/balances/revenue:fees?currency=usd"), "/currency");
  EXPECT_EQ(param("/v1/ledger/entries?currency=USD"), "/account");
  EXPECT_EQ(param("/v1/ledger/entries?account=revenue:fees"), "/currency");
  EXPECT_EQ(param("/v1/ledger/entries?account=revenue:fees&currency=USD&limit=0"), "/limit");
  EXPECT_EQ(param("/v1/ledger/entries?account=revenue:fees&currency=USD&cursor=x"), "/cursor");
  EXPECT_EQ(param("/v1/ledger/balances?consistency=x"), "/consistency");
  // Of another account's list.
  for (int i = 2; i <= 3; ++i) pay(kit, i);
  const std::string cursor =
      kit.api.get("/v1/ledger/entries?account=revenue:fees&currency=USD&limit=1")
          .at("/next_cursor");
  EXPECT_EQ(
      param("/v1/ledger/entries?account=liabilities:suspense:x&currency=USD&cursor=" + cursor),
      "/cursor");
}

}  // namespace
}  // namespace florin
