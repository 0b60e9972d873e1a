// The checkers of answers: account_terms objects to each kind of answer that is not what the log gives at its position,
// and to a follower that makes something else of the same entries; not_executed_is_kept to a promise that was broken.
#include <functional>

#include "tests/unit/sim/doctored_history.hpp"
#include "tests/unit/sim/replayed_partition.hpp"

namespace florin::sim {
namespace {

// A history of its own, for a test that tries several.
template <class Test>
class Concrete final : public Test {
 public:
  using Test::ask, Test::expect_wrong, Test::hear, Test::log, Test::heard;

 private:
  void TestBody() override {}
};

// Partition 0. 1: payer and q are opened. 2: payer gets 100. 3: it is frozen. 4: q gets 7, payer is unfrozen.
// 5: payer starts a transfer of 30, which is cancelled in entry 6.
class AnswersTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_account_terms(run_); }

 protected:
  AnswersTest() {
    workload_.accounts.push_back({.id = "q", .currency = "USD", .partition = 0});
    workload_.accounts.push_back({.id = "a", .currency = "USD", .partition = 0});  // never opened
    log_entry({opened("payer"), opened("q")});
    log_entry({deposit(payer(), 100, {0, 0, 100}, {0, 0, -100}, 21)});
    log_entry({AccountFrozen{payer(), ""}});
    log_entry({deposit(AccountId::from_trusted("q"), 7, {0, 0, 7}, {2, 0, -107}, 22),
               AccountUnfrozen{payer(), ""}});
    TransferStarted start = started();
    start.deadline = Timestamp{1'000};
    log_entry({start});
    const TransferId id{5, 0, 0};
    log_entry({TransferDecided{id, Decision::cancel, Rejection::account_frozen, 255, {}},
               TransferCancelled{id, Rejection::account_frozen, {}, {}, {}}});
  }
  static AccountOpened opened(const std::string& id) {
    return {AccountId::from_trusted(id), dollars(), AccountKind::user, false, no_daily_limit, {}};
  }
  static TransferPosted deposit(const AccountId& to, Minor amount, PostingTrail credit,
                                PostingTrail debit, std::uint8_t id) {
    Uuid transaction;
    transaction.bytes[15] = id;
    return {transaction, AccountId::from_trusted("@outside:USD"), to, amount, dollars(), debit,
            credit};
  }
  void log_entry(const std::vector<Event>& events) {
    const std::string bytes = follower_.log(events);
    checker().on_durable(0, follower_.state().last_index(), bytes, follower_.state());
  }

  void heard(const Action& action, Answer answer) { hear(ask(action), std::move(answer)); }
  static Answer at(LogIndex index, Ordinal ordinal, Verdict verdict) {
    Answer answer;
    answer.verdict = verdict;
    answer.position = {index, ordinal, 0};
    return answer;
  }
  static Answer account_at(LogIndex index, Ordinal ordinal, AccountSeen seen) {
    Answer answer = at(index, ordinal, Verdict::account);
    answer.account = std::move(seen);
    return answer;
  }
  static AccountSeen rich(bool frozen = false) {
    AccountSeen seen;
    seen.available = 100;
    seen.frozen = frozen;
    seen.currency = "USD";
    seen.last_posting = {2, 0, 0};
    return seen;
  }
  static AccountSeen small() {
    AccountSeen seen = rich();
    seen.available = 7;
    seen.last_posting = {4, 0, 0};
    return seen;
  }
  static Answer refused_at(LogIndex index, Rejection code, Verdict verdict = Verdict::rejected) {
    Answer answer = at(index, 0, verdict);
    answer.code = static_cast<std::uint8_t>(code);
    return answer;
  }
  static Action about_id_seven(ActionKind kind) {
    Action action = question(ActionKind::read_transfer);
    action.kind = kind;
    return action;
  }
  static Action about(ActionKind kind, std::uint32_t account = 0) {
    Action action = question(kind);
    action.account = account;
    if (kind == ActionKind::open_account) action.amount = 0;  // with the account's own terms
    return action;
  }
  Answer page_at(LogIndex index, std::vector<std::pair<std::string, AccountSeen>> page) {
    Answer answer = at(index, 1, Verdict::accounts);
    answer.page = std::move(page);
    return answer;
  }
  static Action pages(std::uint32_t after, std::int64_t limit) {
    Action list = about(ActionKind::list_accounts);
    list.other = after;
    list.amount = limit;
    return list;
  }
  static Answer sums_at(LogIndex index, WideMinor accounts, WideMinor clearing) {
    Answer answer = at(index, 0, Verdict::balances);
    answer.balances = {{"USD", true, accounts, clearing}};
    return answer;
  }
  static Answer status_at(LogIndex index, Ordinal ordinal, TransferSeen seen) {
    Answer answer = at(index, ordinal, Verdict::transfer);
    answer.transfer = seen;
    return answer;
  }
  static TransferSeen cancelled() {
    return {TransferPhase::refused,
            static_cast<std::uint8_t>(Rejection::account_frozen),
            0,
            Position{6, 1, 0},
            30,
            1};
  }

  ReplayedPartition follower_{0, map_};
};

TEST_F(AnswersTest, AreFineWhenTheyAreWhatTheLogSays) {
  heard(about(ActionKind::read_account), account_at(2, 0, rich()));
  heard(about(ActionKind::read_account), account_at(4, 0, rich(true)));
  heard(about(ActionKind::read_account), account_at(4, 1, rich()));
  heard(about(ActionKind::freeze), account_at(3, 0, rich(true)));
  heard(about(ActionKind::unfreeze), account_at(4, 1, rich()));
  heard(about(ActionKind::open_account), account_at(2, 0, rich()));
  heard(about(ActionKind::close), refused_at(4, Rejection::account_not_empty));
  heard(about(ActionKind::freeze, 3), refused_at(4, Rejection::account_not_found));
  heard(about(ActionKind::follower_read, 3), refused_at(4, Rejection::account_not_found));
  heard(pages(3, 8), page_at(4, {{"payer", rich()}, {"q", small()}}));
  heard(pages(0, 8), page_at(4, {{"q", small()}}));
  heard(pages(3, 1), page_at(4, {{"payer", rich()}}));
  heard(about(ActionKind::trial_balance), sums_at(4, 0, 0));
  heard(about(ActionKind::check_debit), at(4, 1, Verdict::checked));
  heard(about(ActionKind::check_debit), refused_at(3, Rejection::account_frozen, Verdict::checked));
  Action much = about(ActionKind::check_debit);
  much.amount = 101;
  heard(much, refused_at(4, Rejection::insufficient_available, Verdict::checked));
  heard(question(ActionKind::read_transfer), status_at(4, 1, {}));
  heard(question(ActionKind::read_transfer),
        status_at(5, 0, {TransferPhase::open, 0, 0, {}, 30, 1}));
  heard(question(ActionKind::read_transfer), status_at(6, 1, cancelled()));
  Answer outcome = at(6, 1, Verdict::refused);
  outcome.code = static_cast<std::uint8_t>(Rejection::account_frozen);
  heard(transfer(30), outcome);
  heard(transfer(31), refused_at(6, Rejection::transaction_id_reused));
  expect_fine();
}

// Refused in entry 8 by the event there, over in entry 9: the refusal is where it was decided.
TEST_F(AnswersTest, OfARefusalAreWhereItWasDecided) {
  TransferStarted start = started(20);
  start.transaction_id.bytes[15] = 9;
  log_entry({start});
  const TransferId id{7, 0, 0};
  log_entry({CancelDecided{id, Rejection::account_frozen, 255, {}}});
  log_entry({TransferCancelled{id, Rejection::account_frozen, {}, {}, {}}});
  Action other = transfer(20);
  other.transaction = 9;
  Action look = question(ActionKind::read_transfer);
  look.transaction = 9;
  const auto code = static_cast<std::uint8_t>(Rejection::account_frozen);
  heard(other, refused_at(8, Rejection::account_frozen, Verdict::refused));
  heard(look, status_at(8, 0, {TransferPhase::cancelling, code, 0, Position{8, 0, 0}, 20, 1}));
  heard(look, status_at(9, 0, {TransferPhase::refused, code, 0, Position{8, 0, 0}, 20, 1}));
  expect_fine();
  heard(other, refused_at(9, Rejection::account_frozen, Verdict::refused));
  expect_wrong("refused with account_frozen; the log has it refused with 20 and code 6 at p0:8:0");
}

TEST_F(AnswersTest, SeesARefusalThatIsNotDecidedYet) {
  TransferStarted start = started(20);
  start.transaction_id.bytes[15] = 9;
  log_entry({start});
  Action other = transfer(20);
  other.transaction = 9;
  heard(other, refused_at(7, Rejection::account_frozen, Verdict::refused));
  expect_wrong("refused with account_frozen; the log has it open with 20");
}

TEST_F(AnswersTest, SeesMoneyThatWasNotThere) {
  AccountSeen seen = rich();
  seen.available = 99;
  heard(about(ActionKind::read_account), account_at(2, 0, seen));
  expect_wrong("99 available, 0 held, in USD, limit -1, last posting p0:2:0; it was 100 available");
}

TEST_F(AnswersTest, SeesAStateOfALaterEventOfTheSameEntry) {
  heard(about(ActionKind::read_account), account_at(4, 0, rich()));
  expect_wrong("it was 100 available, 0 held, frozen");
}

TEST_F(AnswersTest, SeesTermsThatTheAccountDoesNotHave) {
  for (const auto& change : std::vector<std::function<void(AccountSeen&)>>{
           [](AccountSeen& seen) { seen.currency = "EUR"; },
           [](AccountSeen& seen) { seen.may_owe = true; },
           [](AccountSeen& seen) { seen.daily_limit = 5; },
           [](AccountSeen& seen) { seen.metadata = "a=1;"; },
           [](AccountSeen& seen) { seen.held = 1; }, [](AccountSeen& seen) { seen.closed = true; },
           [](AccountSeen& seen) { seen.last_posting.index = 1; }}) {
    Concrete<AnswersTest> fresh_history;
    AccountSeen seen = rich();
    change(seen);
    fresh_history.heard(about(ActionKind::read_account), account_at(2, 0, seen));
    fresh_history.expect_wrong("; it was 100 available, 0 held, in USD, limit -1, last posting");
  }
}

TEST_F(AnswersTest, SeesAnAccountThatWasNotThere) {
  heard(about(ActionKind::read_account, 3), account_at(2, 0, rich()));
  expect_wrong("an account that was not there");
}

TEST_F(AnswersTest, SeesAnEntryThatIsNotDurable) {
  heard(about(ActionKind::read_account), account_at(7, 0, rich()));
  expect_wrong("of an entry that is not durable");
}

TEST_F(AnswersTest, SeesAnAnswerOfAnotherPartition) {
  Answer elsewhere = account_at(2, 0, rich());
  elsewhere.position.partition = 1;
  heard(about(ActionKind::read_account), elsewhere);
  expect_wrong("of another partition");
}

TEST_F(AnswersTest, SeesAFreezeThatDidNotFreeze) {
  heard(about(ActionKind::freeze), account_at(2, 0, rich()));
  expect_wrong("frozen, the answer says, and it is not");
}

TEST_F(AnswersTest, SeesAnUnfreezeThatDidNotUnfreeze) {
  heard(about(ActionKind::unfreeze), account_at(3, 0, rich(true)));
  expect_wrong("not frozen any more, the answer says, and it is");
}

TEST_F(AnswersTest, SeesAClosingThatDidNotClose) {
  heard(about(ActionKind::close), account_at(2, 0, rich()));
  expect_wrong("closed, the answer says, and it is not");
}

TEST_F(AnswersTest, SeesAnOpeningWithOtherTerms) {
  workload_.accounts[0].daily_debit_limit = 50;
  heard(about(ActionKind::open_account), account_at(2, 0, rich()));
  expect_wrong("opened with other terms than were asked for");
}

TEST_F(AnswersTest, SeesARefusalOfWhatNothingWasAgainst) {
  heard(about(ActionKind::freeze), refused_at(4, Rejection::account_closed));
  expect_wrong("refused with account_closed, but: nothing against it");
}

TEST_F(AnswersTest, SeesARefusalWithAnotherCode) {
  heard(about(ActionKind::close), refused_at(4, Rejection::account_not_found));
  expect_wrong("refused with account_not_found, but: account_not_empty");
}

TEST_F(AnswersTest, SeesAnOpeningThatWasRefusedAlthoughItWasTheSame) {
  heard(about(ActionKind::open_account), refused_at(4, Rejection::account_exists));
  expect_wrong("refused, but it had been opened with these terms");
}

TEST_F(AnswersTest, SeesAReadThatDoesNotFindWhatIsThere) {
  heard(about(ActionKind::read_account), refused_at(4, Rejection::account_not_found));
  expect_wrong("refused with account_not_found, but: nothing against it");
}

TEST_F(AnswersTest, SeesAnIdThatNobodyHasTaken) {
  heard(transfer(30), refused_at(4, Rejection::transaction_id_reused));
  expect_wrong("but its id was not taken");
}

TEST_F(AnswersTest, SeesAnOutcomeThatTheLogDoesNotHave) {
  heard(transfer(30), at(6, 1, Verdict::completed));
  expect_wrong("completed; the log has it refused with 30 and code 6 at p0:6:1");
}

TEST_F(AnswersTest, SeesAStatusThatWasNotSo) {
  heard(question(ActionKind::read_transfer), status_at(5, 0, {}));
  expect_wrong("unknown; it was open with 30");
}

TEST_F(AnswersTest, SeesAStatusWithAnotherAmount) {
  TransferSeen seen = cancelled();
  seen.amount = 31;
  heard(question(ActionKind::read_transfer), status_at(6, 1, seen));
  expect_wrong("refused with 31 and code 6 at p0:6:1; it was refused with 30");
}

TEST_F(AnswersTest, SeesAnOwnerWhoIsLeftOut) {
  heard(about_id_seven(ActionKind::find_transfer), status_at(4, 1, {}));
  heard(about_id_seven(ActionKind::find_transfer),
        status_at(5, 0, {TransferPhase::open, 0, 0, {}, 30, 1}));
  expect_fine();
  heard(about_id_seven(ActionKind::find_transfer), status_at(5, 0, {}));
  expect_wrong("0 transfers; there were 1");
}

TEST_F(AnswersTest, SeesACheckThatSaysAnotherThing) {
  heard(about(ActionKind::check_debit), at(3, 0, Verdict::checked));
  expect_wrong("nothing against it, but: account_frozen");
}

TEST_F(AnswersTest, SeesAnEmptyPage) {
  heard(pages(3, 8), page_at(4, {}));
  expect_wrong("a page of 0 accounts; there were 2");
}

TEST_F(AnswersTest, SeesAPageThatLeavesSomebodyOut) {
  heard(pages(3, 1), page_at(4, {{"q", small()}}));
  expect_wrong("q in the place of payer");
}

TEST_F(AnswersTest, SeesAPageWithAnotherBalance) {
  heard(pages(3, 8), page_at(4, {{"payer", rich()}, {"q", rich()}}));
  expect_wrong("q with 100 available");
}

TEST_F(AnswersTest, SeesSumsThatAreNotThoseOfTheAccounts) {
  heard(about(ActionKind::trial_balance), sums_at(4, 5, -5));
  expect_wrong("sums in USD that are not those of the accounts");
}

TEST_F(AnswersTest, SeesACurrencyThatIsMissing) {
  heard(about(ActionKind::trial_balance), at(4, 0, Verdict::balances));
  expect_wrong("0 currencies; there were 1");
}

TEST_F(AnswersTest, SeesAFollowerThatMadeOtherMoneyOfAnEntry) {
  follower_.state().account(payer())->available += 1;
  log_entry({AccountFrozen{payer(), ""}});
  expect_wrong("payer has other money than its events gave it");
}

TEST_F(AnswersTest, SeesAFollowerThatMadeOtherTermsOfAnEntry) {
  follower_.state().account(payer())->closed = true;
  log_entry({AccountFrozen{payer(), ""}});
  expect_wrong("payer has other terms than its events gave it");
}

TEST_F(AnswersTest, SeesAFollowerThatForgotWhatWasUsedOfTheLimit) {
  const AccountId limited = AccountId::from_trusted("limited");
  log_entry({AccountOpened{limited, dollars(), AccountKind::user, false, 50, {}}});
  expect_fine();
  follower_.state().account(limited)->debited_today += 1;
  log_entry({AccountFrozen{limited, ""}});
  expect_wrong("limited has used another part of its daily limit");
}

TEST_F(AnswersTest, SeesAFollowerThatLostTheHeadOfAStatement) {
  follower_.state().account(payer())->last_posting_index = 1;
  log_entry({AccountFrozen{payer(), ""}});
  expect_wrong("payer has another last posting than its events say");
}

class NotExecutedIsKeptTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_not_executed_is_kept(run_); }

 protected:
  void heard(const Action& action, Answer answer) { hear(ask(action), std::move(answer)); }
  static Answer no(NotAccepted::Why why) {
    Answer answer = DoctoredHistory::answer(Verdict::not_accepted, 0);
    answer.why = why;
    return answer;
  }
};

