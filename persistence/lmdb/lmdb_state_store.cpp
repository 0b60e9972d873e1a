// State of one partition in LMDB. Writes go in key order, with MDB_APPEND behind the last key, because dense
// sorted batches cost LMDB a tenth of random ones.
#include "persistence/lmdb/lmdb_state_store.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <span>

#include "persistence/journal/posix_file_system.hpp"
#include "persistence/lmdb/lmdb_crash_mark.hpp"
#include "persistence/lmdb/lmdb_handles.hpp"
#include "persistence/lmdb/map_guard.hpp"

namespace florin {

using lmdb::Cursor;
using lmdb::lmdb_error;
using lmdb::lmdb_write_error;
using lmdb::MapGuard;
using lmdb::to_val;
using lmdb::to_view;
using lmdb::Transaction;

namespace {

// An environment from before a table came has none of it: to those who only read it is empty.
constexpr std::size_t tables_of_old = 5;
constexpr MDB_dbi absent = std::numeric_limits<MDB_dbi>::max();
constexpr unsigned readers_max = 126;
constexpr mdb_mode_t file_mode = 0640;

// LMDB maps the file and would die of SIGBUS where pages are missing, so a file cut short is found first.
Status<Error> check_file_whole(MDB_env* env, const std::string& directory) {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env, &info);
  mdb_env_stat(env, &stat);
  struct stat file {};
  if (::stat((directory + "/data.mdb").c_str(), &file) != 0)
    return Err{lmdb_error("cannot stat", directory, errno)};
  const std::uint64_t used = (static_cast<std::uint64_t>(info.me_last_pgno) + 1) * stat.ms_psize;
  if (static_cast<std::uint64_t>(file.st_size) >= used) return Unit{};
  return Err{lmdb_error("data.mdb was cut short,", directory, MDB_CORRUPTED)};
}

// Where a write comes in its batch: by table, key, and then as given. Sorting these moves 32 bytes, and
// most comparisons end in the first 16 bytes of the key, which lie in them.
struct WriteOrder {
  explicit WriteOrder(const StateWrite& from) : write(&from) {
    std::array<unsigned char, 16> front{};
    std::copy_n(from.key.begin(), std::min(from.key.size(), front.size()), front.begin());
    for (std::size_t i = 0; i < 8; ++i) high = high << 8 | front[i];
    for (std::size_t i = 8; i < 16; ++i) low = low << 8 | front[i];
  }
  bool operator<(const WriteOrder& other) const {
    if (write->table != other.write->table) return write->table < other.write->table;
    if (high != other.high) return high < other.high;
    if (low != other.low) return low < other.low;
    const int keys = write->key.compare(other.write->key);
    return keys != 0 ? keys < 0 : write < other.write;
  }

  std::uint64_t high = 0;
  std::uint64_t low = 0;
  const StateWrite* write;
};

}  // namespace

// A read transaction that is begun once and renewed by every get(), and open only for as long as one of these lives.
class LiveReader {
 public:
  LiveReader() = default;
  LiveReader(const LiveReader&) = delete;
  LiveReader& operator=(const LiveReader&) = delete;
  ~LiveReader() {
    if (txn_ != nullptr) mdb_txn_reset(txn_);
  }
  int begin(MDB_env* env, MDB_txn*& kept) {
    const int code =
        kept == nullptr ? mdb_txn_begin(env, nullptr, MDB_RDONLY, &kept) : mdb_txn_renew(kept);
    if (code == 0) txn_ = kept;
    return code;
  }

 private:
  MDB_txn* txn_ = nullptr;
};

struct LmdbStateStore::Impl {
  std::string directory;
  LmdbOptions options;
  MDB_env* env = nullptr;
  std::array<MDB_dbi, table_count> tables{};
  MapGuard guard;             // whoever has a transaction open uses the map
  MDB_txn* reader = nullptr;  // of get(): see LiveReader
  std::string last_read;      // what get() returned

  ~Impl() { close(); }
  void close() {
    const lmdb::CrashMark mark(directory);
    if (reader != nullptr) mdb_txn_abort(reader);
    if (env != nullptr) mdb_env_close(env);
    reader = nullptr;
    env = nullptr;
  }

  [[nodiscard]] Err<Error> fail(std::string_view what, int code) const {
    return Err{lmdb_error(what, directory, code)};
  }
  [[nodiscard]] Err<Error> fail_write(std::string_view what, int code) const {
    return Err{lmdb_write_error(what, directory, code)};
  }
  [[nodiscard]] MDB_dbi handle(Table table) const {
    return tables[static_cast<std::size_t>(table)];
  }

