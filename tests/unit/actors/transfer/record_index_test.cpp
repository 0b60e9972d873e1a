// The index of records: nothing that was recorded is ever unknown, whatever becomes of a checkpoint; a new id costs one
// read at most; what waits in memory is bounded; and what is missing in the store is noticed.
#include "actors/transfer/record_index.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>

#include "persistence/codec/state_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

// Counts what is read of it.
class CountedStore final : public StateStore {
 public:
  using StateStore::write;
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override {
    ++reads;
    return rows->get(table, key);
  }
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override {
    return rows->scan_from(table, first, [&](std::string_view key, std::string_view value) {
      ++reads;
      return visit(key, value);
    });
  }
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override {
    return rows->write(std::move(writes), watch);
  }

  std::unique_ptr<MemoryStateStore> rows = std::make_unique<MemoryStateStore>();
  std::size_t reads = 0;
};

class RecordIndexTest : public testing::Test {
 protected:
  static constexpr std::uint64_t secret = 77;
  static constexpr std::uint32_t per_epoch = 10;

  void begin(const RecordIndexOptions& options) {
    options_ = options;
    index_ = std::make_unique<RecordIndex>(options_, secret);
  }
  void record(std::uint64_t id) {
    const auto epoch = static_cast<std::uint32_t>(recorded_++ / per_epoch);
    index_->add(index_->hash(words::uuid(id)), epoch);
    fresh_.put(Table::records, record_key(epoch, words::uuid(id), words::alice), "record");
    waits_for_store_[id].insert(epoch);
  }
  // A checkpoint that the store takes, or that it has no room for: it comes again, then or later.
  void collect() {
    ASSERT_TRUE(
        index_->collect(store_, fresh_, recorded_ / per_epoch, ++at_, written_ == collected_));
    collected_ = at_;
    batches_.push_back(std::make_unique<RowBatch>(std::move(fresh_)));
    fresh_ = RowBatch();
    pending_.clear();
    for (const auto& batch : batches_) batch->append_to(pending_);
  }
  void write() {
    ASSERT_TRUE(store_.write(std::move(pending_)));
    pending_ = {};
    batches_.clear();
    written_ = collected_;
    index_->written(written_);
    for (auto& [id, epochs] : waits_for_store_) known_[id].merge(epochs);
    waits_for_store_.clear();
  }
  void checkpoint() {
    collect();
    write();
  }
  // What was not written is gone, as the log would bring it again: here it does not come again.
  void restart() {
    pending_ = {};
    batches_.clear();
    fresh_ = RowBatch();
    waits_for_store_.clear();
    index_ = std::make_unique<RecordIndex>(options_, secret + 1);
    const auto loaded = index_->load(store_);
    ASSERT_TRUE(loaded) << loaded.error().context;
    collected_ = written_ = at_;
  }
  std::set<std::uint32_t> epochs_of(std::uint64_t id) {
    const std::uint64_t hash = index_->hash(words::uuid(id));
    if (!index_->may_contain(hash)) return {};
    const auto epochs = index_->epochs_of(hash, store_);
    EXPECT_TRUE(epochs) << epochs.error().context;
    return epochs ? std::set<std::uint32_t>(epochs->begin(), epochs->end())
                  : std::set<std::uint32_t>();
  }
  void check_all() {
    for (const auto& [id, epochs] : known_) {
      const auto found = epochs_of(id);
      for (const std::uint32_t epoch : epochs)
        EXPECT_TRUE(found.contains(epoch)) << id << " in " << epoch;
    }
    const auto wrong = check_record_index(store_);
    ASSERT_TRUE(wrong) << wrong.error().context;
    EXPECT_FALSE(*wrong) << **wrong;
  }

  CountedStore store_;
  RecordIndexOptions options_;
  std::unique_ptr<RecordIndex> index_;
  RowBatch fresh_;
  std::vector<std::unique_ptr<RowBatch>> batches_;
  std::vector<StateWrite> pending_;
  std::map<std::uint64_t, std::set<std::uint32_t>> waits_for_store_, known_;
  std::uint32_t recorded_ = 0;
  LogIndex at_ = 0, collected_ = 0, written_ = 0;
};

TEST_F(RecordIndexTest, ForgetsNothingWhateverBecomesOfCheckpoints) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto dice = [&](std::uint32_t below) {
      return static_cast<std::uint32_t>(random() % below);
    };
    store_.rows = std::make_unique<MemoryStateStore>();
    known_.clear();
    waits_for_store_.clear();
    recorded_ = 0;
    begin({.filter_log2_max = 6 + dice(8),
           .waiting_max = 1 + dice(60),
           .row_entries_max = 1 + dice(12)});
    std::uint64_t next_id = 1;
    for (int step = 0; step < 120; ++step) {
      for (std::uint32_t i = dice(20); i > 0; --i) record(dice(5) == 0 ? 1 + dice(20) : next_id++);
      switch (dice(8)) {
        case 0: restart(); break;
        case 1: collect(); break;  // no room: the next one is collected on top of it
        default: checkpoint();
      }
      if (step % 30 == 29) check_all();
    }
    checkpoint();
    restart();
    check_all();
  }
}

