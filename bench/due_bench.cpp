// What open entities cost that sleep until a time: fills the state store of one partition with entities of a toy kind
// that wait for a week (payment orders, pay-outs), starts again, and lets them all come due at the same time, as after
// a long outage. Straight through KindTable, DueEntities and LMDB: there are no clients, and no log. The directory is
// removed.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "actors/entity/due_entities.hpp"
#include "persistence/checked_state_store.hpp"
#include "persistence/lmdb/lmdb_store_place.hpp"

namespace florin {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Timestamp began{1'790'000'000'000'000};
constexpr std::int64_t week_us = std::int64_t{7} * 86'400 * 1'000'000;
constexpr std::size_t resident_max = 10'000;
constexpr std::uint64_t changes_per_checkpoint = 65'536;

struct OrderState {
  std::optional<Timestamp> due;
  std::string terms;  // whatever else an order says of itself
};
struct OrderRow : SleeperRow {
  std::uint64_t id = 0;
  OrderState state;
  [[nodiscard]] std::uint64_t key() const { return id; }
};
struct HashOrder {
  std::size_t operator()(std::uint64_t id) const {
    id = (id ^ id >> 32) * 0xD6E8FEB86659FD93U;
    return id ^ id >> 32;
  }
};

struct OrderKind {
  using Row = OrderRow;
  using Key = std::uint64_t;
  using Hash = HashOrder;
  static constexpr Table table = Table::transfers;  // of a store of its own
  static constexpr std::string_view name = "order";
  static constexpr std::uint16_t due_number = 1;

  static std::optional<Timestamp> due(const OrderState& state) { return state.due; }
  static std::uint64_t jitter(Key id) { return HashOrder{}(id + 1); }
  // Ids come in any order, as random ones do.
  static std::string key_bytes(Key id) {
    return index_key(id * 0x9E3779B97F4A7C15U) + index_key(id);
  }
  static Result<Key, Error> parse_key(std::string_view bytes) {
    if (bytes.size() != 16)
      return Err{Error{Errc::corrupt, "stored order: key has a wrong length"}};
    return decode_index_key(bytes.substr(8));
  }
  static void put(RowBatch& rows, const Row& row) {
    const auto due_us = row.state.due ? static_cast<std::uint64_t>(row.state.due->us) : 0;
    rows.put(table, key_bytes(row.id), index_key(due_us) + row.state.terms);
  }
  static void remove(RowBatch& rows, Key id) { rows.remove(table, key_bytes(id)); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(id, parse_key(key));
    Row row;
    row.id = id;
    FLORIN_TRY(due_us, decode_index_key(value.substr(0, 8)));
    if (due_us != 0) row.state.due = Timestamp{static_cast<std::int64_t>(due_us)};
    row.state.terms = value.substr(8);
    return row;
  }
};
using Orders = KindTables<OrderKind>;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "due_bench: %s\n", what.c_str());
  std::exit(1);
}

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

struct Resident {
  double all = 0;  // pages of the state file that are mapped, too: the kernel may take those back
  double own = 0;
};
Resident resident_mib() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  double shared = 0;
  file >> size >> resident >> shared;
  return {resident * 4096 / (1 << 20), (resident - shared) * 4096 / (1 << 20)};
}

class Bench {
 public:
  explicit Bench(const std::string& directory) : directory_(directory) { open(); }

  void fill(std::uint64_t count) {
    for (std::uint64_t id = 1; id <= count; ++id) {
      OrderRow row;
      row.id = id;
      row.state.due = began + week_us + static_cast<std::int64_t>(id % 1'000'000);
      row.state.terms.assign(120, 'x');
      table().add(std::move(row), ++index_);
      checkpoint_if_due();
    }
    checkpoint();
  }
  // What a start does: opens the store, and finds the first time.
  double start_ms() {
    memory_.reset();
    store_.reset();
    const auto begin = Clock::now();
    open();
    if (!memory_->due.next()) fail("nobody waits");
    return ms_since(begin);
  }
  // All are late: each is looked at, and waits for nothing more.
  void come_due(std::uint64_t count) {
    Timestamp now = began + 2 * week_us;
    const Timestamp first = now;
    std::vector<double> ticks;
    double checkpoint_ms = 0;
    std::uint64_t seen = 0;
    std::size_t awake_max = 0;
    while (const auto next = memory_->due.next()) {
      now = std::max(now + 1, *next);
      const auto begin = Clock::now();
      memory_->due.tick(
          now, [] { return false; },
          [&](auto, OrderRow& row) {
            table().change(row, ++index_, [](OrderState& state) { state.due.reset(); });
            ++seen;
            return now;
          });
      ticks.push_back(ms_since(begin));
      const auto written = Clock::now();
      awake_max = std::max(awake_max, table().size());
      checkpoint_if_due();
      checkpoint_ms += ms_since(written);
    }
    if (seen != count) fail("looked at " + std::to_string(seen));
    double sum = 0;
    for (const double tick : ticks) sum += tick;
    std::ranges::sort(ticks);
    std::printf(
        "all come due: %zu ticks, %.2f ms the longest, %.2f ms p99, %.3f ms the middle one\n",
        ticks.size(), ticks.back(), ticks[ticks.size() * 99 / 100], ticks[ticks.size() / 2]);
    std::printf(
        "              %.2f us each; spread over %.1f s of the partition's time; at most %zu "
        "awake; checkpoints beside it took %.0f ms\n",
        1'000 * sum / static_cast<double>(count), static_cast<double>(now.us - first.us) / 1e6,
        awake_max, checkpoint_ms);
  }

