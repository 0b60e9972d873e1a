// What a partition remembers of transfers over many epochs, when what tells their ids apart is often wrong: filters that
// say yes to strangers, indexes in which many ids have one tag. And over several full epochs of the real size.
#include <gtest/gtest.h>

#include "actors/partition/partition_state.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

class PartitionDedupTest : public ::testing::Test {
 protected:
  void begin(const DedupOptions& dedup) {
    dedup_ = dedup;
    store_ = std::make_unique<MemoryStateStore>();
    state_ = std::make_unique<PartitionState>(0, map_, *store_, 2, dedup_);
  }
  void restart() {
    state_ = std::make_unique<PartitionState>(0, map_, *store_, 2, dedup_);
    const auto loaded = state_->load();
    ASSERT_TRUE(loaded) << loaded.error().context;
  }
  void apply(const Event& event) {
    const LogIndex index = state_->last_index() + 1;
    state_->apply(event, {index, 0, 0}, noon);
    state_->end_entry(index, noon, Hash{});
  }
  void checkpoint() {
    Checkpoint checkpoint = state_->collect_checkpoint();
    ASSERT_TRUE(store_->write(std::move(checkpoint.writes)));
    state_->checkpoint_written(checkpoint.index);
  }
  // The amount says which record it is.
  void refuse(std::uint64_t id, const AccountId& owner) {
    apply(TransferRefused{uuid(id), owner, owner == alice ? bob : alice, amount_of(id, owner), usd,
                          Rejection::account_frozen});
  }
  static Minor amount_of(std::uint64_t id, const AccountId& owner) {
    return static_cast<Minor>(2 * id + (owner == alice ? 1 : 0));
  }
  LogIndex start(std::uint64_t id, const AccountId& owner) {
    apply(TransferStarted{uuid(id),
                          owner,
                          Protocol::tcc,
                          usd,
                          noon,
                          {{owner, 0, LegRole::debit, amount_of(id, owner)},
                           {account_in(1, 2, "carol"), 1, LegRole::credit, amount_of(id, owner)}}});
    return state_->last_index();
  }
  [[nodiscard]] bool knows(std::uint64_t id, const AccountId& owner) {
    if (const TransferRow* open = state_->open_transfer(uuid(id), owner))
      return open->state.transaction_id == uuid(id) && open->state.owner == owner &&
             open->state.debit().amount == amount_of(id, owner);
    const auto ended = state_->ended_record(uuid(id), owner);
    return ended && ended->transaction_id == uuid(id) && ended->owner == owner &&
           ended->amount == amount_of(id, owner);
  }
  [[nodiscard]] bool is_new(std::uint64_t id, const AccountId& owner) {
    return state_->open_transfer(uuid(id), owner) == nullptr &&
           !state_->ended_record(uuid(id), owner);
  }

  PartitionMap map_{2};
  std::unique_ptr<MemoryStateStore> store_;
  DedupOptions dedup_;
  std::unique_ptr<PartitionState> state_;
};

TEST_F(PartitionDedupTest, FindsEveryRecordAndNoStrangerWhateverCollides) {
  constexpr std::uint64_t ids = 150;
  for (const unsigned tag_bits : {1U, 3U, 32U}) {
    begin({.records_per_epoch = 16,
           .records = {.filter_log2_max = 6,
                       .waiting_max = 12 * tag_bits,
                       .row_entries_max = tag_bits},
           .index = {.tag_bits = tag_bits}});
    const auto check = [&](const std::string& when, std::uint64_t up_to) {
      for (std::uint64_t id = 1; id <= ids + 50; ++id) {
        EXPECT_EQ(knows(id, alice), id <= up_to) << when << ": id " << id;
        EXPECT_EQ(knows(id, bob), id <= up_to && id % 3 == 0) << when << ": id " << id;
        EXPECT_EQ(state_->ended_records(uuid(id)).size(), id > up_to ? 0U : (id % 3 == 0 ? 2U : 1U))
            << when << ": id " << id;
      }
    };
    for (std::uint64_t id = 1; id <= ids; ++id) {
      EXPECT_TRUE(is_new(id, alice)) << id << " is new";
      refuse(id, alice);
      if (id % 3 == 0) refuse(id, bob);
      if (id % 37 == 0) checkpoint();
      if (id == 100) check("in memory and in the store", id);
    }
    check("before the last checkpoint", ids);
    checkpoint();
    check("behind the last checkpoint", ids);
    restart();
    check("after a restart", ids);
  }
}

TEST_F(PartitionDedupTest, FindsOpenTransfersOfOneOwnerWhoseIdsHaveOneTag) {
  begin({.records_per_epoch = 16, .records = {.filter_log2_max = 6}, .index = {.tag_bits = 1}});
  constexpr std::uint64_t ids = 40;
  for (std::uint64_t id = 1; id <= ids; ++id) {
    EXPECT_TRUE(is_new(id, alice)) << id << " is new";
    start(id, alice);
    if (id % 2 == 0) start(id, bob);
  }
  const auto check = [&] {
    for (std::uint64_t id = 1; id <= ids + 10; ++id) {
      EXPECT_EQ(knows(id, alice), id <= ids) << id;
      EXPECT_EQ(knows(id, bob), id <= ids && id % 2 == 0) << id;
      EXPECT_EQ(state_->find_transfers(uuid(id), {}, 100, 1'000).open.size(),
                id > ids ? 0U : (id % 2 == 0 ? 2U : 1U));
    }
  };
  check();
  checkpoint();
  restart();
  check();
}

TEST_F(PartitionDedupTest, KeepsSeveralFullEpochsOfTheRealSize) {
  begin({});
  const std::uint64_t per_epoch = DedupOptions{}.records_per_epoch;
  const std::uint64_t records = 3 * per_epoch + 1'000;
  for (std::uint64_t id = 1; id <= records; ++id) {
    refuse(id, alice);
    if (id % 30'000 == 0) checkpoint();
  }
  const auto check = [&] {
    for (std::uint64_t id = 1; id <= records; id += 97) ASSERT_TRUE(knows(id, alice)) << id;
    for (std::uint64_t epoch = 0; epoch <= 3; ++epoch)
      for (const std::uint64_t id : {epoch * per_epoch, epoch * per_epoch + 1})
        EXPECT_EQ(knows(id, alice), id != 0) << id;
    for (std::uint64_t id = records + 1; id <= records + 2'000; ++id)
      EXPECT_TRUE(is_new(id, alice)) << id;
  };
  check();
  checkpoint();
  restart();
  check();
}

}  // namespace
}  // namespace florin
