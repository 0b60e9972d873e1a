// State of one partition in LMDB. Writes go in key order, with MDB_APPEND behind the last key, because dense
// sorted batches cost LMDB a tenth of random ones.
#include "persistence/lmdb/lmdb_state_store.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <span>

#include "persistence/journal/posix_file_system.hpp"
#include "persistence/lmdb/lmdb_crash_mark.hpp"
#include "persistence/lmdb/lmdb_handles.hpp"

namespace florin {

using lmdb::Cursor;
using lmdb::lmdb_error;
using lmdb::to_val;
using lmdb::to_view;
using lmdb::Transaction;

namespace {

constexpr std::array<const char*, table_count> table_names = {
    "meta", "accounts", "transfers", "legs", "records", "filters", "names"};
// An environment from before a table came has none of it: to those who only read it is empty.
constexpr std::size_t tables_of_old = 6;
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

struct LmdbStateStore::Impl {
  std::string directory;
  MDB_env* env = nullptr;
  std::array<MDB_dbi, table_count> tables{};
  MDB_txn* reader = nullptr;  // of get(): renewed by every call
  bool reader_live = false;

  ~Impl() {
    if (reader != nullptr) mdb_txn_abort(reader);
    if (env != nullptr) mdb_env_close(env);
  }

  [[nodiscard]] Err<Error> fail(std::string_view what, int code) const {
    return Err{lmdb_error(what, directory, code)};
  }
  [[nodiscard]] MDB_dbi handle(Table table) const {
    return tables[static_cast<std::size_t>(table)];
  }

  Status<Error> open_environment(const LmdbOptions& options);
  Status<Error> grow_map();
  Status<Error> open_tables(bool read_only);
  Status<Error> renew_reader();
  // The code of the commit.
  Result<int, Error> write_all(std::span<const WriteOrder> order, WriteWatch* watch);
  Status<Error> write_table(MDB_txn* txn, std::span<const WriteOrder> order, WriteWatch* watch);
  // The row under `write.key`, if there is one; `cursor` is on it then.
  Result<bool, Error> look_at(MDB_cursor* cursor, const StateWrite& write, WriteWatch* watch);
  static int put(MDB_cursor* cursor, const StateWrite& write, unsigned flags);
};

Status<Error> LmdbStateStore::Impl::open_environment(const LmdbOptions& options) {
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
  return grow_map();
}

Status<Error> LmdbStateStore::Impl::grow_map() {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env, &info);
  mdb_env_stat(env, &stat);
  const std::size_t wanted = 4 * (info.me_last_pgno + 1) * stat.ms_psize;
  if (wanted <= info.me_mapsize) return Unit{};
  if (const int code = mdb_env_set_mapsize(env, wanted); code != 0)
    return fail("cannot grow the map of", code);
  return Unit{};
}

Status<Error> LmdbStateStore::Impl::open_tables(bool read_only) {
  Transaction txn;
  if (const int code = txn.begin(env, read_only ? MDB_RDONLY : 0U); code != 0)
    return fail("cannot begin in", code);
  for (std::size_t i = 0; i < table_count; ++i)
    if (const int code =
            mdb_dbi_open(txn.get(), table_names[i], read_only ? 0U : MDB_CREATE, &tables[i]);
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
  const lmdb::CrashMark mark(directory);
  FileSystem& files = posix_file_system();
  if (!options.read_only) FLORIN_TRY_VOID(files.create_directories(directory));
  FLORIN_TRY_VOID(impl->open_environment(options));
  FLORIN_TRY_VOID(impl->open_tables(options.read_only));
  // LMDB syncs what is in its file, not the file's name: power that fails would take the whole store.
  if (!options.read_only) FLORIN_TRY_VOID(files.sync_directory(directory));
  return std::unique_ptr<LmdbStateStore>(new LmdbStateStore(std::move(impl)));
}

LmdbStateStore::LmdbStateStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LmdbStateStore::~LmdbStateStore() = default;

Status<Error> LmdbStateStore::Impl::renew_reader() {
  int code = 0;
  if (reader == nullptr) {
    code = mdb_txn_begin(env, nullptr, MDB_RDONLY, &reader);
  } else {
    if (reader_live) mdb_txn_reset(reader);
    code = mdb_txn_renew(reader);
  }
  reader_live = code == 0;
  if (code != 0) return fail("cannot read", code);
  return Unit{};
}

void LmdbStateStore::end_read() {
  if (!impl_->reader_live) return;
  const lmdb::CrashMark mark(impl_->directory);
  mdb_txn_reset(impl_->reader);
  impl_->reader_live = false;
}

Result<std::optional<std::string_view>, Error> LmdbStateStore::get(Table table,
                                                                   std::string_view key) {
  if (impl_->handle(table) == absent) return std::optional<std::string_view>();
  const lmdb::CrashMark mark(impl_->directory);
  FLORIN_TRY_VOID(impl_->renew_reader());
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int code = mdb_get(impl_->reader, impl_->handle(table), &key_val, &value);
  if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (code != 0) return impl_->fail("cannot read", code);
  return std::optional<std::string_view>(to_view(value));
}

// Its own transaction, so that `visit` may call get().
Status<Error> LmdbStateStore::scan_from(
    Table table, std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  if (impl_->handle(table) == absent) return Unit{};
  const lmdb::CrashMark mark(impl_->directory);
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
  if (code != 0) return fail("cannot write", code);
  if (watch != nullptr && !watch->replaced(write.table, write.key, to_view(old)))
    return fail("a row that is written again is damaged in", MDB_CORRUPTED);
  return true;
}

// `order`: of one table, in key order; of equal keys the last one stands.
Status<Error> LmdbStateStore::Impl::write_table(MDB_txn* txn, std::span<const WriteOrder> order,
                                                WriteWatch* watch) {
  Cursor cursor;
  if (const int code = cursor.open(txn, handle(order.front().write->table)); code != 0)
    return fail("cannot write", code);
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
    if (code != 0) return fail("cannot write", code);
  }
  return Unit{};
}

Status<Error> LmdbStateStore::write(std::vector<StateWrite> writes, WriteWatch* watch) {
  std::vector<WriteOrder> order;
  order.reserve(writes.size());
  for (const StateWrite& write : writes) order.emplace_back(write);
  std::sort(order.begin(), order.end());
  const lmdb::CrashMark mark(impl_->directory);
  // LMDB gives an interrupted sync back as an error, and the transaction up: nothing of it is in the file.
  while (true) {
    const auto code = impl_->write_all(order, watch);
    if (!code) return Err{code.error()};
    if (*code == 0) return Unit{};
    if (*code != EINTR) return impl_->fail("cannot commit to", *code);
  }
}

Result<int, Error> LmdbStateStore::Impl::write_all(std::span<const WriteOrder> order,
                                                   WriteWatch* watch) {
  if (watch != nullptr) watch->begins();
  Transaction txn;
  if (const int code = txn.begin(env, 0); code != 0) return fail("cannot write", code);
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
