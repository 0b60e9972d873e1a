// The checkers that judge the books and the end of a run object to what must not be there: books_balance,
// clearing_zero, nothing_open, replay_equals_live.
#include "tests/unit/sim/doctored_history.hpp"
#include "tests/unit/sim/replayed_partition.hpp"

namespace florin::sim {
namespace {

AccountOpened opening_of(const AccountId& account) {
  return {account, dollars(), AccountKind::user, false, no_daily_limit, {}};
}

// Two partitions with an account each, as their nodes have them and as their logs say. p0 starts transfers.
class EndOfRun : public DoctoredHistory {
 protected:
  EndOfRun() {
    for (ReplayedPartition* p : {&payers_, &payers_follower_}) p->log({opening_of(payer())});
    for (ReplayedPartition* p : {&payees_, &payees_follower_}) p->log({opening_of(payee())});
  }
  void deposit(Minor amount) {
    const TransferPosted posted{id_seven(), outside(), payer(), amount, dollars(), {}, {}};
    for (ReplayedPartition* p : {&payers_, &payers_follower_}) p->log({posted});
  }
  static AccountId outside() { return AccountId::from_trusted("@outside:USD"); }
  void end() {
    EndView end{operations_,
                {&payers_.state(), &payees_.state()},
                {&payers_follower_.state(), &payees_follower_.state()},
                {}};
    checker().at_end(end);
  }

  ReplayedPartition payers_{0, map_}, payers_follower_{0, map_};
  ReplayedPartition payees_{1, map_}, payees_follower_{1, map_};
};

class ClearingZeroTest : public EndOfRun {
  std::unique_ptr<Checker> make() override { return make_clearing_zero(run_); }
};

TEST_F(ClearingZeroTest, IsSilentWhenWhatOnePartitionGaveTheOtherGot) {
  deposit(100);
  payers_follower_.log({started(30, Protocol::saga)});
  const TransferId id{payers_follower_.state().last_index(), 0, 0};
  payers_follower_.log({StepApplied{{id, 0}, content(0), {}}});
  payees_follower_.log({StepApplied{{id, 1}, content(1), {}}});
  end();
  expect_fine();
}

TEST_F(ClearingZeroTest, SeesMoneyBetweenTwoPartitions) {
  deposit(100);
  payers_follower_.log({started(30, Protocol::saga)});
  const TransferId id{payers_follower_.state().last_index(), 0, 0};
  payers_follower_.log({StepApplied{{id, 0}, content(0), {}}});
  end();
  expect_wrong("USD: 30 minor units are between partitions");
}

class NothingOpenTest : public EndOfRun {
  std::unique_ptr<Checker> make() override { return make_nothing_open(run_); }
};

TEST_F(NothingOpenTest, IsSilentWhenAllIsOver) {
  deposit(100);
  const auto number = ask(transfer(30));
  operations_[number].answer = answer(Verdict::completed, 4);
  end();
  expect_fine();
}

TEST_F(NothingOpenTest, SeesARequestThatNobodyAnswered) {
  ask(transfer(30));
  end();
  expect_wrong("request #0 was never answered");
}

TEST_F(NothingOpenTest, SeesAnOpenTransfer) {
  payers_.log({started()});
  end();
  expect_wrong("p0 has 1 open transfers");
}

TEST_F(NothingOpenTest, SeesALegThatIsKept) {
  payees_.log({LegCancelledEarly{leg(1), payee()}});
  end();
  expect_wrong("p1 still keeps leg 1 of");
}

TEST_F(NothingOpenTest, SeesMoneyThatIsHeldOrExpected) {
  payers_.state().account(payer())->held = 1;
  end();
  expect_wrong("p0 payer still holds or expects money");
}

TEST_F(NothingOpenTest, SeesRoomThatIsKeptForMoneyThatNeverComes) {
  payees_.state().account(payee())->incoming = 1;
  end();
  expect_wrong("p1 payee still holds or expects money");
}

class ReplayEqualsLiveTest : public EndOfRun {
  std::unique_ptr<Checker> make() override { return make_replay_equals_live(run_); }