TEST_F(RecordIndexTest, ANewIdCostsOneReadAtMostAndWhatWaitsIsBounded) {
  begin({.filter_log2_max = 12, .waiting_max = 500, .row_entries_max = 20});
  constexpr std::uint64_t ids = 20'000;
  for (std::uint64_t id = 1; id <= ids; ++id) {
    record(id);
    if (id % 50 == 0) checkpoint();
    EXPECT_LE(index_->waiting(), 2U * 500 + 50);
  }
  std::uint64_t reads = 0;
  for (std::uint64_t id = ids + 1; id <= ids + 5'000; ++id) {
    store_.reads = 0;
    EXPECT_TRUE(epochs_of(id).empty());
    EXPECT_LE(store_.reads, 1U) << id;
    reads += store_.reads;
  }
  EXPECT_GT(reads, 100U) << "so small a filter says yes to many";
  EXPECT_EQ(index_->filter_bits(), 4'096U) << "its bound";
  check_all();
}

TEST_F(RecordIndexTest, TheFilterGrowsAndKeepsNewIdsFromTheStore) {
  begin({.filter_log2_max = 20, .waiting_max = 500, .row_entries_max = 50});
  const std::uint64_t first_bits = index_->filter_bits();
  constexpr std::uint64_t ids = 40'000;
  const auto reads_of_strangers = [&] {
    store_.reads = 0;
    for (std::uint64_t id = ids + 1; id <= ids + 5'000; ++id) EXPECT_TRUE(epochs_of(id).empty());
    return store_.reads;
  };
  for (std::uint64_t id = 1; id <= ids; ++id) {
    record(id);
    if (id % 100 == 0) checkpoint();
  }
  EXPECT_GT(index_->filter_bits(), first_bits);
  EXPECT_LT(reads_of_strangers(), 100U);
  restart();
  EXPECT_LT(reads_of_strangers(), 100U);
  check_all();
}

TEST_F(RecordIndexTest, AnIdThatThousandsUseIsOneEntryOfEachEpoch) {
  begin({.filter_log2_max = 12, .waiting_max = 4, .row_entries_max = 3});
  for (int i = 0; i < 3'000; ++i) {
    record(1);
    if (i % 100 == 0) checkpoint();
  }
  checkpoint();
  EXPECT_EQ(epochs_of(1).size(), 3'000U / per_epoch);
  EXPECT_LE(index_->waiting(), 3'000U / per_epoch);
  restart();
  check_all();
}

// Each row that there is, taken away: whoever needs it is told, and nobody hears that an id is new.
TEST_F(RecordIndexTest, ARowThatIsMissingIsNoticedWhereItWas) {
  begin({.filter_log2_max = 12, .waiting_max = 4, .row_entries_max = 5});
  for (std::uint64_t id = 1; id <= 60; ++id) record(id);
  checkpoint();
  for (std::uint64_t id = 61; id <= 200; ++id) {  // what waits from the first is dropped
    record(id);
    checkpoint();
  }
  std::vector<std::pair<std::string, std::string>> all;
  ASSERT_TRUE(store_.scan_from(Table::index, "", [&](std::string_view key, std::string_view value) {
    all.emplace_back(key, value);
    return true;
  }));
  ASSERT_GT(all.size(), 10U);
  for (const auto& [key, value] : all) {
    ASSERT_TRUE(store_.write({{Table::index, key, std::nullopt}}));
    std::size_t noticed = 0;
    std::size_t forgotten = 0;
    for (const auto& [id, epochs] : known_) {
      const auto found = index_->epochs_of(index_->hash(words::uuid(id)), store_);
      if (!found)
        ++noticed;
      else if (found->empty())
        ++forgotten;
    }
    EXPECT_EQ(forgotten, 0U);
    EXPECT_EQ(noticed != 0, value.size() > 8) << "its entries";
    const auto checked = check_record_index(store_);
    EXPECT_TRUE(!checked || *checked);
    RecordIndex again(options_, secret);
    EXPECT_FALSE(again.load(store_)) << "a start looks at all rows for its filter";
    ASSERT_TRUE(store_.write({{Table::index, key, value}}));
  }
  ASSERT_TRUE(store_.write({{Table::meta, record_index_key, std::nullopt}}));
  RecordIndex again(options_, secret);
  EXPECT_FALSE(again.load(store_)) << "its rows are there, and nobody says with which secret";
}

// The same bytes for ever: a hash that another build counts differently makes every old id unknown, and pays it again.
TEST_F(RecordIndexTest, HashesAndRowsHaveTheBytesThatOlderNodesWrote) {
  begin({.filter_log2_max = 12, .waiting_max = 1, .row_entries_max = 338});
  EXPECT_EQ(index_->hash(words::uuid(1)), 729105852446056041U);
  record(1);
  record(2);
  checkpoint();
  std::string rows;
  for (const Table table : {Table::index, Table::meta})
    ASSERT_TRUE(store_.scan_from(table, "", [&](std::string_view key, std::string_view value) {
      rows += test::to_hex(key) + test::to_hex(value);
      return true;
    }));
  EXPECT_EQ(
      rows,
      "ffffffffffffffff\n"                                                  // up to which hash
      "0000000000000000699eb4eae84d1e0a0000000069f281721fae14c500000000\n"  // from which, two entries
      "696e646578\n"                                                        // "index"
      "4d000000000000000100000000000000020000000000000000000000\n");
}

}  // namespace
}  // namespace florin
