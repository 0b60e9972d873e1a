// What a partition keeps in memory and what in its store: activation, passivation, checkpoints, and the
// records of ended transfers over many epochs.
#include "actors/partition/partition_state.hpp"

#include <gtest/gtest.h>

#include "persistence/codec/state_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

class PartitionStateTest : public ::testing::Test {
 protected:
  std::unique_ptr<PartitionState> fresh(PartitionId id = 0) {
    return std::make_unique<PartitionState>(id, map_, store_, 2);
  }
  static void apply(PartitionState& state, const Event& event) {
    const LogIndex index = state.last_index() + 1;
    state.apply(event, {index, 0, state.id()}, noon);
    state.end_entry(index, noon, Hash{});
  }
  void checkpoint(PartitionState& state) {
    Checkpoint checkpoint = state.collect_checkpoint();
    ASSERT_TRUE(store_.write(std::move(checkpoint.writes)));
    state.checkpoint_written(checkpoint.index);
  }
  static AccountOpened opened(const std::string& name) {
    return {.account = AccountId::from_trusted(name), .currency = usd, .metadata = {}};
  }
  static TransferRefused refused(std::uint64_t id) {
    return {uuid(id), alice, bob, 1, usd, Rejection::account_frozen};
  }
  static bool knows(PartitionState& state, std::uint64_t id) {
    const auto ended = state.ended_record(uuid(id), alice);
    return ended && ended->transaction_id == uuid(id) && ended->owner == alice;
  }

  PartitionMap map_{2};
  MemoryStateStore store_;
};

TEST_F(PartitionStateTest, PassivatesIdleAccountsOnceTheyAreInTheStore) {
  const auto state = fresh();
  for (const char* name : {"a", "b", "c", "d"}) apply(*state, opened(name));
  state->passivate();
  EXPECT_EQ(state->resident_accounts(), 4U) << "not in the store yet";
  Checkpoint collected = state->collect_checkpoint();
  state->passivate();
  EXPECT_EQ(state->resident_accounts(), 4U) << "collected, but not yet durable";
  ASSERT_TRUE(store_.write(std::move(collected.writes)));
  state->checkpoint_written(collected.index);
  state->passivate();
  EXPECT_EQ(state->resident_accounts(), 2U);
  for (const char* name : {"a", "b", "c", "d"})
    EXPECT_NE(state->account(AccountId::from_trusted(name)), nullptr) << name;
  EXPECT_EQ(state->counters().account_passivations, 2U);
  EXPECT_EQ(state->counters().account_activations, 2U);
}

TEST_F(PartitionStateTest, NeverPassivatesWhatChangedSinceTheCheckpointBegan) {
  const auto state = fresh();
  for (const char* name : {"a", "b", "c", "d"}) apply(*state, opened(name));
  Checkpoint collected = state->collect_checkpoint();
  for (const char* name : {"a", "b", "c", "d"})
    apply(*state, AccountFrozen{AccountId::from_trusted(name), ""});
  ASSERT_TRUE(store_.write(std::move(collected.writes)));
  state->checkpoint_written(collected.index);
  state->passivate();
  EXPECT_EQ(state->resident_accounts(), 4U);
}

TEST_F(PartitionStateTest, HasNothingToWriteTwice) {
  const auto state = fresh();
  EXPECT_FALSE(state->has_changes());
  apply(*state, opened("a"));
  EXPECT_TRUE(state->has_changes());
  checkpoint(*state);
  EXPECT_FALSE(state->has_changes());
  EXPECT_EQ(state->collect_checkpoint().writes.size(), 1U) << "the meta row alone";
}