TEST_F(NotExecutedIsKeptTest, IsSilentWhenNothingWasExecutedOrSomebodyStillWaits) {
  const auto refused = ask(transfer(30));
  const auto waiting = ask(transfer(30));
  hear(refused, no(NotAccepted::Why::overloaded));
  log(0, {started()});
  hear(waiting, answer(Verdict::completed, 1));
  expect_fine();
}

TEST_F(NotExecutedIsKeptTest, IsSilentWhenTheDecisionWasLost) {
  hear(ask(transfer(30)), no(NotAccepted::Why::lost));
  log(0, {started()});
  expect_fine();
}

TEST_F(NotExecutedIsKeptTest, IsSilentWhenTheSameRequestWasHeardLater) {
  const auto number = ask(transfer(30));
  hear(number, no(NotAccepted::Why::no_leader));
  ask_again(number);
  log(0, {started()});
  expect_fine();
}

TEST_F(NotExecutedIsKeptTest, SeesATransferThatIsExecutedAfterThePromise) {
  for (const auto why :
       {NotAccepted::Why::overloaded, NotAccepted::Why::stopping, NotAccepted::Why::no_leader}) {
    Concrete<NotExecutedIsKeptTest> fresh_history;
    fresh_history.heard(transfer(30), no(why));
    fresh_history.log(0, {started()});
    fresh_history.expect_wrong("was executed, although every request for it was told that");
  }
}

