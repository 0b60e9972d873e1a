// RecordIndex: in which epochs was this transaction id recorded? For all records that the store has, whatever their number:
// a new id costs one look at a filter in memory, and at most one read of the store.
//
// Entries (hash of an id, epoch) first wait in memory, in order. Once there are many, each checkpoint also writes some of
// the index's rows: a row holds all entries whose hash lies in its range, and the ranges follow each other without a gap. A
// sweep goes through the rows in their order, round and round, and puts into each what waits for it. What waits is dropped
// when the next round finds it in the stored row: until then it is in both places, so a checkpoint that is
// refused, repeated or lost takes nothing away. The pace follows the number of new records, so that what waits is bounded.
//
// Promises
//  - No entry is ever unknown: it waits, or is in the row that its hash leads to.
//  - A row that is missing is noticed by whoever comes to where it was: each row says where its range begins.
//  - Memory: at most 2^filter_log2_max bits (half of that again while it grows), and some 32 bytes for each of
//    2 * waiting_max entries. A filter that is too small for its ids says yes too often, and more reads follow, one for each id.
// Hashes have a secret of the store, so that nobody can choose ids that share a row.
// Threads: the partition's. Crash: its rows are written in the checkpoint's transaction; what they do not have yet is found
// again in the records, from the first epoch on of which the index does not have everything.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/transfer/record_filter.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "persistence/codec/row_batch.hpp"
#include "persistence/state_store.hpp"

namespace florin {

struct RecordIndexOptions {
  unsigned filter_log2_max = 26;                   // bits
  std::size_t waiting_max = std::size_t{1} << 18;  // entries; beyond it rows are written
  std::size_t row_entries_max = 338;               // a row of LMDB with a page of its own
};

class RecordIndex {
 public:
  // `secret`: of a new store; one that was written has its own.
  RecordIndex(const RecordIndexOptions& options, std::uint64_t secret);

  [[nodiscard]] std::uint64_t hash(const Uuid& id) const;
  void add(std::uint64_t hash, std::uint32_t epoch) {
    filter_.add(hash);
    fresh_.push_back({hash, epoch});
  }
  // False: it was never added.
  [[nodiscard]] bool may_contain(std::uint64_t hash) const {
    return !has_filter_ || filter_.may_contain(hash);
  }
  void prefetch(std::uint64_t hash) const { filter_.prefetch(hash); }

  // Of all that was added before the last collect(), ascending. Reads one row. Errc::corrupt: it is missing or damaged.
  Result<std::vector<std::uint32_t>, Error> epochs_of(std::uint64_t hash, StateStore& store) const;

  // With each checkpoint, after entry `index`: adds the rows that are due. `epoch` is the one that is being filled; `store`
  // has the last checkpoint, or `is_store_current` is false and nothing is written.
  Status<Error> collect(StateStore& store, RowBatch& rows, std::uint32_t epoch, LogIndex index,
                        bool is_store_current);
  void written(LogIndex index) {
    if (begins_at_ && index >= *begins_at_) is_stored_ = true;
  }

  Status<Error> load(StateStore& store);

  [[nodiscard]] std::size_t waiting() const { return waiting_.size() + fresh_.size(); }
  [[nodiscard]] std::uint64_t filter_bits() const { return filter_.bits(); }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t epoch = 0;
    bool is_in_row = false;
  };
  // A row: the entries, in order, whose hashes are from `low` to `high`.
  struct Row {
    std::uint64_t low = 0;
    std::uint64_t high = UINT64_MAX;
    std::string_view entries;
  };

  static bool is_before(const Entry& a, const Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.epoch < b.epoch;
  }
  static Result<Row, Error> decode(std::string_view key, std::string_view value);
  static Entry entry_at(std::string_view entries, std::size_t place);
  static std::size_t place_of(std::string_view entries, std::uint64_t hash);

  [[nodiscard]] std::uint64_t ids() const { return entries_ + waiting_.size(); }
  std::size_t merge_fresh();
  Status<Error> sweep(StateStore& store, RowBatch& rows, std::uint32_t epoch, std::size_t added);
  void fill(const Row& row, RowBatch& rows);
  void put(RowBatch& rows, const Row& row, std::span<const Entry> entries);
  Status<Error> load_summary(StateStore& store);
  Status<Error> load_records(StateStore& store);
  // Rows that follow each other from `low` on, until `visit` returns false; true: that was up to the last one.
  static Result<bool, Error> for_each_row(StateStore& store, std::uint64_t low,
                                          const std::function<bool(const Row&)>& visit);
  Status<Error> make_filter(StateStore& store);

  friend Result<std::optional<std::string>, Error> check_record_index(StateStore& store);

  RecordIndexOptions options_;
  std::uint64_t secret_;
  RecordFilter filter_;
  bool has_filter_ = true;      // false: it would say yes to most
  std::vector<Entry> fresh_;    // since the last collect(): their records are not in the store
  std::vector<Entry> waiting_;  // in order
  std::uint64_t rows_ = 0;
  std::uint64_t entries_ = 0;          // in rows
  std::uint64_t next_low_ = 0;         // where the sweep goes on
  std::uint32_t round_epoch_ = 0;      // that was being filled when this round began
  std::uint32_t first_epoch_ = 0;      // of those that are not wholly in rows
  std::optional<LogIndex> begins_at_;  // its first rows
  bool is_stored_ = false;             // the store has rows of it
};

// For the audit: do its rows follow each other, and does it know all records that it must? Empty = yes. An error of the store.
Result<std::optional<std::string>, Error> check_record_index(StateStore& store);

}  // namespace florin
