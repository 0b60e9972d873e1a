// Rows of the index: [low u64 | entries (hash u64, epoch u32)...], little-endian, under the highest hash of their range.
#include "actors/transfer/record_index.hpp"

#include <algorithm>
#include <bit>

#include "base/little_endian.hpp"
#include "persistence/codec/state_codec.hpp"

#define XXH_INLINE_ALL  // a call into the library costs more than the hash of an id
#include <xxhash.h>

namespace florin {
namespace {

constexpr std::size_t entry_size = 12;
constexpr unsigned first_filter_log2 = 16;
// A filter that is built for so many bits for each id is worth building; below it says yes to most.
constexpr std::uint64_t useful_bits_per_id = 4;

Error index_is_damaged(const std::string& what) {
  return {Errc::corrupt, "the stored index of records: " + what};
}

unsigned filter_log2_for(std::uint64_t ids, unsigned log2_max) {
  const std::uint64_t wanted = 2 * RecordFilter::bits_per_id * std::max<std::uint64_t>(1, ids);
  const auto log2 = static_cast<unsigned>(std::bit_width(wanted - 1));
  return std::clamp(log2, std::min(first_filter_log2, log2_max), log2_max);
}

struct IndexSummary {
  std::uint64_t secret = 0, rows = 0, entries = 0;
  std::uint32_t first_epoch = 0;
};
constexpr std::size_t summary_size = 3 * sizeof(std::uint64_t) + sizeof(std::uint32_t);

Result<std::optional<IndexSummary>, Error> read_index_summary(StateStore& store) {
  FLORIN_TRY(stored, store.get(Table::meta, record_index_key));
  if (!stored) return std::optional<IndexSummary>();
  if (stored->size() != summary_size) return Err{index_is_damaged("its summary has another size")};
  std::string_view bytes = *stored;
  IndexSummary summary;
  summary.secret = *take_le<std::uint64_t>(bytes);
  summary.rows = *take_le<std::uint64_t>(bytes);
  summary.entries = *take_le<std::uint64_t>(bytes);
  summary.first_epoch = *take_le<std::uint32_t>(bytes);
  return std::optional(summary);
}

// Of each record from `epoch` on, in the order of their keys.
Status<Error> for_each_record_key(
    StateStore& store, std::uint32_t epoch,
    const std::function<bool(std::uint32_t epoch, const Uuid& id)>& visit) {
  std::optional<Error> failure;
  FLORIN_TRY_VOID(store.scan_from(Table::records, epoch_key(epoch),
                                  [&](std::string_view key, std::string_view) {
                                    auto record = decode_record_key(key);
                                    if (!record) failure = std::move(record).error();
                                    return record && visit(record->epoch, record->transaction_id);
                                  }));
  if (failure) return Err{std::move(*failure)};
  return Unit{};
}

}  // namespace

RecordIndex::RecordIndex(const RecordIndexOptions& options, std::uint64_t secret)
    : options_(options), secret_(secret), filter_(filter_log2_for(0, options.filter_log2_max)) {}

std::uint64_t RecordIndex::hash(const Uuid& id) const {
  return XXH3_64bits_withSeed(id.bytes.data(), id.bytes.size(), secret_);
}

// --- rows ----------------------------------------------------------------------------------------------------

Result<RecordIndex::Row, Error> RecordIndex::decode(std::string_view key, std::string_view value) {
  Row row;
  if (value.size() < sizeof(row.low) || (value.size() - sizeof(row.low)) % entry_size != 0)
    return Err{index_is_damaged("a row has another size")};
  FLORIN_TRY(high, decode_index_key(key));
  row.high = high;
  row.low = *take_le<std::uint64_t>(value);
  row.entries = value;
  return row;
}

RecordIndex::Entry RecordIndex::entry_at(std::string_view entries, std::size_t place) {
  const std::string_view bytes = entries.substr(place * entry_size);
  return {load_le<std::uint64_t>(bytes), load_le<std::uint32_t>(bytes.substr(8)), true};
}

// Of the first entry that has the hash or a higher one.
std::size_t RecordIndex::place_of(std::string_view entries, std::uint64_t hash) {
  std::size_t low = 0;
  std::size_t high = entries.size() / entry_size;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (load_le<std::uint64_t>(entries.substr(middle * entry_size)) < hash)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

Result<bool, Error> RecordIndex::for_each_row(StateStore& store, std::uint64_t low,
                                              const std::function<bool(const Row&)>& visit) {
  std::optional<Error> failure;
  bool is_at_end = false;
  bool goes_on = true;
  FLORIN_TRY_VOID(store.scan_from(
      Table::index, index_key(low), [&](std::string_view key, std::string_view value) {
        auto row = decode(key, value);
        if (!row) {
          failure = std::move(row).error();
        } else if (is_at_end || row->low != low) {
          failure = index_is_damaged("a row is missing, or another one is there");
        } else {
          is_at_end = row->high == UINT64_MAX;
          low = row->high + 1;
          goes_on = visit(*row);
        }
        return goes_on && !failure;
      }));
  if (!failure && goes_on && !is_at_end) failure = index_is_damaged("its last row is missing");
  if (failure) return Err{std::move(*failure)};
  return is_at_end;
}

Result<std::vector<std::uint32_t>, Error> RecordIndex::epochs_of(std::uint64_t hash,
                                                                 StateStore& store) const {
  std::vector<std::uint32_t> epochs;
  for (auto waits = std::ranges::lower_bound(waiting_, hash, {}, &Entry::hash);
       waits != waiting_.end() && waits->hash == hash; ++waits)
    epochs.push_back(waits->epoch);
  if (!is_stored_) return epochs;
  Error failure = index_is_damaged("a row is missing");
  bool is_found = false;
  FLORIN_TRY_VOID(store.scan_from(
      Table::index, index_key(hash), [&](std::string_view key, std::string_view value) {
        auto row = decode(key, value);
        if (!row) {
          failure = std::move(row).error();
        } else if (row->low <= hash) {
          is_found = true;
          const std::size_t count = row->entries.size() / entry_size;
          for (std::size_t i = place_of(row->entries, hash); i < count; ++i) {
            const Entry entry = entry_at(row->entries, i);
            if (entry.hash != hash) break;
            epochs.push_back(entry.epoch);
          }
        }
        return false;
      }));
  if (!is_found) return Err{std::move(failure)};
  std::ranges::sort(epochs);
  epochs.erase(std::unique(epochs.begin(), epochs.end()), epochs.end());
  return epochs;
}

// --- checkpoints ---------------------------------------------------------------------------------------------

// How many came.
std::size_t RecordIndex::merge_fresh() {
  const auto is_same = [](const Entry& a, const Entry& b) {
    return a.hash == b.hash && a.epoch == b.epoch;
  };
  const std::size_t added = fresh_.size();
  if (added == 0) return 0;
  std::ranges::sort(fresh_, is_before);
  std::vector<Entry> merged;
  merged.reserve(waiting_.size() + added);
  std::ranges::merge(waiting_, fresh_, std::back_inserter(merged), is_before);
  merged.erase(std::unique(merged.begin(), merged.end(), is_same), merged.end());
  waiting_ = std::move(merged);
  fresh_.clear();
  if (fresh_.capacity() > options_.waiting_max) fresh_.shrink_to_fit();  // of a long replay
  return added;
}

Status<Error> RecordIndex::collect(StateStore& store, RowBatch& rows, std::uint32_t epoch,
                                   LogIndex index, bool is_store_current) {
  const std::size_t added = merge_fresh();
  const bool is_full = ids() * RecordFilter::bits_per_id > filter_.bits();
  if (has_filter_ && is_full &&
      filter_log2_for(ids(), options_.filter_log2_max) >
          static_cast<unsigned>(std::bit_width(filter_.bits()) - 1))
    FLORIN_TRY_VOID(make_filter(store));
  if (!is_store_current || waiting_.size() < options_.waiting_max) return Unit{};
  if (!begins_at_) begins_at_ = index;
  return sweep(store, rows, epoch, added);
}

// A round for as many new entries as may wait: an entry waits for one round until it is in its row, and for one more until it
// is found there.
Status<Error> RecordIndex::sweep(StateStore& store, RowBatch& rows, std::uint32_t epoch,
                                 std::size_t added) {
  if (next_low_ == 0) round_epoch_ = epoch;
  const std::uint64_t due = added + (waiting_.size() - options_.waiting_max);
  const std::uint64_t pace = due * rows_ / std::max<std::size_t>(1, options_.waiting_max);
  std::uint64_t left = std::clamp<std::uint64_t>(pace + 1, 1, std::max<std::uint64_t>(1, rows_));
  bool is_round_over = true;
  if (!is_stored_) {
    fill({}, rows);
  } else {
    FLORIN_TRY(is_at_end, for_each_row(store, next_low_, [&](const Row& row) {
                 fill(row, rows);
                 next_low_ = row.high + 1;
                 return --left > 0 && row.high != UINT64_MAX;
               }));
    is_round_over = is_at_end;
  }
  std::erase_if(waiting_, [](const Entry& entry) { return entry.is_in_row; });
  if (is_round_over) {
    next_low_ = 0;
    first_epoch_ = round_epoch_;
  }
  std::string summary;
  append_le(summary, secret_);
  append_le(summary, rows_);
  append_le(summary, entries_);
  append_le(summary, first_epoch_);
  rows.put(Table::meta, record_index_key, summary);
  return Unit{};
}

// Marks what is in the row, and adds to it what is not; one that becomes too large is written as several.
void RecordIndex::fill(const Row& row, RowBatch& rows) {
  const auto first = std::ranges::lower_bound(waiting_, row.low, {}, &Entry::hash);
  const auto end = std::ranges::upper_bound(waiting_, row.high, {}, &Entry::hash);
  std::vector<Entry> all;
  const std::size_t stored = row.entries.size() / entry_size;
  std::size_t added = 0;
  std::size_t i = 0;
  for (auto waits = first; waits != end; ++waits) {
    for (; i < stored && is_before(entry_at(row.entries, i), *waits); ++i)
      all.push_back(entry_at(row.entries, i));
    if (i < stored && !is_before(*waits, entry_at(row.entries, i))) {
      waits->is_in_row = true;
    } else {
      all.push_back(*waits);
      ++added;
    }
  }
  const bool is_first = !is_stored_;
  if (added == 0 && !is_first) return;
  for (; i < stored; ++i) all.push_back(entry_at(row.entries, i));
  entries_ += added;
  // Those that have become too many are left with room.
  const std::size_t part_size = all.size() <= options_.row_entries_max
                                    ? all.size()
                                    : std::max<std::size_t>(1, options_.row_entries_max * 2 / 3);
  Row part{row.low, row.high, {}};
  std::span<const Entry> left(all);
  std::uint64_t written = 0;
  while (!left.empty() || written == 0) {
    std::size_t count = std::min(part_size, left.size());
    while (count > 0 && count < left.size() && left[count].hash == left[count - 1].hash) ++count;
    part.high = count == left.size() ? row.high : left[count - 1].hash;
    put(rows, part, left.first(count));
    ++written;
    part.low = part.high + 1;
    left = left.subspan(count);
  }
  rows_ += is_first ? written : written - 1;
}

void RecordIndex::put(RowBatch& rows, const Row& row, std::span<const Entry> entries) {
  std::string value;
  value.reserve(sizeof(row.low) + entries.size() * entry_size);
  append_le(value, row.low);
  for (const Entry& entry : entries) {
    append_le(value, entry.hash);
    append_le(value, entry.epoch);
  }
  rows.put(Table::index, index_key(row.high), value);
}

// --- loading -------------------------------------------------------------------------------------------------

Status<Error> RecordIndex::load(StateStore& store) {
  FLORIN_TRY_VOID(load_summary(store));
  FLORIN_TRY_VOID(load_records(store));
  return make_filter(store);
}

Status<Error> RecordIndex::load_summary(StateStore& store) {
  FLORIN_TRY(summary, read_index_summary(store));
  bool has_rows = false;
  FLORIN_TRY_VOID(store.scan_from(Table::index, "", [&](std::string_view, std::string_view) {
    has_rows = true;
    return false;
  }));
  if (has_rows != summary.has_value())
    return Err{index_is_damaged(has_rows ? "its summary is missing" : "its rows are missing")};
  if (!summary) return Unit{};
  secret_ = summary->secret;
  rows_ = summary->rows;
  entries_ = summary->entries;
  first_epoch_ = summary->first_epoch;
  is_stored_ = true;
  return Unit{};
}

Status<Error> RecordIndex::load_records(StateStore& store) {
  FLORIN_TRY_VOID(
      for_each_record_key(store, first_epoch_, [&](std::uint32_t epoch, const Uuid& id) {
        fresh_.push_back({hash(id), epoch, false});
        return true;
      }));
  merge_fresh();
  return Unit{};
}

// Of all that is known; in so far as it has room for that.
Status<Error> RecordIndex::make_filter(StateStore& store) {
  RecordFilter filter(filter_log2_for(ids(), options_.filter_log2_max));
  has_filter_ = ids() * useful_bits_per_id <= filter.bits() || !is_stored_;
  for (const Entry& entry : waiting_) filter.add(entry.hash);
  for (const Entry& entry : fresh_) filter.add(entry.hash);
  if (has_filter_ && is_stored_)
    FLORIN_TRY_VOID(for_each_row(store, 0, [&](const Row& row) {
      for (std::size_t i = 0; i < row.entries.size() / entry_size; ++i)
        filter.add(entry_at(row.entries, i).hash);
      return true;
    }));
  filter_ = std::move(filter);
  return Unit{};
}

Result<std::optional<std::string>, Error> check_record_index(StateStore& store) {
  RecordIndex index({}, 0);
  FLORIN_TRY_VOID(index.load_summary(store));
  if (!index.is_stored_) return std::optional<std::string>();
  std::uint64_t rows = 0;
  FLORIN_TRY(is_whole, RecordIndex::for_each_row(
                           store, 0, [&](const RecordIndex::Row&) { return ++rows != 0; }));
  if (!is_whole || rows != index.rows_)
    return std::optional<std::string>("the index of records has another number of rows");
  std::optional<std::string> wrong;
  std::optional<Error> failure;
  FLORIN_TRY_VOID(for_each_record_key(store, 0, [&](std::uint32_t epoch, const Uuid& id) {
    if (epoch >= index.first_epoch_) return false;
    auto epochs = index.epochs_of(index.hash(id), store);
    if (!epochs) {
      failure = std::move(epochs).error();
    } else if (!std::ranges::binary_search(*epochs, epoch)) {
      wrong = "the index of records does not know that of transaction " + id.to_string();
    }
    return !failure && !wrong;
  }));
  if (failure) return Err{std::move(*failure)};
  return wrong;
}

}  // namespace florin