TEST_F(NotExecutedIsKeptTest, SeesAPromiseThatIsGivenAfterTheTransferWasExecuted) {
  const auto number = ask(transfer(30));
  log(0, {TransferRefused{id_seven(), payer(), payee(), 30, dollars(), Rejection::account_frozen}});
  hear(number, no(NotAccepted::Why::overloaded));
  expect_wrong("was executed, although every request for it was told that it is not");
}

TEST_F(NotExecutedIsKeptTest, DoesNotJudgeWherePacketsComeTwice) {
  run_.packets_come_twice = true;
  hear(ask(transfer(30)), no(NotAccepted::Why::overloaded));
  log(0, {started()});
  expect_fine();
}

// Entry 7: payer pays q 500, which it has not, and q pays 5 to `a`, who is not there.
class AnswersOfARefusedTransactionTest : public AnswersTest {
 protected:
  AnswersOfARefusedTransactionTest() {
    asked_ = transaction({{0, 2, 500}, {2, 3, 5}});
    asked_.transaction = 31;
    TransferStarted start = started();
    start.transaction_id.bytes[15] = 31;
    start.deadline = Timestamp{1'000};
    const AccountId q = AccountId::from_trusted("q");
    const AccountId a = AccountId::from_trusted("a");
    start.legs = {{payer(), 0, LegRole::debit, 500},
                  {q, 0, LegRole::debit, 5},
                  {q, 0, LegRole::credit, 500},
                  {a, 0, LegRole::credit, 5}};
    const TransferId id{7, 0, 0};
    log_entry({start,
               LegRefused{{id, 3},
                          {a, q, start.transaction_id, 5, dollars(), LegRole::credit},
                          Rejection::account_not_found},
               LegRefused{{id, 0},
                          {payer(), q, start.transaction_id, 500, dollars(), LegRole::debit},
                          Rejection::insufficient_available},
               CancelDecided{id, Rejection::insufficient_available, TransferDecided::no_leg, {}}});
  }
  static Answer refused_for(Rejection code, std::uint8_t posting, std::uint8_t side) {
    Answer answer = at(7, 3, Verdict::refused);
    answer.code = static_cast<std::uint8_t>(code);
    answer.posting = posting;
    answer.side = side;
    return answer;
  }
  Action asked_;
};

TEST_F(AnswersOfARefusedTransactionTest, NameTheFirstPostingThatIsRefused) {
  heard(asked_, refused_for(Rejection::insufficient_available, 0, 0));
  expect_fine();
}

TEST_F(AnswersOfARefusedTransactionTest, MustNotNameALaterPosting) {
  heard(asked_, refused_for(Rejection::insufficient_available, 1, 0));
  expect_wrong("refused with insufficient_available of posting 1, side 0; the log has it");
}

TEST_F(AnswersOfARefusedTransactionTest, MustNotNameNone) {
  heard(asked_, refused_for(Rejection::insufficient_available, no_posting, 0));
  expect_wrong("of no posting; the log has it");
}

TEST_F(AnswersOfARefusedTransactionTest, MustNotNameAnotherSide) {
  heard(asked_, refused_for(Rejection::insufficient_available, 0, 2));
  expect_wrong("of posting 0, side 2; the log has it");
}

TEST_F(AnswersOfARefusedTransactionTest, MustNotHaveTheReasonOfALaterPosting) {
  heard(asked_, refused_for(Rejection::account_not_found, 1, 2));
  expect_wrong("refused with account_not_found of posting 1, side 2; the log has it");
}

}  // namespace
}  // namespace florin::sim