  [[nodiscard]] std::size_t used() const;
  [[nodiscard]] std::size_t map() const;
  Status<Error> open_environment();
  Status<Error> grow_at_opening();
  Status<Error> grow_map(std::size_t wanted);
  Status<Error> replace_map(std::size_t wanted);
  Status<Error> open_tables(bool read_only);
  // The code of the commit.
  Result<int, Error> write_all(std::span<const WriteOrder> order, WriteWatch* watch);
  Status<Error> write_table(MDB_txn* txn, std::span<const WriteOrder> order, WriteWatch* watch);
  // The row under `write.key`, if there is one; `cursor` is on it then.
  Result<bool, Error> look_at(MDB_cursor* cursor, const StateWrite& write, WriteWatch* watch);
  static int put(MDB_cursor* cursor, const StateWrite& write, unsigned flags);
};

std::size_t LmdbStateStore::Impl::used() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env, &info);
  mdb_env_stat(env, &stat);
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

std::size_t LmdbStateStore::Impl::map() const {
  MDB_envinfo info{};
  mdb_env_info(env, &info);
  return info.me_mapsize;
}

Status<Error> LmdbStateStore::Impl::open_environment() {
  if (const int code = mdb_env_create(&env); code != 0) return fail("cannot create", code);
  mdb_env_set_maxdbs(env, table_count);
  mdb_env_set_maxreaders(env, readers_max);
  mdb_env_set_mapsize(env, options.map_bytes);
  // NOTLS: a read transaction belongs to us, not to the thread: the partition's actor changes threads.
  // NOLOCK: who only reads holds the directory's lock, and writes nothing, not even a table of readers.
  const unsigned flags = MDB_NOTLS | (options.read_only ? MDB_RDONLY | MDB_NOLOCK : 0U);
  if (const int code = mdb_env_open(env, directory.c_str(), flags, file_mode); code != 0)
    return fail("cannot open", code);
  FLORIN_TRY_VOID(check_file_whole(env, directory));
  int dead_readers = 0;  // of processes that were killed: they would pin old pages for ever
  if (const int code = mdb_reader_check(env, &dead_readers); code != 0)
    return fail("cannot check", code);
  return grow_at_opening();
}

Status<Error> LmdbStateStore::Impl::grow_at_opening() {
  const std::size_t wanted = 4 * used();
  if (wanted <= map()) return Unit{};
  if (const int code = mdb_env_set_mapsize(env, wanted); code != 0)
    return fail("cannot grow the map of", code);
  return Unit{};
}

// LMDB unmaps first and maps then, and has no map at all when that fails: so it is tried beside the old one.
Status<Error> LmdbStateStore::Impl::grow_map(std::size_t wanted) {
  if (wanted > options.map_bytes_max)
    return Err{Error{Errc::disk_full, "the map of state store " + directory +
                                          " may not grow beyond " +
                                          std::to_string(options.map_bytes_max) + " bytes"}};
  void* const probe =
      ::mmap(nullptr, wanted, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) {
    Error error = lmdb_error("cannot grow the map of", directory, errno);
    error.code = Errc::disk_full;  // of address space: nothing is lost, what fits is still written
    return Err{std::move(error)};
  }
  ::munmap(probe, wanted);
  return guard.alone([&] { return replace_map(wanted); });
}

// Nobody has a transaction open. A map that somebody else has taken the room of in this very moment is opened again as
// it was; when not even that succeeds the store is lost to this process, and every later call says so.
Status<Error> LmdbStateStore::Impl::replace_map(std::size_t wanted) {
  const std::size_t before = map();
  if (mdb_env_set_mapsize(env, wanted) == 0) return Unit{};
  close();
  options.map_bytes = before;
  FLORIN_TRY_VOID(open_environment());
  FLORIN_TRY_VOID(open_tables(false));
  return Err{Error{Errc::disk_full, "cannot grow the map of state store " + directory}};
}

Status<Error> LmdbStateStore::Impl::open_tables(bool read_only) {
  Transaction txn;
  if (const int code = txn.begin(env, read_only ? MDB_RDONLY : 0U); code != 0)
    return fail("cannot begin in", code);
  for (std::size_t i = 0; i < table_count; ++i)
    if (const int code =
            mdb_dbi_open(txn.get(), table_words[i].name, read_only ? 0U : MDB_CREATE, &tables[i]);
        code == MDB_NOTFOUND && i >= tables_of_old)
      tables[i] = absent;
    else if (code != 0)
      return fail("cannot open a table of", code);
  if (const int code = txn.commit(); code != 0) return fail("cannot commit to", code);
  return Unit{};
}

