// Checksums behind values, and the row that counts them.
#include "persistence/checked_state_store.hpp"

#include "base/little_endian.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/row_checksum.hpp"

namespace florin {
namespace {

constexpr std::uint32_t checksums_since_format = 3;
// Those behind them came later, and are left out of the row while they have none: it is then what it was before they came,
// byte by byte, so that a program from before reads it.
constexpr std::size_t tables_counted_always = 7;

// The value without its checksum; nothing when that is not its row's.
std::optional<std::string_view> checked(Table table, std::string_view key,
                                        std::string_view stored) {
  if (stored.size() < row_checksum_size) return std::nullopt;
  const std::string_view value = stored.substr(0, stored.size() - row_checksum_size);
  const auto checksum = load_le<std::uint64_t>(stored.substr(value.size()));
  if (checksum != row_checksum(table, key, value)) return std::nullopt;
  return value;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t shown_max = 40;
  std::string text;
  for (const char byte : bytes.substr(0, shown_max)) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

}  // namespace

std::string encode_digests(const TableDigests& digests) {
  std::string bytes;
  std::size_t count = table_count;
  while (count > tables_counted_always && digests[count - 1] == TableDigest{}) --count;
  for (std::size_t table = 1; table < count; ++table) {
    append_le(bytes, digests[table].rows);
    append_le(bytes, static_cast<std::uint64_t>(digests[table].sum));
    append_le(bytes, static_cast<std::uint64_t>(digests[table].sum >> 64));
  }
  return bytes;
}

std::optional<TableDigests> decode_digests(std::string_view bytes) {
  TableDigests digests;
  for (std::size_t table = 1; table < table_count; ++table) {
    if (table >= tables_counted_always && bytes.empty()) break;
    const auto rows = take_le<std::uint64_t>(bytes);
    const auto low = take_le<std::uint64_t>(bytes);
    const auto high = take_le<std::uint64_t>(bytes);
    if (!rows || !low || !high) return std::nullopt;
    digests[table] = {*rows, static_cast<UnsignedWideMinor>(*high) << 64 | *low};
  }
  if (!bytes.empty()) return std::nullopt;
  return digests;
}

// --- opening ---------------------------------------------------------------------------------------------

CheckedStateStore::~CheckedStateStore() = default;

Result<std::unique_ptr<CheckedStateStore>, Error> CheckedStateStore::open(
    std::unique_ptr<StorePlace> place) {
  std::unique_ptr<CheckedStateStore> store(new CheckedStateStore(std::move(place)));
  FLORIN_TRY_VOID(store->open_inner());
  if (store->is_damaged()) return store;
  FLORIN_TRY(found, store->look_inside());
  if (found == Found::older) FLORIN_TRY_VOID(store->begin_again());
  return store;
}

Result<std::unique_ptr<CheckedStateStore>, Error> CheckedStateStore::read_only(StateStore& inner) {
  std::unique_ptr<CheckedStateStore> store(new CheckedStateStore(nullptr));
  store->inner_ = &inner;
  FLORIN_TRY(found, store->look_inside());
  if (store->is_damaged()) return Err{*store->damage()};
  // Checksums came with format 3: what is older has nothing to check.
  if (found == Found::older && *store->older_format() < checksums_since_format)
    return std::unique_ptr<CheckedStateStore>();
  return store;
}

Status<Error> CheckedStateStore::open_inner() {
  auto opened = place_->open();
  if (opened) {
    inner_owned_ = std::move(*opened);
    inner_ = inner_owned_.get();
    return Unit{};
  }
  if (opened.error().code != Errc::corrupt) return Err{std::move(opened).error()};
  distrust(opened.error());
  return Unit{};
}

// Damage that is found is noted; only what no log can mend is an error.
Result<CheckedStateStore::Found, Error> CheckedStateStore::look_inside() {
  auto stored = inner_->get(Table::meta, partition_meta_key);
  if (!stored) {
    distrust(stored.error());
    return Found::whole;
  }
  if (!*stored) return look_for_rows();
  const std::string row(**stored);
  const auto value = checked(Table::meta, partition_meta_key, row);
  if (!value) {
    const auto old = decode_partition_meta(row);
    if (!old || old->format_version >= checksums_since_format) {
      static_cast<void>(damaged(Table::meta, partition_meta_key, "is not what was written"));
      return Found::whole;
    }
    older_format_ = old->format_version;
    return Found::older;
  }
  FLORIN_TRY(version, stored_format_version(*value));
  if (version > state_format_version)
    return Err{Error{Errc::mismatch, "the stored state has format " + std::to_string(version) +
                                         ", which a newer florind has written; this one knows " +
                                         std::to_string(state_format_version) +
                                         ": start the newer one, or delete the directory state/, "
                                         "which is made again from the log"}};
  if (version < state_format_version) {
    older_format_ = version;
    return Found::older;
  }
  has_meta_ = true;
  FLORIN_TRY_VOID(look_at_digests());
  return Found::whole;
}

// Without a meta row it is new, or has lost it.
Result<CheckedStateStore::Found, Error> CheckedStateStore::look_for_rows() {
  bool has_rows = false;
  for (std::size_t table = 0; table < table_count && !has_rows; ++table) {
    auto looked = inner_->scan_from(static_cast<Table>(table), "", [&](auto, auto) {
      has_rows = true;
      return false;
    });
    if (!looked) distrust(looked.error());
  }
  if (has_rows) static_cast<void>(damaged(Table::meta, partition_meta_key, "is missing"));
  return Found::nothing;
}

Status<Error> CheckedStateStore::look_at_digests() {
  auto stored = get(Table::meta, digest_key);
  const auto digests = stored && *stored ? decode_digests(**stored) : std::optional<TableDigests>();
  if (digests)
    digests_ = *digests;
  else if (!is_damaged())
    static_cast<void>(damaged(Table::meta, digest_key, "is missing"));
  return Unit{};
}

// --- damage ------------------------------------------------------------------------------------------------

void CheckedStateStore::distrust(const Error& why) {
  const std::lock_guard lock(damage_mutex_);
  if (!damage_) damage_ = Error{Errc::corrupt, why.context};
  is_damaged_.store(true, std::memory_order_release);
}

std::optional<Error> CheckedStateStore::damage() const {
  const std::lock_guard lock(damage_mutex_);
  return damage_;
}

Err<Error> CheckedStateStore::damaged(Table table, std::string_view key, std::string_view what) {
  const Error error{Errc::corrupt, "the stored row of table " +
                                       std::to_string(static_cast<int>(table)) + ", key 0x" +
                                       to_hex(key) + " " + std::string(what)};
  distrust(error);
  return Err{error};
}

Status<Error> CheckedStateStore::refused() const { return Err{*damage()}; }

void CheckedStateStore::loaded() {
  if (place_ && !is_damaged()) place_->loaded();
}

Status<Error> CheckedStateStore::begin_again() {
  const std::lock_guard writing(write_mutex_);
  inner_ = nullptr;
  inner_owned_.reset();
  FLORIN_TRY_VOID(place_->set_aside());
  {
    const std::lock_guard lock(damage_mutex_);
    damage_.reset();
    is_damaged_.store(false, std::memory_order_release);
  }
  digests_ = {};
  has_meta_ = false;
  scrub_ = {};
  auto opened = open_inner();
  if (!opened)
    distrust(opened.error());  // there is none: nobody may go on with it until the node has stopped
  return opened;
}

// --- rows --------------------------------------------------------------------------------------------------

Result<std::optional<std::string_view>, Error> CheckedStateStore::get(Table table,
                                                                      std::string_view key) {
  if (is_damaged()) return Err{*damage()};
  auto stored = inner_->get(table, key);
  if (!stored) {
    distrust(stored.error());
    return Err{*damage()};
  }
  if (!*stored) {
    // Without it the state would begin with nothing, on top of all other rows.
    if (has_meta_ && table == Table::meta && key == partition_meta_key)
      return damaged(table, key, "is missing");
    return stored;
  }
  const auto value = checked(table, key, **stored);
  if (!value) return damaged(table, key, "is not what was written");
  return std::optional(*value);
}

// Pages that lead back to earlier ones would be a scan without an end.
Status<Error> CheckedStateStore::scan_from(
    Table table, std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  if (is_damaged()) return refused();
  std::string before;
  auto scanned =
      inner_->scan_from(table, first, [&](std::string_view key, std::string_view stored) {
        const auto value = checked(table, key, stored);
        if (!value || key < first || (!before.empty() && key <= before)) {
          static_cast<void>(
              damaged(table, key, value ? "is out of order" : "is not what was written"));
          return false;
        }
        before = key;
        return visit(key, *value);
      });
  if (!scanned) distrust(scanned.error());
  if (is_damaged()) return refused();
  return Unit{};
}

Status<Error> CheckedStateStore::scan_all(
    Table table, const std::function<bool(std::string_view, std::string_view)>& visit) {
  TableDigest digest;
  bool has_seen_all = true;
  FLORIN_TRY_VOID(scan_from(table, "", [&](std::string_view key, std::string_view value) {
    ++digest.rows;
    digest.sum += row_checksum(table, key, value);
    return has_seen_all = visit(key, value);
  }));
  if (!has_seen_all || digest == digests_[static_cast<std::size_t>(table)]) return Unit{};
  return Status<Error>(damaged(table, "", "is missing, or another one is there"));
}

// Takes what is replaced out of the sums.
class CheckedStateStore::Watch final : public WriteWatch {
 public:
  // `written`: with the new rows in it, and none of those that they replace taken out yet.
  struct Sums {
    TableDigests digests;
    StoreScrub scrub;
  };
  Watch(CheckedStateStore& store, const Sums& written) : store_(store), written_(written) {}

