// What it costs to tell a new transaction id from all that were ever recorded, by their number: fills the state store of one
// partition with records of transfers, straight through PartitionState and LMDB, and stops at 1, 4, 16, 64 ... million to measure.
// 100 million records take some 17 GB and ten minutes; nothing is run beyond --records, and the directory is removed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "actors/partition/partition_state.hpp"
#include "persistence/checked_state_store.hpp"
#include "persistence/lmdb/lmdb_store_place.hpp"
#include "runtime/engine/engine_options.hpp"

namespace florin {
namespace {

using Clock = std::chrono::steady_clock;

const AccountId payer = AccountId::from_trusted("customer-000000000000004711");
const AccountId payee = AccountId::from_trusted("merchant-000000000000000815");
const Currency euro{{'E', 'U', 'R'}};
constexpr std::uint64_t lookups = 200'000;

std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

// As random as a version-4 id: the worst case for a store that is kept in order.
Uuid id_of(std::uint64_t number) {
  Uuid id;
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = mixed(2 * number + half);
    for (std::size_t i = 0; i < 8; ++i, bits >>= 8)
      id.bytes[8 * half + i] = static_cast<std::uint8_t>(bits);
  }
  return id;
}

// Counts reads, hands everything on.
class CountedStore final : public StateStore {
 public:
  explicit CountedStore(StateStore& store) : store_(store) {}
  using StateStore::write;
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override {
    ++reads;
    return store_.get(table, key);
  }
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override {
    ++reads;
    return store_.scan_from(table, first, visit);
  }
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override {
    return store_.write(std::move(writes), watch);
  }
  [[nodiscard]] bool is_damaged() const override { return store_.is_damaged(); }
  void distrust(const Error& why) override { store_.distrust(why); }
  void loaded() override { store_.loaded(); }

  std::uint64_t reads = 0;

 private:
  StateStore& store_;
};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  double shared = 0;
  file >> all >> resident >> shared;
  return (resident - shared) * 4096 / (1 << 20);
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "records_bench: %s\n", what.c_str());
  std::exit(1);
}

struct Asked {
  double us = 0;
  double reads = 0;
};

// Of ids from `first` on, `step` apart.
Asked ask(PartitionState& state, CountedStore& store, std::uint64_t first, std::uint64_t step,
          bool is_known) {
  store.reads = 0;
  const auto begin = Clock::now();
  for (std::uint64_t i = 0; i < lookups; ++i)
    if (state.ended_record(id_of(first + i * step), payer).has_value() != is_known)
      fail("an id is " + std::string(is_known ? "not known" : "known that is new"));
  const double us = seconds_since(begin) * 1e6 / lookups;
  return {us, static_cast<double>(store.reads) / lookups};
}

class Bench {
 public:
  Bench(const std::string& directory, const DedupOptions& dedup)
      : directory_(directory), dedup_(dedup) {
    open();
  }