 protected:
  void recover() { checker().on_recovered(payers_.state(), payers_follower_.state()); }
  // Into the one that lives, without the log's knowing.
  void slip_in(const Event& event) {
    PartitionState& live = payers_.state();
    live.apply(event, live.last_position(), live.last_time());
  }
};

TEST_F(ReplayEqualsLiveTest, IsSilentWhenTheyAreTheSame) {
  deposit(100);
  recover();
  end();
  expect_fine();
}

TEST_F(ReplayEqualsLiveTest, SeesAnAccountThatTheLogDoesNotKnowSo) {
  payers_.state().account(payer())->available = 7;
  end();
  expect_wrong("p0 payer: the live account is not what the log says");
}

TEST_F(ReplayEqualsLiveTest, SeesAnAccountThatWasRecoveredOtherwise) {
  payers_.state().account(payer())->debited_today = 7;
  recover();
  expect_wrong("p0 payer: the recovered account is not what the log says");
}

TEST_F(ReplayEqualsLiveTest, SeesALostEntry) {
  payers_follower_.log({AccountFrozen{payer(), ""}});
  recover();
  expect_wrong("the recovered state is at entry 1, the log at 2");
}

TEST_F(ReplayEqualsLiveTest, SeesAnotherChain) {
  payers_.log({AccountFrozen{payer(), "this"}});
  payers_follower_.log({AccountFrozen{payer(), "that"}});
  end();
  expect_wrong("the live chain is not the log's");
}

TEST_F(ReplayEqualsLiveTest, SeesOtherSums) {
  slip_in(TransferPosted{id_seven(), outside(), payer(), 0, dollars(), {}, {}});
  end();
  expect_wrong("the live sums are not what the log says");
}

TEST_F(ReplayEqualsLiveTest, SeesOneAccountMore) {
  slip_in(opening_of(AccountId::from_trusted("stranger")));
  end();
  expect_wrong("the live number of accounts is wrong");
}

TEST_F(ReplayEqualsLiveTest, SeesAnotherFence) {
  slip_in(FenceAdvanced{1, 5});
  end();
  expect_wrong("the live fences are not what the log says");
}

TEST_F(ReplayEqualsLiveTest, SeesAnotherLeg) {
  slip_in(LegCancelledEarly{{{1, 0, 1}, 0}, payer()});
  end();
  expect_wrong("the live legs are not what the log says");
}

TEST_F(ReplayEqualsLiveTest, SeesAnotherTransfer) {
  slip_in(started());
  end();
  expect_wrong("the live transfers are not what the log says");
}

class BooksBalanceTest : public EndOfRun {
  std::unique_ptr<Checker> make() override { return make_books_balance(run_); }

 protected:
  void look() { checker().on_durable(0, 2, "", payers_follower_.state()); }
  AccountState& account() { return *payers_follower_.state().account(payer()); }
  static Answer page(std::vector<std::string> accounts) {
    Answer seen = answer(Verdict::accounts, 4);
    for (auto& account : accounts) seen.page.emplace_back(std::move(account), AccountSeen{});
    return seen;
  }
  std::uint32_t ask_for_page(std::int64_t limit) {
    Action list = question(ActionKind::list_accounts);
    list.amount = limit;
    list.other = 2;  // behind "a"
    return ask(list);
  }
};

TEST_F(BooksBalanceTest, IsSilentWhenTheyDo) {
  deposit(100);
  look();
  workload_.accounts.push_back({.id = "a", .currency = "USD", .partition = 0});
  hear(ask_for_page(2), page({"payer"}));
  Answer balance = answer(Verdict::balances, 4);
  balance.balances = {{"USD", true}};
  hear(ask(question(ActionKind::trial_balance)), balance);
  expect_fine();
}

TEST_F(BooksBalanceTest, SeesMoneyOutOfNothing) {
  deposit(100);
  account().available += 5;
  look();
  expect_wrong("p0:2 the accounts in USD do not add up to the partition's own sum");
}

TEST_F(BooksBalanceTest, SeesThatLessThanNothingIsHeld) {
  deposit(100);
  account().held = -3;
  account().available += 3;
  look();
  expect_wrong("p0:2 payer holds less than nothing");
}

TEST_F(BooksBalanceTest, SeesABalanceBelowZero) {
  deposit(100);
  account().available -= 101;
  account().held += 101;
  look();
  expect_wrong("p0:2 payer has less than nothing");
}

TEST_F(BooksBalanceTest, SeesACurrencyWithoutSums) {
  account().available = 5;
  look();
  expect_wrong("p0:2 USD has balances but no sums");
}

TEST_F(BooksBalanceTest, SeesATrialBalanceThatIsNotZero) {
  Answer balance = answer(Verdict::balances, 4);
  balance.balances = {{"USD", false}};
  hear(ask(question(ActionKind::trial_balance)), balance);
  expect_wrong("the trial balance in USD is not zero");
}

TEST_F(BooksBalanceTest, SeesAPageThatIsTooLong) {
  workload_.accounts.push_back({.id = "a", .currency = "USD", .partition = 0});
  workload_.accounts.push_back({.id = "q", .currency = "USD", .partition = 0});
  hear(ask_for_page(1), page({"payer", "q"}));
  expect_wrong("the page is too long");
}

TEST_F(BooksBalanceTest, SeesAPageThatIsNotInOrder) {
  workload_.accounts.push_back({.id = "a", .currency = "USD", .partition = 0});
  hear(ask_for_page(8), page({"a"}));
  expect_wrong("the page is not in order of accounts");
}

TEST_F(BooksBalanceTest, SeesAStrangerInAPage) {
  workload_.accounts.push_back({.id = "a", .currency = "USD", .partition = 0});
  hear(ask_for_page(8), page({"payee"}));
  expect_wrong("payee does not live there");
}

}  // namespace
}  // namespace florin::sim