TEST_F(PartitionStateTest, FindsEveryRecordOverSealedEpochsAndRestarts) {
  const std::uint64_t records = DedupOptions{}.records_per_epoch + 10;
  auto state = fresh();
  for (std::uint64_t id = 1; id <= records; ++id) {
    apply(*state, refused(id));
    if (id % 20'000 == 0) checkpoint(*state);
  }
  const auto check = [&] {
    for (const std::uint64_t id : {std::uint64_t{1}, std::uint64_t{20'000}, records - 11,
                                   records - 10, records - 9, records})
      EXPECT_TRUE(knows(*state, id)) << id;
    EXPECT_FALSE(knows(*state, records + 1));
    EXPECT_EQ(state->ended_records(uuid(1)).size(), 1U);
    EXPECT_EQ(state->ended_records(uuid(records)).size(), 1U);
  };
  check();
  checkpoint(*state);
  check();
  EXPECT_EQ(store_.size(Table::records), records);
  state = fresh();
  ASSERT_TRUE(state->load());
  check();
  apply(*state, refused(records + 1));
  checkpoint(*state);
  EXPECT_TRUE(knows(*state, records + 1));
}

TEST_F(PartitionStateTest, RefusesAStoreThatIsNotItsOwn) {
  const auto state = fresh();
  apply(*state, opened("a"));
  checkpoint(*state);
  const auto other = fresh(1)->load();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::mismatch);
  const PartitionMap more(4);
  const auto resized = PartitionState(0, more, store_, 2).load();
  ASSERT_FALSE(resized);
  EXPECT_EQ(resized.error().code, Errc::mismatch);
}

TEST_F(PartitionStateTest, RefusesADamagedStore) {
  const auto state = fresh();
  apply(*state, TransferStarted{uuid(1),
                                alice,
                                Protocol::tcc,
                                usd,
                                noon,
                                {{alice, 0, LegRole::debit, 5}, {bob, 1, LegRole::credit, 5}}});
  checkpoint(*state);
  ASSERT_TRUE(fresh()->load());
  for (const Table table : {Table::meta, Table::transfers}) {
    std::string key;
    ASSERT_TRUE(store_.scan(table, "", [&](auto found, auto) { return key = found, false; }));
    const auto stored = store_.get(table, key);
    ASSERT_TRUE(stored && *stored);
    const std::string good(**stored);
    ASSERT_TRUE(store_.write({{table, key, good.substr(0, good.size() - 1)}}));
    const auto loaded = fresh()->load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Errc::corrupt);
    ASSERT_TRUE(store_.write({{table, key, good}}));
  }
}

TEST_F(PartitionStateTest, KnowsUpToWhereEverythingItStartedHasEnded) {
  auto state = fresh();
  const auto start = [&](std::uint64_t id) {
    const Position at{state->last_index() + 1, 0, 0};
    apply(*state, TransferStarted{uuid(id),
                                  alice,
                                  Protocol::tcc,
                                  usd,
                                  noon,
                                  {{alice, 0, LegRole::debit, 5}, {bob, 1, LegRole::credit, 5}}});
    return at;
  };
  const TransferId first = start(1);
  const TransferId second = start(2);
  const TransferId third = start(3);
  EXPECT_EQ(state->finished_up_to(1), first.index - 1);
  apply(*state, TransferCompleted{second});
  EXPECT_EQ(state->finished_up_to(1), first.index - 1);
  apply(*state, TransferCompleted{first});
  EXPECT_EQ(state->finished_up_to(1), third.index - 1);
  checkpoint(*state);
  state = fresh();
  ASSERT_TRUE(state->load());
  EXPECT_EQ(state->finished_up_to(1), third.index - 1);
  apply(*state, TransferCompleted{third});
  EXPECT_EQ(state->finished_up_to(1), state->last_index());
}

