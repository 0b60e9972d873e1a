// Every verdict of `florin audit`: a log or a state store that was written by hand, with valid checksums, in which
// exactly one thing is not true; and the same directory without it, which is clean.
#include <gtest/gtest.h>

#include <functional>

#include "domain/account/account_evolve.hpp"
#include "runtime/engine/stored_state.hpp"
#include "runtime/offline/audit_books.hpp"
#include "runtime/offline/replay.hpp"
#include "tests/component/persistence/temporary_directory.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;
using test::TemporaryDirectory;

// Two partitions. A node would have written the same bytes, had it believed what the test says.
class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    auto opened = DataDirectory::open(path(), 2);
    if (!opened) {
      ADD_FAILURE() << opened.error().context;
      return;
    }
    directory_ = std::make_unique<DataDirectory>(std::move(*opened));
    JournalOptions options;
    options.directory = directory_->log_path();
    options.data_id = directory_->identity().id;
    options.partitions = 2;
    options.segment_bytes = std::uint64_t{64} << 10;
    options.prepare_ahead = false;
    auto journal = Journal::open(options);
    if (!journal) {
      ADD_FAILURE() << journal.error().context;
      return;
    }
    journal_ = std::move(*journal);
    log(0, {opened_account(alice)});
    log(1, {opened_account(bob)});
    deposit(alice, 1, 100);
  }

  static AccountOpened opened_account(const AccountId& account) {
    return {account, usd, AccountKind::user, false, no_daily_limit, {}};
  }
  // One entry of partition p with what a node would have put into its header, and then `doctor` at it.
  void log(PartitionId p, const std::vector<Event>& events,
           const std::function<void(EntryHeader&)>& doctor = {}) {
    PartitionState& state = *states_[p];
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.partition = p;
    header.term = 1;
    header.index = state.last_index() + 1;
    header.time = noon;
    header.previous_hash = state.last_hash();
    const LogIndex index = header.index;
    if (doctor) doctor(header);
    const std::string bytes = builder.finish(header);
    append(p, index, bytes);
    Ordinal ordinal = 0;
    for (const Event& event : events) state.apply(event, {index, ordinal++, p}, noon);
    state.end_entry(index, noon, chain_hash(bytes));
  }
  // The last entry of partition 0, of what no state could follow.
  void log_last(const std::vector<Event>& events) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.term = 1;
    header.index = states_[0]->last_index() + 1;
    header.time = noon;
    header.previous_hash = states_[0]->last_hash();
    append(0, header.index, builder.finish(header));
  }
  void append(PartitionId p, LogIndex index, const std::string& bytes) {
    ASSERT_TRUE(journal_->append({p, index, bytes}));
    ASSERT_TRUE(journal_->sync());
  }
  AccountState& account(const AccountId& id, PartitionId p = 0) { return *states_[p]->account(id); }

  TransferPosted posting(const AccountId& from, const AccountId& to, std::uint64_t id, Minor amount,
                         Currency currency = usd) {
    return {uuid(id),
            from,
            to,
            amount,
            currency,
            trail_after_debit(account(from), amount),
            trail_after_credit(account(to), amount)};
  }
  void deposit(const AccountId& to, std::uint64_t id, Minor amount) {
    log(0, {posting(outside_usd, to, id, amount)});
  }
  // The debit of a saga of partition 1 that was never started there: 30 of alice's go to clearing.
  StepApplied step(Minor amount = 30) {
    const LegContent content{alice, bob, uuid(5), amount, usd, LegRole::debit};
    return {{{7, 0, 1}, 0}, content, trail_after_debit(account(alice), amount)};
  }
  static TransferStarted started() {
    return {uuid(5), bob,  Protocol::saga,
            usd,     noon, {{alice, 0, LegRole::debit, 30}, {bob, 1, LegRole::credit, 30}}};
  }

  // Writes what partition 0 should have in its store, and then these rows over it.
  void store(std::vector<StateWrite> doctored = {}) {
    auto opened = open_stored_state(directory_->state_path(0), 0);
    ASSERT_TRUE(opened) << opened.error().context;
    const Checkpoint checkpoint = states_[0]->collect_checkpoint();
    ASSERT_TRUE((*opened)->write(checkpoint.writes));
    if (doctored.empty()) return;
    ASSERT_TRUE((*opened)->write(std::move(doctored)));
  }

  // The audit's finding; "" = clean.
  std::string found() {
    EXPECT_TRUE(!journal_ || journal_->close_cleanly());
    journal_.reset();
    directory_.reset();
    auto log = OfflineLog::open(path());
    if (!log) return "cannot be opened: " + log.error().context;
    const auto report = audit_data_directory(*log, [](std::uint64_t, std::uint64_t) {});
    if (!report) return "cannot be read: " + report.error().context;
    report_ = *report;
    if (!report->divergence) return "";
    const Divergence& divergence = *report->divergence;
    return "p" + std::to_string(divergence.partition) + ":" + std::to_string(divergence.index) +
           " " + divergence.what;
  }
  void expect_found(const std::string& what) {
    const std::string finding = found();
    EXPECT_NE(finding.find(what), std::string::npos) << "found: " << finding;
  }

  [[nodiscard]] std::string path() const { return directory_of_test_ / "data"; }

  TemporaryDirectory directory_of_test_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<Journal> journal_;
  PartitionMap map_{2};
  MemoryStateStore memory_[2];
  std::unique_ptr<PartitionState> states_[2] = {
      std::make_unique<PartitionState>(0, map_, memory_[0], SIZE_MAX),
      std::make_unique<PartitionState>(1, map_, memory_[1], SIZE_MAX)};
  AuditReport report_;
};

