// Entities that wait for a time, over stores in memory; and what a store says that cannot be true.
#include "actors/entity/due_entities.hpp"

#include "actors/partition/entity_kinds.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/checked_disk.hpp"
#include "tests/support/due_cases.hpp"

namespace florin::test {
namespace {

class InMemory {
 public:
  StateStore& store() { return store_; }

 private:
  MemoryStateStore store_;
};

class Checked {
 public:
  StateStore& store() { return *store_; }

 private:
  CheckedDisk disk_;
  std::unique_ptr<CheckedStateStore> store_ = open_checked(disk_);
};

using Places = ::testing::Types<InMemory, Checked>;
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DueEntitiesCases, Places);

// Of kinds without a due nothing is looked up, and nobody ever waits for one.
static_assert(!DueEntities<KindTables<AccountEntity, TransferEntity>>::has_kinds);
static_assert(DueEntities<ToyTables>::has_kinds);

// As after a day in which a provider did not answer: whoever is late stays, and no turn looks at all of them.
TEST(LateEntities, PuttingAwayLooksAtABoundedNumberOfThem) {
  MemoryStateStore store;
  DueWorld world(store);
  for (std::uint32_t id = 1; id <= late_rows_max; ++id) world.set(id, Timestamp{1});
  world.set(late_rows_max + 1, std::nullopt);
  world.checkpoint();
  world.crash();
  for (std::int64_t second = 1; world.awake() < late_rows_max && second < 1'000; ++second)
    world.tick(Timestamp{second * 1'000'000}, [](auto, std::uint32_t) {});
  ASSERT_NE(world.message(late_rows_max + 1), nullptr);
  ASSERT_EQ(world.awake(), late_rows_max + 1);
  world.sleep();
  EXPECT_EQ(world.awake(), late_rows_max + 1) << "it has met nobody who may go";
  world.sleep();  // the idle one was used since the hand last passed: it gets another round
  world.sleep();
  EXPECT_EQ(world.awake(), late_rows_max) << "each goes on where the one before has stopped";
}

// As in the middle of much work: what no checkpoint has yet hides nobody who may go.
TEST(LateEntities, WhoeverIsIdleIsPutAwayHoweverManyAreNotStored) {
  MemoryStateStore store;
  DueWorld world(store);
  world.set(1, std::nullopt);
  world.checkpoint();
  for (std::uint32_t id = 2; id <= late_rows_max + 2; ++id) world.set(id, std::nullopt);
  world.sleep();
  EXPECT_EQ(world.awake(), late_rows_max + 1);
}

class DamagedTimersTest : public ::testing::Test {
 protected:
  // One toy sleeps until 1000, with another row in the place of its own.
  void given_row(const std::string& key, std::optional<std::string_view> toy) {
    store_ = open_checked(disk_);
    std::vector<StateWrite> writes{{Table::due, key, ""}};
    if (toy) writes.push_back({Order::table, toy_key, *toy});
    ASSERT_TRUE(store_->write(std::move(writes)));
  }
  void expect_damage(const std::string& why) {
    DueWorld world(*store_);
    EXPECT_EQ(world.tick(1'000), Seen{});
    ASSERT_TRUE(store_->is_damaged());
    EXPECT_EQ(store_->damage()->context, why);
  }

  const std::string toy_key = Order::key_bytes(1);

 private:
  CheckedDisk disk_;
  std::unique_ptr<CheckedStateStore> store_;
};

TEST_F(DamagedTimersTest, ATimerWhoseEntityIsMissingIsDamage) {
  given_row(due_key(Timestamp{1'000}, Order::due_number, toy_key), std::nullopt);
  expect_damage("stored timer of kind 7 at 1970-01-01T00:00:00.001000Z: its entity is missing");
}

TEST_F(DamagedTimersTest, ATimerOfAnotherTimeThanItsEntityHasIsDamage) {
  given_row(due_key(Timestamp{1'000}, Order::due_number, toy_key), "2000");
  expect_damage(
      "stored timer of kind 7 at 1970-01-01T00:00:00.001000Z: its entity waits for another time");
}

TEST_F(DamagedTimersTest, ATimerOfNoKindIsDamage) {
  given_row(due_key(Timestamp{1'000}, 99, toy_key), "1000");
  expect_damage("stored timer of kind 99 at 1970-01-01T00:00:00.001000Z: there is no such kind");
}

TEST_F(DamagedTimersTest, ATimerWithoutAKeyIsDamage) {
  given_row(due_key(Timestamp{1'000}, Order::due_number, ""), "1000");
  expect_damage("stored timer: key has a wrong length");
}

}  // namespace
}  // namespace florin::test
