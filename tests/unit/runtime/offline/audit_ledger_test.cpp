// What the audit says of wallets and the ledger of payments: clean where they agree, and every way in which they may not, which only a
// fault of the node could bring about.
#include "runtime/offline/audit_ledger.hpp"

#include <gtest/gtest.h>

#include "persistence/codec/state_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/payment_books.hpp"

namespace florin::ledger_audit {
namespace {

using namespace payment_words;

class AuditLedgerTest : public testing::Test {
 protected:
  AuditLedgerTest() {
    apply(AccountOpened{seller, usd, AccountKind::merchant, false, no_daily_limit, {}});
    books_.open(account_of(seller));
  }
  // Both hear of it.
  void apply(const Event& event) {
    const LogIndex index = state_.last_index() + 1;
    EXPECT_EQ(state_.contradiction(event, {index, 0, 0}), std::nullopt);
    state_.apply(event, {index, 0, 0}, noon);
    state_.end_entry(index, noon, Hash{});
    audit_.take(event);
  }
  // 10.00 for the seller, less 0.59.
  MoneyStepDone done() {
    EXPECT_EQ(books_.ask(sale_).answer.code, StepAnswerCode::done);
    return books_.done.back();
  }
  LedgerEntryPosted entry() {
    EXPECT_EQ(books_.enter(enter_of(sale_)).code, EnterCode::entered);
    return books_.entries.back();
  }
  void expect_differs(const std::string& what) {
    EXPECT_EQ(audit_.differs(), std::nullopt);
    const auto finding = audit_.differs_from(state_);
    ASSERT_TRUE(finding) << "not found: " << what;
    EXPECT_NE(finding->find(what), std::string::npos) << *finding;
  }
  AccountState& account() { return *state_.account(seller); }

  PartitionMap map_{orders_partition + 1};
  MemoryStateStore store_;
  PartitionState state_{0, map_, store_, SIZE_MAX};
  PaymentBooks books_;
  AuditLedger audit_;
  StepContent sale_ = step_of(MoneyRule::card_success, 1'000, 59);
};

TEST_F(AuditLedgerTest, AgreesBeforeTheLedgerHasItsEntryAndAfter) {
  apply(done());
  EXPECT_EQ(audit_.differs(), std::nullopt);
  EXPECT_EQ(audit_.differs_from(state_), std::nullopt);
  EXPECT_TRUE(state_.ledger_sums().difference() == 0);
  apply(entry());
  EXPECT_EQ(audit_.differs(), std::nullopt);
  EXPECT_EQ(audit_.differs_from(state_), std::nullopt);
  EXPECT_TRUE(state_.ledger_sums().difference() == 0);
  EXPECT_EQ(audit_.wallets(), 1U);
}

TEST_F(AuditLedgerTest, SeesAnEntryOfAnotherAmountThanTheWalletDid) {
  audit_.take(done());
  LedgerEntryPosted posted = entry();
  for (EntryLine& line : posted.lines) line.amount *= 2;
  audit_.take(posted);
  EXPECT_EQ(audit_.differs(), "wallet and ledger say different things of seller");
}

TEST_F(AuditLedgerTest, SeesAnEntryOfWhatNoWalletDid) {
  static_cast<void>(done());
  audit_.take(entry());
  EXPECT_EQ(audit_.differs(), "wallet and ledger say different things of seller");
}

TEST_F(AuditLedgerTest, SeesAnEntryThatComesTwice) {
  audit_.take(done());
  const LedgerEntryPosted posted = entry();
  audit_.take(posted);
  EXPECT_EQ(audit_.differs(), std::nullopt);
  audit_.take(posted);
  EXPECT_EQ(audit_.differs(), "wallet and ledger say different things of seller");
}

TEST_F(AuditLedgerTest, SeesAnEntryWhoseLinesDoNotAddUp) {
  audit_.take(done());
  LedgerEntryPosted posted = entry();
  for (EntryLine& line : posted.lines)
    if (line.account.kind == LedgerKind::assets_psp) line.amount += 1;
  audit_.take(posted);
  EXPECT_EQ(audit_.differs(), "the ledger does not balance in USD");
}

TEST_F(AuditLedgerTest, SeesAnAccountThatSaysSomethingElse) {
  apply(done());
  apply(entry());
  account().payments_net += 1;
  expect_differs("payments_net of seller differs from the sum of its postings by payments");
}

TEST_F(AuditLedgerTest, SeesPaymentsOfAnAccountThatIsNotThere) {
  apply(done());
  MoneyStepDone other = books_.done.back();
  for (PostedMove& posted : other.moves)
    for (AccountId* id : {&posted.move.from, &posted.move.to})
      if (*id == seller) *id = buyer;
  audit_.take(other);
  expect_differs("payments of an account that is not there");
}

TEST_F(AuditLedgerTest, SeesWhatTheNodeDoesNotKnowToBeOwed) {
  apply(done());
  audit_.take(entry());
  expect_differs("what the ledger owes of seller differs from the sum of its steps");
}

TEST_F(AuditLedgerTest, SeesABalanceOfTheLedgerThatIsAnother) {
  apply(done());
  apply(entry());
  LedgerEntryPosted correction = books_.entries.back();
  correction.step->name.n = 2;
  correction.lines = {{{LedgerKind::assets_psp, "sandbox"}, 5, {}},
                      {{LedgerKind::revenue_fees, {}}, -5, {}}};
  audit_.take(correction);
  expect_differs("the ledger's balance of ");
}

TEST_F(AuditLedgerTest, SeesAnAccountOfTheLedgerThatIsNotThere) {
  apply(done());
  apply(entry());
  LedgerEntryPosted correction = books_.entries.back();
  correction.step->name.n = 2;
  correction.lines = {{{LedgerKind::assets_psp, "other"}, 5, {}},
                      {{LedgerKind::assets_psp, "another"}, -5, {}}};
  audit_.take(correction);
  expect_differs("entries of an account that the ledger does not have");
}

// What the metric says of it: a wallet that is paid without its step is known by its own word.
TEST_F(AuditLedgerTest, TheNodesOwnSumsSeeAWalletThatIsPaidWithoutAStep) {
  apply(done());
  apply(entry());
  EXPECT_TRUE(state_.ledger_sums().difference() == 0);
  const Checkpoint rows = state_.collect_checkpoint();
  ASSERT_TRUE(store_.write(rows.writes));
  account().payments_net += 7;
  const std::string row = encode_account(account());
  ASSERT_TRUE(store_.write({{Table::accounts, account_key(seller), row}}));
  PartitionState again(0, map_, store_, SIZE_MAX);
  ASSERT_TRUE(again.load());
  EXPECT_TRUE(again.ledger_sums().difference() == 7);
}

}  // namespace
}  // namespace florin::ledger_audit
