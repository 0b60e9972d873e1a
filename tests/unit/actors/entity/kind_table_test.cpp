// KindTable with a toy kind beside the product's: a tally under a name, which can be put away.
#include "actors/entity/kind_table.hpp"

#include <gtest/gtest.h>

#include "actors/partition/entity_kinds.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

struct TallyRow {
  AccountId id;
  std::string count;
  LogIndex modified = 0;
  std::uint32_t dirty_at = not_dirty;
  bool referenced = false;
  bool stored = false;
  [[nodiscard]] const AccountId& key() const { return id; }
};

// Its rows lie where records have theirs: no store of the product has both.
struct TallyEntity {
  using Row = TallyRow;
  using Key = AccountId;
  using Hash = HashAccountId;
  static constexpr Table table = Table::records;
  static constexpr std::string_view name = "counter";

  static std::string key_bytes(const Key& id) { return id.str(); }
  static void put(RowBatch& rows, const Row& row) { rows.put(table, row.id.view(), row.count); }
  static void remove(RowBatch& rows, const Key& id) { rows.remove(table, id.view()); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    if (value.empty()) return Err{Error{Errc::corrupt, "stored counter: has no count"}};
    Row row;
    row.id = AccountId::from_trusted(key);
    row.count = value;
    return row;
  }
};

using TablesWithToy = KindTables<AccountEntity, LegEntity, TallyEntity, TransferEntity>;

class KindTableTest : public ::testing::Test {
 protected:
  KindTable<TallyEntity>& counters() { return tables_.of<TallyEntity>(); }
  TablesWithToy& tables() { return tables_; }
  RowBatch& next() { return next_; }
  MemoryStateStore& store() { return store_; }

  TallyRow& given_counter(const char* id, const char* count) {
    TallyRow row;
    row.id = AccountId::from_trusted(id);
    row.count = count;
    TallyRow& inserted = counters().insert(std::move(row));
    counters().touch(inserted);
    return inserted;
  }
  TallyRow* counter(const char* id) { return counters().find(AccountId::from_trusted(id)); }

  // "4 name", "4 name removed": table and key of each row, as a checkpoint has them.
  std::vector<std::string> collected() {
    tables_.collect(next_);
    std::vector<StateWrite> writes;
    next_.append_to(writes);
    std::vector<std::string> rows;
    for (const StateWrite& write : writes)
      rows.push_back(std::to_string(static_cast<int>(write.table)) + " " + std::string(write.key) +
                     (write.value ? "" : " removed"));
    EXPECT_TRUE(store_.write(std::move(writes)));
    next_.clear();
    return rows;
  }

 private:
  TablesWithToy tables_{IndexOptions{}};
  RowBatch next_;
  MemoryStateStore store_;
};

using Rows = std::vector<std::string>;
constexpr auto take_all = [](const TallyRow&) -> Status<Error> { return Unit{}; };
constexpr auto look_away = [](const TallyRow&) {};

TEST_F(KindTableTest, CollectsWhatChangedOnceAndInOrder) {
  given_counter("b", "1");
  TallyRow& a = given_counter("a", "1");
  EXPECT_FALSE(counters().touch(a)) << "it is in the list already";
  EXPECT_EQ(collected(), (Rows{"4 b", "4 a"}));
  EXPECT_EQ(collected(), Rows{});
  EXPECT_TRUE(counters().touch(a));
  EXPECT_EQ(collected(), Rows{"4 a"});
}

TEST_F(KindTableTest, CollectsTheKindsInTheOrderOfTheirList) {
  KindTable<TransferEntity>& transfers = tables().of<TransferEntity>();
  transfers.touch(transfers.insert({}));
  given_counter("a", "1");
  KindTable<AccountEntity>& accounts = tables().of<AccountEntity>();
  AccountRow alice;
  alice.state.id = AccountId::from_trusted("alice");
  accounts.touch(accounts.insert(std::move(alice)));
  const Rows rows = collected();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0], "1 alice");
  EXPECT_EQ(rows[1], "6 alice") << "the first time, its name as well";
  EXPECT_EQ(rows[2], "4 a");
  EXPECT_EQ(rows[3].substr(0, 2), "2 ");
}