Result<std::unique_ptr<LmdbStateStore>, Error> LmdbStateStore::open(const std::string& directory,
                                                                    LmdbOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->directory = directory;
  impl->options = options;
  const lmdb::CrashMark mark(directory);
  FileSystem& files = posix_file_system();
  if (!options.read_only) FLORIN_TRY_VOID(files.create_directories(directory));
  FLORIN_TRY_VOID(impl->open_environment());
  FLORIN_TRY_VOID(impl->open_tables(options.read_only));
  // LMDB syncs what is in its file, not the file's name: power that fails would take the whole store.
  if (!options.read_only) FLORIN_TRY_VOID(files.sync_directory(directory));
  return std::unique_ptr<LmdbStateStore>(new LmdbStateStore(std::move(impl)));
}

LmdbStateStore::LmdbStateStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LmdbStateStore::~LmdbStateStore() = default;

std::size_t LmdbStateStore::map_bytes() const { return impl_->map(); }
std::size_t LmdbStateStore::used_bytes() const { return impl_->used(); }

std::size_t LmdbStateStore::open_reads() const {
  std::size_t open = 0;
  // A line for each slot of the table of readers: pid, thread, and the number of the version it sees, or "-".
  const auto count = [](const char* line, void* into) {
    const std::string_view text(line);
    const auto last = text.find_last_not_of(" \n");
    const bool is_slot = last != std::string_view::npos &&
                         text.find("pid") == std::string_view::npos && text[0] != '(';
    if (is_slot && text[last] != '-') ++*static_cast<std::size_t*>(into);
    return 0;
  };
  mdb_reader_list(impl_->env, count, &open);
  return open;
}

// A copy, so that the transaction ends here: its pages are kept for as long as one row is looked up.
Result<std::optional<std::string_view>, Error> LmdbStateStore::get(Table table,
                                                                   std::string_view key) {
  if (impl_->handle(table) == absent) return std::optional<std::string_view>();
  const lmdb::CrashMark mark(impl_->directory);
  const MapGuard::Use use(impl_->guard);
  LiveReader live;
  if (const int code = live.begin(impl_->env, impl_->reader); code != 0)
    return impl_->fail("cannot read", code);
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int code = mdb_get(impl_->reader, impl_->handle(table), &key_val, &value);
  if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (code != 0) return impl_->fail("cannot read", code);
  constexpr std::size_t kept_capacity_max = std::size_t{64} << 10;  // a filter is read once
  std::string& copy = impl_->last_read;
  if (copy.capacity() > kept_capacity_max && value.mv_size <= kept_capacity_max)
    copy = std::string();
  copy.assign(to_view(value));
  return std::optional<std::string_view>(copy);
}

// Its own transaction, so that `visit` may call get().
Status<Error> LmdbStateStore::scan_from(
    Table table, std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  if (impl_->handle(table) == absent) return Unit{};
  const lmdb::CrashMark mark(impl_->directory);
  const MapGuard::Use use(impl_->guard);
  Transaction txn;
  Cursor cursor;
  if (int code = txn.begin(impl_->env, MDB_RDONLY); code != 0)
    return impl_->fail("cannot read", code);
  if (int code = cursor.open(txn.get(), impl_->handle(table)); code != 0)
    return impl_->fail("cannot read", code);
  MDB_val key = to_val(first);
  MDB_val value{};
  int code = mdb_cursor_get(cursor.get(), &key, &value, first.empty() ? MDB_FIRST : MDB_SET_RANGE);
  while (code == 0 && visit(to_view(key), to_view(value)))
    code = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT);
  if (code != 0 && code != MDB_NOTFOUND) return impl_->fail("cannot read", code);
  return Unit{};
}

int LmdbStateStore::Impl::put(MDB_cursor* cursor, const StateWrite& write, unsigned flags) {
  MDB_val key = to_val(write.key);
  MDB_val value{write.value->size() + write.tail.size(), nullptr};
  if (const int code = mdb_cursor_put(cursor, &key, &value, flags | MDB_RESERVE); code != 0)
    return code;
  char* const to = static_cast<char*>(value.mv_data);
  std::ranges::copy(*write.value, to);
  std::ranges::copy(write.tail, to + write.value->size());
  return 0;
}