TEST_F(AuditTest, IsCleanWhenAllIsTrue) {
  log(0, {step()});
  log(1, {started()});
  store();
  EXPECT_EQ(found(), "");
  EXPECT_EQ(report_.entries, 5U);
  EXPECT_EQ(report_.accounts, 2U) << "of alice and bob; the system's are not counted";
  EXPECT_EQ(report_.transfers_ended, 1U);
  EXPECT_EQ(report_.transfers_open, 1U);
  EXPECT_GT(report_.rows_compared, 3U);
}

TEST_F(AuditTest, FindsBytesThatAreNoEntry) {
  append(0, states_[0]->last_index() + 1, "no entry");
  expect_found("p0:3 ");
}

TEST_F(AuditTest, FindsAnEntryOfAnotherPartition) {
  log(0, {AccountFrozen{alice, ""}}, [](EntryHeader& header) { header.partition = 1; });
  expect_found("p0:3 entry is out of place");
}

TEST_F(AuditTest, FindsAnEntryOfAnotherIndex) {
  log(0, {AccountFrozen{alice, ""}}, [](EntryHeader& header) { ++header.index; });
  expect_found("p0:3 entry is out of place");
}

TEST_F(AuditTest, FindsABrokenHashChain) {
  log(0, {AccountFrozen{alice, ""}}, [](EntryHeader& header) { header.previous_hash[31] ^= 1; });
  expect_found("p0:3 the hash chain is broken");
}

TEST_F(AuditTest, FindsTimeThatGoesBack) {
  log(0, {AccountFrozen{alice, ""}}, [](EntryHeader& header) { header.time.us -= 1; });
  expect_found("p0:3 time goes back");
}

TEST_F(AuditTest, FindsABrokenPostingChain) {
  TransferPosted posted = posting(alice, outside_usd, 2, 10);
  posted.debit.previous_index = 1;
  log(0, {posted});
  expect_found("p0:3 the posting chain of alice is broken");
}

TEST_F(AuditTest, FindsABrokenPostingChainWithinAnEntry) {
  TransferPosted posted = posting(alice, outside_usd, 2, 10);
  posted.credit.previous_ordinal = 1;
  log(0, {posted});
  expect_found("p0:3 the posting chain of @outside:USD is broken");
}

TEST_F(AuditTest, FindsAPostedBalanceThatIsNotTheSum) {
  TransferPosted posted = posting(alice, outside_usd, 2, 10);
  ++posted.debit.posted_after;
  log(0, {posted});
  expect_found("p0:3 posted_after of alice is not the sum of its postings");
}

TEST_F(AuditTest, FindsABalanceBelowZeroAtItsEvent) {
  log_last({posting(alice, outside_usd, 2, 101)});
  expect_found("p0:3 event 0 (transfer_posted) contradicts the state before it: amount: takes");
}

TEST_F(AuditTest, FindsAPostingInACurrencyThatTheAccountDoesNotHave) {
  log_last({posting(alice, outside_usd, 2, 10, eur)});
  expect_found("p0:3 event 0 (transfer_posted) contradicts the state before it: currency");
}

TEST_F(AuditTest, FindsTheEndOfATransferThatIsNotOpen) {
  log_last({AccountFrozen{alice, ""}, TransferCompleted{{1, 0, 0}}});
  expect_found("p0:3 event 1 (transfer_completed) contradicts the state before it: transfer");
}

TEST_F(AuditTest, FindsATransferThatWasTakenTwice) {
  log(0, {posting(alice, outside_usd, 2, 10)});
  log(0, {posting(alice, outside_usd, 2, 10)});
  expect_found("of alice is taken a second time");
}

TEST_F(AuditTest, FindsARefusalOfWhatWasTaken) {
  log(0, {posting(alice, outside_usd, 2, 10)});
  log(0, {TransferRefused{uuid(2), alice, bob, 10, usd, Rejection::account_frozen}});
  expect_found("of alice is taken a second time");
}