TEST_F(KindTableTest, RemovesFromTheStoreWhatIsThereOnly) {
  counters().erase(given_counter("new", "1"), next(), 1);
  EXPECT_EQ(collected(), Rows{}) << "the store never had it";
  TallyRow& old = given_counter("old", "1");
  EXPECT_EQ(collected(), Rows{"4 old"});
  counters().touch(old);
  counters().erase(old, next(), 2);
  EXPECT_EQ(collected(), Rows{"4 old removed"});
  EXPECT_EQ(counter("old"), nullptr);
}

TEST_F(KindTableTest, LoadsWhatWasCollected) {
  given_counter("a", "7");
  collected();
  KindTable<TallyEntity> loaded;
  std::vector<std::string> seen;
  ASSERT_TRUE(
      loaded.load(store(), take_all, [&](const TallyRow& row) { seen.push_back(row.id.str()); }));
  EXPECT_EQ(seen, Rows{"a"});
  const TallyRow* row = loaded.find(AccountId::from_trusted("a"));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->count, "7");
  EXPECT_TRUE(row->stored);
}

TEST_F(KindTableTest, LoadsNothingBehindARowThatIsWrong) {
  given_counter("a", "7");
  given_counter("b", "");  // cannot be read
  collected();
  KindTable<TallyEntity> loaded;
  const auto status = loaded.load(store(), take_all, look_away);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().context, "stored counter: has no count");
}

TEST_F(KindTableTest, LoadsNothingThatIsNotAdmitted) {
  given_counter("a", "7");
  collected();
  KindTable<TallyEntity> loaded;
  const auto refuse = [](const TallyRow&) -> Status<Error> {
    return Err{Error{Errc::corrupt, "of nobody"}};
  };
  EXPECT_FALSE(loaded.load(store(), refuse, look_away));
  EXPECT_EQ(loaded.size(), 0U);
}

// The kinds of the product say only which member of their row is stored: it comes back, and goes under the same key.
TEST_F(KindTableTest, OfStoredMembersLoadsAndRemovesWhatItPut) {
  KindTable<LegEntity>& legs = tables().of<LegEntity>();
  LegRow row;
  row.leg.key = {{1, 2, 3}, 1};
  row.leg.state = LegState::refused;
  LegRow& leg = legs.insert(std::move(row));
  legs.touch(leg);
  const Rows put = collected();
  ASSERT_EQ(put.size(), 1U);

  KindTable<LegEntity> loaded;
  ASSERT_TRUE(loaded.load(
      store(), [](const LegRow&) -> Status<Error> { return Unit{}; }, [](const LegRow&) {}));
  const LegRow* found = loaded.find(leg.key());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->leg.state, LegState::refused);

  legs.erase(leg, next());
  EXPECT_EQ(collected(), Rows{put.front() + " removed"});
}

TEST_F(KindTableTest, PutsAwayWhatIsIdleAndStored) {
  given_counter("a", "1").referenced = true;
  given_counter("b", "1").modified = 9;
  given_counter("c", "1");
  EXPECT_EQ(counters().passivate(0, 8), 0U) << "nothing is collected";
  collected();
  EXPECT_EQ(counters().passivate(2, 8), 1U);
  EXPECT_EQ(counter("c"), nullptr) << "'a' was used, and the store has an older 'b'";
  EXPECT_EQ(counters().passivate(0, 9), 2U) << "unused for a whole round, and stored";
  EXPECT_EQ(counters().size(), 0U);
}

// A kind that sleeps without waiting for a time.
TEST_F(KindTableTest, WakesWhatIsAskedForUntilItIsOver) {
  given_counter("a", "7");
  collected();
  ASSERT_EQ(counters().passivate(0, 1), 1U);
  const auto woken = counters().activate(store(), AccountId::from_trusted("a"));
  ASSERT_TRUE(woken);
  ASSERT_NE(*woken, nullptr);
  EXPECT_EQ((*woken)->count, "7");
  EXPECT_TRUE((*woken)->stored);
  counters().erase(**woken, next(), 5);
  const auto is_there = [&] {
    return *counters().activate(store(), AccountId::from_trusted("a")) != nullptr;
  };
  EXPECT_FALSE(is_there()) << "over, though the store has it still";
  tables().written(4);
  EXPECT_FALSE(is_there()) << "a checkpoint of before";
  EXPECT_EQ(collected(), Rows{"4 a removed"});
  tables().written(5);
  EXPECT_FALSE(is_there());
  EXPECT_FALSE(counters().is_gone(AccountId::from_trusted("a"))) << "nobody need remember it";
}

}  // namespace
}  // namespace florin
