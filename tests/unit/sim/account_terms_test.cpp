// The checker account_terms on histories that were written by hand: right ones pass, each wrong one is found.
#include <gtest/gtest.h>

#include "actors/partition/partition.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "sim/checkers/checkers.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::sim {
namespace {

using namespace florin::words;

// A log of partition 0, one event in each entry.
class AccountTermsCheck : public ::testing::Test {
 protected:
  AccountTermsCheck() {
    log(AccountOpened{alice, usd, AccountKind::user, false, 100, {}});
    log(AccountOpened{bob, usd, AccountKind::user, false, no_daily_limit, {}});
    log(TransferPosted{uuid(1), outside_usd, alice, 1'000, usd, {}, {}});
  }

  void log(const Event& event, Timestamp time = noon) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.index = ++index_;
    header.time = time;
    checker_->on_durable(0, index_, builder.finish(header), follower_.state());
  }
  Event posted(Minor amount, Currency currency = usd) {
    return TransferPosted{uuid(2), alice, bob, amount, currency, {}, {}};
  }
  // A leg of alice in a transfer that starts now.
  LegKey start(Protocol protocol = Protocol::tcc) {
    TransferStarted started;
    started.transaction_id = uuid(3);
    started.owner = alice;
    started.protocol = protocol;
    started.currency = usd;
    started.deadline = noon + second;
    started.legs = {{alice, 0, LegRole::debit, 60},
                    {account_in(1, 2, "carol"), 1, LegRole::credit, 60}};
    log(started);
    return {{index_, 0, 0}, 0};
  }
  LegContent leg_content() {
    return {alice, account_in(1, 2, "carol"), uuid(3), 60, usd, LegRole::debit};
  }
  std::string found() const { return checker_->violation().value_or(""); }
  bool finds(const std::string& part) const { return found().find(part) != std::string::npos; }

  SimOptions options_;
  Workload workload_;
  RunView run_{options_, workload_};
  PartitionMap map_{2};
  MemoryStateStore store_;
  Partition follower_{0, map_, store_, {}};
  LogIndex index_ = 0;
  std::unique_ptr<Checker> checker_ = make_account_terms(run_, false);
};

TEST_F(AccountTermsCheck, PassesWhatTheTermsAllow) {
  log(posted(40));
  const LegKey leg = start();
  log(LegTried{leg, leg_content()});
  log(LegRefused{start(), leg_content(), Rejection::daily_limit_exceeded});
  log(LegCancelled{leg});
  log(posted(60));
  log(posted(100), noon + day);  // another day, the whole limit again
  EXPECT_EQ(found(), "");
}

TEST_F(AccountTermsCheck, FindsAPayeeThatIsFrozen) {
  log(AccountFrozen{bob, "why"});
  log(posted(1));
  EXPECT_TRUE(finds("bob is paid 1, but: account_frozen")) << found();
}

TEST_F(AccountTermsCheck, FindsMoneyThatIsNotThere) {
  log(TransferPosted{uuid(2), bob, alice, 1, usd, {}, {}});
  EXPECT_TRUE(finds("bob pays 1, but: insufficient_available")) << found();
}

TEST_F(AccountTermsCheck, FindsAnotherCurrency) {
  log(posted(1, eur));
  EXPECT_TRUE(finds("currency_mismatch")) << found();
}

TEST_F(AccountTermsCheck, FindsADayThatGoesBeyondItsLimit) {
  log(posted(60));
  log(posted(41));
  EXPECT_TRUE(finds("daily_limit_exceeded")) << found();
}

TEST_F(AccountTermsCheck, FindsARefusalWithoutReason) {
  log(LegRefused{start(), leg_content(), Rejection::daily_limit_exceeded});
  EXPECT_TRUE(finds("is refused with daily_limit_exceeded, but: nothing is against it")) << found();
}

TEST_F(AccountTermsCheck, FindsARefusalWithAnotherReasonThanTheFirst) {
  log(AccountFrozen{alice, "why"});
  log(TransferRefused{uuid(2), alice, bob, 500, usd, Rejection::daily_limit_exceeded});
  EXPECT_TRUE(finds("but: account_frozen")) << found();
}

TEST_F(AccountTermsCheck, FindsARefusalThatBlamesTheOtherSide) {
  log(AccountFrozen{bob, "why"});
  const TransferRefused refused{uuid(2), alice, bob, 5, usd, Rejection::account_frozen};
  log(SidedRefusal{refused, RefusedSide::to});
  EXPECT_EQ(found(), "");
  log(SidedRefusal{refused, RefusedSide::from});
  EXPECT_TRUE(finds("the other side is blamed")) << found();
}

TEST_F(AccountTermsCheck, FindsMetadataOfAClosedAccount) {
  log(AccountMetadataChanged{bob, {{"a", "1"}}});
  log(AccountClosed{bob, "why"});
  EXPECT_EQ(found(), "");
  log(AccountMetadataChanged{bob, {{"a", "2"}}});
  EXPECT_TRUE(finds("has its metadata changed and is closed")) << found();
}

TEST_F(AccountTermsCheck, FindsAConfirmationAfterTheDeadline) {
  const LegKey leg = start();
  log(TransferDecided{leg.transfer, Decision::confirm, std::nullopt, TransferDecided::no_leg, {}},
      noon + 2 * second);
  EXPECT_TRUE(finds("after its deadline")) << found();
}

TEST_F(AccountTermsCheck, FindsAConfirmationAfterTheClientsDeadline) {
  const LegKey leg = start();
  log(ClientDeadlineGiven{leg.transfer, noon});
  log(TransferDecided{leg.transfer, Decision::confirm, std::nullopt, TransferDecided::no_leg, {}},
      noon + 1);
  EXPECT_TRUE(finds("after its deadline")) << found();
}

TEST_F(AccountTermsCheck, FindsALastStepThatIsSentAfterTheDeadline) {
  const LegKey leg = start(Protocol::saga);
  log(TryAnswered{leg, {AnswerCode::ok, std::nullopt}}, noon + 2 * second);
  EXPECT_TRUE(finds("sends the last step")) << found();
}

TEST_F(AccountTermsCheck, FindsAParticipantThatJudgesADeadline) {
  log(LegRefused{start(), leg_content(), Rejection::deadline_passed}, noon + 2 * second);
  EXPECT_TRUE(finds("is refused with deadline_passed, but: nothing is against it")) << found();
}

TEST_F(AccountTermsCheck, FindsALegOfATransferThatIsInNoLog) {
  log(LegTried{{{7, 0, 1}, 0}, leg_content()});
  EXPECT_TRUE(finds("in a transfer that is in no log")) << found();
}

TEST_F(AccountTermsCheck, FindsALegThatEndsTwice) {
  const LegKey leg = start();
  log(LegTried{leg, leg_content()});
  log(LegConfirmed{leg, leg_content(), {}});
  log(LegConfirmed{leg, leg_content(), {}});
  EXPECT_TRUE(finds("which is not open")) << found();
}

TEST_F(AccountTermsCheck, FindsAnAccountThatIsClosedAndNotEmpty) {
  log(AccountClosed{alice, "why"});
  EXPECT_TRUE(finds("is closed and not empty")) << found();
}

// --- amounts near the limits: what is held or expected counts beside the balance ------------------------------

class AccountThatMayOwe : public AccountTermsCheck {
 protected:
  AccountThatMayOwe() {
    log(AccountOpened{owing_, usd, AccountKind::user, true, no_daily_limit, {}});
  }
  LegContent leg(LegRole role, Minor amount) {
    return {owing_, account_in(1, 2, "carol"), uuid(3), amount, usd, role};
  }
  const AccountId owing_ = AccountId::from_trusted("owing");
};

TEST_F(AccountThatMayOwe, FindsAHoldThatSixtyFourBitsCannotCount) {
  const LegKey first = start();
  log(LegTried{first, leg(LegRole::debit, INT64_MAX)});
  EXPECT_EQ(found(), "");
  const LegKey second = start();
  log(LegTried{second, leg(LegRole::debit, 1)});
  EXPECT_TRUE(finds("balance_overflow")) << found();
}

TEST_F(AccountThatMayOwe, FindsAnExpectedCreditThatSixtyFourBitsCannotCount) {
  log(TransferPosted{uuid(4), owing_, outside_usd, INT64_MAX, usd, {}, {}});
  const LegKey first = start();
  log(LegTried{first, leg(LegRole::credit, INT64_MAX)});
  EXPECT_EQ(found(), "");
  const LegKey second = start();
  log(LegTried{second, leg(LegRole::credit, 1)});
  EXPECT_TRUE(finds("balance_overflow")) << found();
}

TEST_F(AccountThatMayOwe, FindsAStepWhoseReturnHasNoRoom) {
  const LegKey first = start(Protocol::saga);
  log(StepApplied{first, leg(LegRole::debit, INT64_MAX), {}});
  EXPECT_EQ(found(), "");
  const LegKey second = start(Protocol::saga);
  log(StepApplied{second, leg(LegRole::debit, 1), {}});
  EXPECT_TRUE(finds("balance_overflow")) << found();
}

TEST_F(AccountThatMayOwe, FindsARefusalOfWhatHasRoom) {
  const LegKey key = start();
  log(LegRefused{key, leg(LegRole::debit, INT64_MAX), Rejection::balance_overflow});
  EXPECT_TRUE(finds("is refused with balance_overflow")) << found();
}

}  // namespace
}  // namespace florin::sim