 private:
  struct Memory {
    explicit Memory(StateStore& store) : believed(store), due(tables, believed) {}
    BelievedStore believed;
    Orders tables{IndexOptions{}};
    DueEntities<Orders> due;
  };

  KindTable<OrderKind>& table() { return memory_->tables.of<OrderKind>(); }

  void open() {
    auto opened = CheckedStateStore::open(std::make_unique<LmdbStorePlace>(directory_ + "/p"));
    if (!opened) fail(opened.error().context);
    store_ = std::move(*opened);
    memory_ = std::make_unique<Memory>(*store_);
    memory_->due.begin();
  }
  void checkpoint_if_due() {
    if (index_ - stored_ >= changes_per_checkpoint) checkpoint();
  }
  void checkpoint() {
    RowBatch rows;
    memory_->tables.collect(rows);
    PartitionMeta meta;
    meta.partitions = 1;
    meta.applied_index = index_;
    rows.put(meta);
    std::vector<StateWrite> writes;
    rows.append_to(writes);
    if (auto written = store_->write(std::move(writes)); !written) fail(written.error().context);
    stored_ = index_;
    memory_->tables.written(stored_);
    table().passivate(resident_max, stored_);
  }

  std::string directory_;
  std::unique_ptr<CheckedStateStore> store_;
  std::unique_ptr<Memory> memory_;
  LogIndex index_ = 0;
  LogIndex stored_ = 0;
};

void print_memory(const char* when, const Resident& empty) {
  const Resident now = resident_mib();
  std::printf(
      "%-14s %7.1f MiB resident over an empty store, %7.1f MiB of it not the state file's\n", when,
      now.all - empty.all, now.own - empty.own);
  std::fflush(stdout);
}

// In a process of its own: what an allocator keeps of the filling is nothing that a node has after its start.
void fill_apart(const std::string& directory, std::uint64_t count) {
  const pid_t child = ::fork();
  if (child < 0) fail("cannot fork");
  if (child == 0) {
    {
      Bench bench(directory);
      const Resident empty = resident_mib();
      const auto begin = Clock::now();
      bench.fill(count);
      std::printf("%llu entities, stored in %.1f s\n", static_cast<unsigned long long>(count),
                  ms_since(begin) / 1'000);
      print_memory("all asleep:", empty);
    }
    std::_Exit(0);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) fail("was not filled");
}

int run(int argc, char** argv) {
  std::uint64_t count = 1'000'000;
  std::string parent = std::filesystem::temp_directory_path().string();
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    const bool has_value = i + 1 < argc;
    if (option == "--entities" && has_value) {
      count = std::strtoull(argv[++i], nullptr, 10);
    } else if (option == "--directory" && has_value) {
      parent = argv[++i];
    } else {
      std::printf(
          "due_bench [--entities N (1000000)] [--directory DIR]: memory, start and ticks of ONE "
          "partition with N entities that sleep until a time.\n");
      return option == "--help" ? 0 : 2;
    }
  }
  if (count == 0) fail("numbers are from 1 on");
  const std::string directory = parent + "/florin-due-bench";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  fill_apart(directory, count);
  {
    const Resident empty = resident_mib();
    Bench bench(directory);
    std::printf("start:         %.2f ms until the first time is known\n", bench.start_ms());
    print_memory("started:", empty);
    bench.come_due(count);
    print_memory("all done:", empty);
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace florin

int main(int argc, char** argv) { return florin::run(argc, argv); }