Result<bool, Error> LmdbStateStore::Impl::look_at(MDB_cursor* cursor, const StateWrite& write,
                                                  WriteWatch* watch) {
  MDB_val key = to_val(write.key);
  MDB_val old{};
  const int code = mdb_cursor_get(cursor, &key, &old, MDB_SET);
  if (code == MDB_NOTFOUND) return false;
  if (code != 0) return fail_write("cannot write", code);
  if (watch != nullptr && !watch->replaced(write.table, write.key, to_view(old)))
    return fail("a row that is written again is damaged in", MDB_CORRUPTED);
  return true;
}

// `order`: of one table, in key order; of equal keys the last one stands.
Status<Error> LmdbStateStore::Impl::write_table(MDB_txn* txn, std::span<const WriteOrder> order,
                                                WriteWatch* watch) {
  Cursor cursor;
  if (const int code = cursor.open(txn, handle(order.front().write->table)); code != 0)
    return fail_write("cannot write", code);
  MDB_val last{};
  MDB_val ignored{};
  std::string last_key;
  if (mdb_cursor_get(cursor.get(), &last, &ignored, MDB_LAST) == 0) last_key = to_view(last);
  for (const WriteOrder& place : order) {
    const StateWrite& write = *place.write;
    const bool behind_all = write.key > last_key;
    int code = 0;
    bool is_there = false;
    if (!behind_all && (watch != nullptr || !write.value)) {
      FLORIN_TRY(found, look_at(cursor.get(), write, watch));
      is_there = found;
    }
    if (write.value) {
      code = put(cursor.get(), write, behind_all ? MDB_APPEND : 0U);
      if (behind_all) last_key = write.key;
    } else if (is_there) {
      code = mdb_cursor_del(cursor.get(), 0);
    }
    if (code != 0) return fail_write("cannot write", code);
  }
  return Unit{};
}

Status<Error> LmdbStateStore::write(std::vector<StateWrite> writes, WriteWatch* watch) {
  std::vector<WriteOrder> order;
  order.reserve(writes.size());
  std::size_t bytes = 0;
  for (const StateWrite& write : writes) {
    order.emplace_back(write);
    bytes += write.key.size() + write.tail.size() + (write.value ? write.value->size() : 0);
  }
  std::sort(order.begin(), order.end());
  const lmdb::CrashMark mark(impl_->directory);
  // At worst each row costs two pages of its own, the path to them comes once more, and nothing can be used again.
  constexpr std::size_t page = 4096;
  const std::size_t at_worst = impl_->used() + 2 * bytes + (2 * order.size() + 64) * page;
  Status<Error> grown = Unit{};
  if (const std::size_t map = impl_->map(); at_worst > map) {
    grown = impl_->grow_map(std::max({2 * map, 2 * at_worst, map + impl_->options.map_growth_min}));
    if (!grown) grown = impl_->grow_map(at_worst);
  }
  // LMDB gives an interrupted sync back as an error, and the transaction up: nothing of it is in the file.
  while (true) {
    const auto code = impl_->write_all(order, watch);
    if (code && *code == 0) return Unit{};
    if (code && *code == EINTR) continue;
    Status<Error> failed =
        code ? Status<Error>(impl_->fail_write("cannot commit to", *code)) : Err{code.error()};
    return !grown && failed.error().code == Errc::disk_full ? std::move(grown) : std::move(failed);
  }
}

Result<int, Error> LmdbStateStore::Impl::write_all(std::span<const WriteOrder> order,
                                                   WriteWatch* watch) {
  const MapGuard::Use use(guard);
  if (watch != nullptr) watch->begins();
  Transaction txn;
  if (const int code = txn.begin(env, 0); code != 0) return fail_write("cannot write", code);
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end = std::find_if(begin, order.end(), [&](const WriteOrder& w) {
      return w.write->table != begin->write->table;
    });
    FLORIN_TRY_VOID(write_table(txn.get(), {begin, end}, watch));
    begin = end;
  }
  if (watch != nullptr) {
    const StateWrite last = watch->last();
    const WriteOrder one(last);
    FLORIN_TRY_VOID(write_table(txn.get(), {&one, 1}, nullptr));
  }
  return txn.commit();
}

std::string state_directory(const std::string& data_directory, unsigned partition) {
  std::string digits = std::to_string(partition);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return data_directory + "/state/p" + digits;
}

}  // namespace florin