TEST_F(AuditTest, FindsTheStartOfATransferThatHasEnded) {
  log(0, {posting(alice, outside_usd, 5, 10)});
  TransferStarted again = started();
  again.owner = alice;
  log(0, {again});
  expect_found("of alice is taken a second time");
}

TEST_F(AuditTest, LetsTwoOwnersUseOneId) {
  deposit(alice, 2, 10);
  log(0, {posting(alice, outside_usd, 1'000, 10)});
  log(1, {TransferRefused{uuid(2), bob, alice, 10, usd, Rejection::account_frozen}});
  EXPECT_EQ(found(), "");
}

TEST_F(AuditTest, FindsMoneyBetweenPartitionsAlthoughNothingIsOpen) {
  log(0, {step()});
  expect_found("clearing is not zero although no transfer is open");
}

TEST_F(AuditTest, FindsAStoreThatIsAheadOfItsLog) {
  const LogIndex index = states_[0]->last_index();
  states_[0]->apply(AccountFrozen{alice, ""}, {index + 1, 0, 0}, noon);
  store();
  expect_found("p0:2 the stored state holds entry 3, the log ends at 2");
}

TEST_F(AuditTest, FindsARowThatTheStoreLacks) {
  store({{Table::accounts, "alice", std::nullopt}});
  expect_found("p0:2 the state store lacks account alice");
}

TEST_F(AuditTest, FindsARowThatDiffers) {
  store({{Table::accounts, "alice", "another"}});
  expect_found("p0:2 the state store differs in account alice");
}

TEST_F(AuditTest, FindsARowTooMany) {
  store({{Table::accounts, "stranger", "one"}});
  expect_found("p0:2 the state store has 3 rows in table 1, the log says 2");
}

TEST_F(AuditTest, FindsASummaryRowThatDiffers) {
  MemoryStateStore other_memory;
  PartitionState other(0, map_, other_memory, SIZE_MAX);
  other.apply(opened_account(alice), {1, 0, 0}, noon);
  other.end_entry(states_[0]->last_index(), noon, states_[0]->last_hash());
  const Checkpoint rows = other.collect_checkpoint();
  store();
  auto store = open_stored_state(directory_->state_path(0), 0);
  ASSERT_TRUE(store);
  for (const StateWrite& row : rows.writes)
    EXPECT_TRUE(row.table != Table::meta || (*store)->write({row}));
  store->reset();
  expect_found("p0:2 the state store differs in the partition's summary row");
}

// --- what only a fault of evolve could bring about: the comparison itself, with a state that was changed by hand

class AuditBooksTest : public AuditTest {
 protected:
  AuditBooksTest() {
    const TransferPosted posted{uuid(1), outside_usd, alice, 100, usd, {0, 0, -100}, {0, 0, 100}};
    EXPECT_EQ(books_.post(posted, {2, 0, 0}), std::nullopt);
  }
  void expect_differs(const std::string& what) {
    const auto finding = books_differ(books_, *states_[0]);
    ASSERT_TRUE(finding) << "not found: " << what;
    EXPECT_NE(finding->find(what), std::string::npos) << *finding;
  }
  AuditBooks books_;
};

TEST_F(AuditBooksTest, AgreeWithAStateOfTheSamePostings) {
  EXPECT_EQ(books_differ(books_, *states_[0]), std::nullopt);
}

TEST_F(AuditBooksTest, SeeABalanceThatIsAnother) {
  account(alice).available += 1;
  expect_differs("balance of alice differs from the sum of its postings");
}

TEST_F(AuditBooksTest, SeeABoundThatIsBroken) {
  account(alice).available += 1;
  account(alice).held -= 1;
  expect_differs("account alice breaks an invariant");
}

TEST_F(AuditBooksTest, SeeAnAccountThatIsNotThere) {
  account(outside_usd).currency = eur;
  expect_differs("the trial balance in EUR differs from the sum of the postings");
}

TEST_F(AuditBooksTest, SeeSumsThatAreOthers) {
  states_[0]->apply(step(), {3, 0, 0}, noon);
  const auto finding = sums_differ(books_, *states_[0]);
  ASSERT_TRUE(finding);
  EXPECT_EQ(*finding, "the partition's sums in USD are not those of its postings");
}

TEST_F(AuditBooksTest, SeeACurrencyThatThePartitionHasNoSumsOf) {
  const TransferPosted posted{uuid(2), bob, alice, 1, eur, {0, 0, -1}, {2, 0, 101}};
  ASSERT_EQ(books_.post(posted, {3, 0, 0}), std::nullopt);
  const auto finding = sums_differ(books_, *states_[0]);
  ASSERT_TRUE(finding);
  EXPECT_EQ(*finding, "postings in a currency that the partition has no sums of");
}

}  // namespace
}  // namespace florin