  void begins() override { sums_ = written_; }
  bool replaced(Table table, std::string_view key, std::string_view old) override {
    const auto value = checked(table, key, old);
    if (!value)
      return static_cast<void>(store_.damaged(table, key, "is not what was written")), false;
    TableDigest& digest = sums_.digests[static_cast<std::size_t>(table)];
    --digest.rows;
    const auto checksum = load_le<std::uint64_t>(old.substr(value->size()));
    digest.sum -= checksum;
    sums_.scrub.replaced(table, key, *value, checksum);
    return true;
  }
  [[nodiscard]] const Sums& sums() const { return sums_; }
  StateWrite last() override {
    value_ = encode_digests(sums_.digests);
    tail_.clear();
    append_le(tail_, row_checksum(Table::meta, digest_key, value_));
    return {Table::meta, digest_key, value_, tail_};
  }

 private:
  CheckedStateStore& store_;
  const Sums& written_;
  Sums sums_;
  std::string value_;
  std::string tail_;
};

// transfer path, behind the turn: rows get their checksums on the thread that writes them.
Status<Error> CheckedStateStore::write(std::vector<StateWrite> writes, WriteWatch*) {
  const std::lock_guard writing(write_mutex_);
  if (is_damaged()) return refused();
  Watch::Sums sums{digests_, scrub_};
  std::string tails;
  tails.reserve(writes.size() * row_checksum_size);
  bool writes_meta = false;
  for (StateWrite& write : writes) {
    if (!write.value) continue;
    writes_meta |= write.table == Table::meta && write.key == partition_meta_key;
    const std::uint64_t checksum = row_checksum(write.table, write.key, *write.value);
    append_le(tails, checksum);
    write.tail = std::string_view(tails).substr(tails.size() - row_checksum_size);
    TableDigest& digest = sums.digests[static_cast<std::size_t>(write.table)];
    ++digest.rows;
    digest.sum += checksum;
    sums.scrub.written(write.table, write.key, *write.value, checksum);
  }
  Watch watch(*this, sums);
  auto written = inner_->write(std::move(writes), &watch);
  if (written) {
    digests_ = watch.sums().digests;
    scrub_ = watch.sums().scrub;
    if (writes_meta) has_meta_ = true;
  }
  if (!written && written.error().code == Errc::corrupt) distrust(written.error());
  return written;
}

// --- a look at all of them ---------------------------------------------------------------------------------

// write() waits meanwhile: what is looked at is as the sums say.
Result<ScrubStep, Error> CheckedStateStore::scrub(std::size_t rows_max) {
  const std::lock_guard writing(write_mutex_);
  ScrubStep step;
  // The last table is nearly always empty: then the round is over here, not with the next step.
  const auto goes_on = [&] { return step.rows < rows_max || scrub_.is_in_last_table(); };
  while (goes_on() && !step.is_round_over) {
    FLORIN_TRY(is_at_end, scrub_table(rows_max, step));
    if (!is_at_end) break;
    FLORIN_TRY_VOID(end_scrub_of_table());
    step.is_round_over = scrub_.next_table();
  }
  return step;
}

// True: there is nothing behind what was looked at.
Result<bool, Error> CheckedStateStore::scrub_table(std::size_t rows_max, ScrubStep& step) {
  bool is_at_end = true;
  const std::string after = scrub_.after();
  FLORIN_TRY_VOID(
      scan_from(scrub_.table(), after, [&](std::string_view key, std::string_view value) {
        if (key == after) return true;
        if (step.rows == rows_max) return is_at_end = false;
        ++step.rows;
        scrub_.look_at(key, value, row_checksum(scrub_.table(), key, value));
        return true;
      }));
  return is_at_end;
}

Status<Error> CheckedStateStore::end_scrub_of_table() {
  std::optional<PartitionMeta> meta;
  if (scrub_.table() == Table::accounts)
    FLORIN_TRY_VOID(scan_from(Table::meta, partition_meta_key, [&](auto key, auto value) {
      auto decoded = decode_partition_meta(value);
      if (key == partition_meta_key && decoded) meta = std::move(*decoded);
      return false;
    }));
  const char* const wrong =
      scrub_.against(digests_[static_cast<std::size_t>(scrub_.table())], meta);
  if (wrong == nullptr) return Unit{};
  distrust({Errc::corrupt, "table " + std::to_string(static_cast<int>(scrub_.table())) +
                               " of the stored state: " + wrong});
  return refused();
}

}  // namespace florin