TEST_F(PartitionStateTest, KnowsItForEachPartitionThatHasLegs) {
  const PartitionMap four(4);
  auto state = std::make_unique<PartitionState>(0, four, store_, 2);
  std::uint64_t last = 0;
  const auto start = [&](std::initializer_list<PartitionId> payees) {
    const Position at{state->last_index() + 1, 0, 0};
    TransferStarted event{uuid(++last), alice, Protocol::tcc, usd, noon, {}};
    event.legs.push_back({alice, 0, LegRole::debit, static_cast<Minor>(5 * payees.size())});
    for (const PartitionId p : payees) event.legs.push_back({bob, p, LegRole::credit, 5});
    apply(*state, event);
    return at;
  };
  const auto finished = [&] {
    std::vector<LogIndex> of;
    for (PartitionId p = 1; p < 4; ++p) of.push_back(state->finished_up_to(p));
    return of;
  };
  const TransferId stuck = start({2});
  const TransferId twice = start({1, 1});
  const TransferId both = start({1, 2});
  const LogIndex end = state->last_index();
  EXPECT_EQ(finished(), (std::vector<LogIndex>{twice.index - 1, stuck.index - 1, end}));
  checkpoint(*state);
  state = std::make_unique<PartitionState>(0, four, store_, 2);
  ASSERT_TRUE(state->load());
  EXPECT_EQ(finished(), (std::vector<LogIndex>{twice.index - 1, stuck.index - 1, end}));
  apply(*state, TransferCompleted{twice});
  EXPECT_EQ(finished(), (std::vector<LogIndex>{both.index - 1, stuck.index - 1, end + 1}));
  apply(*state, TransferCompleted{both});
  EXPECT_EQ(finished(), (std::vector<LogIndex>{end + 2, stuck.index - 1, end + 2}));
}

// --- the table under it -----------------------------------------------------------------------------------

struct Thing {
  std::uint64_t id = 0;
  int value = 0;
  [[nodiscard]] std::uint64_t key() const { return id; }
};
struct SameBucket {  // every key collides in part
  std::size_t operator()(std::uint64_t id) const { return id % 7; }
};
using Things = EntityTable<Thing, std::uint64_t, SameBucket>;

TEST(EntityTable, FindsWhatWasInsertedAndNothingThatWasErased) {
  Things things;
  for (std::uint64_t id = 1; id <= 1'000; ++id) things.insert({id, static_cast<int>(id)});
  for (std::uint64_t id = 3; id <= 1'000; id += 3) {
    ASSERT_NE(things.find(id), nullptr);
    things.erase(id);
    EXPECT_EQ(things.find(id), nullptr) << "found just before it was erased";
  }
  for (std::uint64_t id = 1; id <= 1'000; ++id) {
    const Thing* thing = things.find(id);
    ASSERT_EQ(thing != nullptr, id % 3 != 0) << id;
    EXPECT_TRUE(thing == nullptr || thing->value == static_cast<int>(id));
  }
  EXPECT_EQ(things.size(), 667U);
  EXPECT_EQ(things.find(0), nullptr) << "free slots have no key";
}

TEST(EntityTable, KeepsPointersWhileItGrowsAndReusesFreeSlots) {
  Things things;
  Thing* first = &things.insert({1, 1});
  for (std::uint64_t id = 2; id <= 5'000; ++id) things.insert({id, 0});
  EXPECT_EQ(things.find(1), first);
  const std::uint32_t slots = things.slot_count();
  things.erase(77);
  things.insert({77'777, 9});
  EXPECT_EQ(things.slot_count(), slots);
  EXPECT_EQ(things.find(77), nullptr);
  EXPECT_EQ(things.find(77'777)->value, 9);
}

TEST(EntityTable, VisitsInTheSameOrderEveryTime) {
  const auto visit = [] {
    Things things;
    for (std::uint64_t id = 1; id <= 600; ++id) things.insert({id * 7'919 % 601, 0});
    for (std::uint64_t id = 1; id <= 600; id += 2) things.erase(id);
    things.insert({1, 0});
    std::vector<std::uint64_t> seen;
    things.for_each([&](const Thing& thing) { seen.push_back(thing.id); });
    return seen;
  };
  EXPECT_EQ(visit(), visit());
  EXPECT_EQ(visit().size(), 301U);
}

}  // namespace
}  // namespace florin