  void fill_to(std::uint64_t records) {
    const auto begin = Clock::now();
    const std::uint64_t before = records_;
    while (records_ < records) {
      const LogIndex index = state_->last_index() + 1;
      const Timestamp time{1'790'000'000'000'000 + static_cast<std::int64_t>(index)};
      state_->apply(TransferRefused{id_of(records_++), payer, payee, 123'456, euro,
                                    Rejection::account_frozen},
                    {index, 0, 0}, time);
      state_->end_entry(index, time, Hash{});
      if (records_ % 65'536 == 0 || records_ == records) checkpoint();
    }
    fill_us_ = seconds_since(begin) * 1e6 / static_cast<double>(records_ - before);
  }

  void measure() {
    const Asked fresh = ask(*state_, *store_, std::uint64_t{1} << 40, 1, false);
    const Asked known =
        ask(*state_, *store_, 0, std::max<std::uint64_t>(1, records_ / lookups), true);
    const double memory = resident_mib();
    state_.reset();
    store_.reset();
    checked_.reset();
    const auto begin = Clock::now();
    open();
    const double start = seconds_since(begin);
    const Asked again = ask(*state_, *store_, std::uint64_t{1} << 41, 1, false);
    const double disk =
        static_cast<double>(std::filesystem::file_size(directory_ + "/p/data.mdb")) / (1 << 30);
    std::printf("%12llu %10.2f %10.2f %8.4f %10.2f %8.2f %10.2f %8.4f %9.2f %9.0f %8.2f\n",
                static_cast<unsigned long long>(records_), fill_us_, fresh.us, fresh.reads,
                known.us, known.reads, again.us, again.reads, start, memory, disk);
    std::fflush(stdout);
  }

  static void head() {
    std::printf("%12s %10s %10s %8s %10s %8s %10s %8s %9s %9s %8s\n", "records", "record us",
                "new us", "reads", "repeat us", "reads", "started us", "reads", "start s",
                "own MiB", "disk GiB");
  }

 private:
  void open() {
    auto opened = CheckedStateStore::open(std::make_unique<LmdbStorePlace>(directory_ + "/p"));
    if (!opened) fail(opened.error().context);
    checked_ = std::move(*opened);
    store_ = std::make_unique<CountedStore>(*checked_);
    state_ = std::make_unique<PartitionState>(0, map_, *store_, 1'000, dedup_);
    if (auto loaded = state_->load(); !loaded) fail(loaded.error().context);
  }
  void checkpoint() {
    Checkpoint checkpoint = state_->collect_checkpoint();
    if (auto written = checked_->write(std::move(checkpoint.writes)); !written)
      fail(written.error().context);
    checkpoint.rows.clear();
    state_->checkpoint_written(checkpoint.index);
  }

  std::string directory_;
  DedupOptions dedup_;
  PartitionMap map_{16};
  std::unique_ptr<CheckedStateStore> checked_;
  std::unique_ptr<CountedStore> store_;
  std::unique_ptr<PartitionState> state_;
  std::uint64_t records_ = 0;
  double fill_us_ = 0;
};

int run(int argc, char** argv) {
  std::uint64_t records = 4'000'000;
  std::uint32_t mib = 256;
  std::uint32_t partitions = 1;
  std::string parent = std::filesystem::temp_directory_path().string();
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 >= argc) fail(std::string(option) + " wants a value");
      return argv[++i];
    };
    if (option == "--records") {
      records = std::strtoull(value().c_str(), nullptr, 10);
    } else if (option == "--record-index-mib") {
      mib = static_cast<std::uint32_t>(std::strtoul(value().c_str(), nullptr, 10));
    } else if (option == "--partitions") {
      partitions = static_cast<std::uint32_t>(std::strtoul(value().c_str(), nullptr, 10));
    } else if (option == "--directory") {
      parent = value();
    } else {
      std::printf(
          "records_bench [--records N (4000000)] [--record-index-mib MIB (256)] [--partitions N "
          "(16): of the node whose\n"
          "settings are used] [--directory DIR]: costs of a new id and of a repeat, by the number "
          "of records of ONE partition.\n"
          "100,000,000 records: --records 100000000, some 17 GB in DIR.\n");
      return option == "--help" ? 0 : 2;
    }
  }
  if (records == 0 || mib == 0 || partitions == 0) fail("numbers are from 1 on");
  NodeConfig config;
  config.engine.record_index_mib = mib;
  config.node.partitions = partitions;
  const PartitionOptions options = partition_options(config, 1);
  const std::string directory = parent + "/florin-records-bench";
  std::filesystem::remove_all(directory);
  Bench::head();
  {
    Bench bench(directory, options.dedup);
    for (std::uint64_t next = 1'000'000; next < records; next *= 4) {
      bench.fill_to(next);
      bench.measure();
    }
    bench.fill_to(records);
    bench.measure();
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace florin

int main(int argc, char** argv) { return florin::run(argc, argv); }
