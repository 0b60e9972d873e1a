// What a group commit costs: the journal with 64, 512 and 4096 entries of 300 bytes a sync, and one 4 KiB sync
// by the journal's way (buffered write and fdatasync on a zero-filled file) against O_DIRECT | O_DSYNC.
// Works in FLORIN_BENCH_DIR, or the working directory: give it a directory on the disk to be measured.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "persistence/journal/crc32c.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/posix_file_system.hpp"

namespace {

using namespace florin;
using BenchClock = std::chrono::steady_clock;

class BenchDirectory {
 public:
  BenchDirectory() {
    const char* base = std::getenv("FLORIN_BENCH_DIR");
    path_ = std::string(base != nullptr ? base : ".") + "/journal-bench-XXXXXX";
    FLORIN_ASSERT(::mkdtemp(path_.data()) != nullptr);
  }
  BenchDirectory(const BenchDirectory&) = delete;
  BenchDirectory& operator=(const BenchDirectory&) = delete;
  ~BenchDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Sorted latencies as counters.
class Latencies {
 public:
  template <class Operation>
  void measure(Operation&& operation) {
    const auto begin = BenchClock::now();
    operation();
    us_.push_back(std::chrono::duration<double, std::micro>(BenchClock::now() - begin).count());
  }
  void report(benchmark::State& state) {
    std::sort(us_.begin(), us_.end());
    state.counters["p50_us"] = us_[us_.size() / 2];
    state.counters["p99_us"] = us_[us_.size() * 99 / 100];
    state.counters["max_us"] = us_.back();
  }

 private:
  std::vector<double> us_;
};

std::unique_ptr<Journal> open_journal(const BenchDirectory& directory) {
  JournalOptions options;
  options.directory = directory.path();
  options.data_id = 1;
  options.partitions = 16;
  auto opened = Journal::open(options);
  FLORIN_ASSERT(opened.has_value());
  return std::move(opened).value();
}

void group_commit(benchmark::State& state, std::int64_t entries, std::size_t entry_bytes) {
  BenchDirectory directory;
  auto journal = open_journal(directory);
  std::vector<LogIndex> last(16, 0);
  LogEntry entry{0, 0, std::string(entry_bytes, 'x')};
  Latencies latencies;
  for (auto _ : state) {
    latencies.measure([&] {
      for (std::int64_t i = 0; i < entries; ++i) {
        entry.partition = static_cast<PartitionId>(i % 16);
        entry.index = ++last[entry.partition];
        FLORIN_ASSERT(journal->append(entry).has_value());
      }
      FLORIN_ASSERT(journal->sync().has_value());
    });
  }
  latencies.report(state);
  state.SetItemsProcessed(state.iterations() * entries);
  state.SetBytesProcessed(state.iterations() * entries * static_cast<std::int64_t>(entry_bytes));
}

void journal_group_commit(benchmark::State& state) { group_commit(state, state.range(0), 300); }
BENCHMARK(journal_group_commit)->Arg(64)->Arg(512)->Arg(4096)->UseRealTime();

void journal_sync_4k(benchmark::State& state) { group_commit(state, 1, 4096 - 50); }
BENCHMARK(journal_sync_4k)->UseRealTime();

constexpr std::uint64_t raw_file_bytes = std::uint64_t{64} << 20;

std::string zero_filled_file(const BenchDirectory& directory) {
  const std::string path = directory.path() + "/raw";
  auto file = posix_file_system().open(path, OpenMode::create_or_truncate);
  FLORIN_ASSERT(file && (*file)->preallocate(raw_file_bytes));
  return path;
}

// One 4 KiB block after the other through a zero-filled file.
void raw_sync_4k(benchmark::State& state, int open_flags, bool fdatasync_after) {
  BenchDirectory directory;
  const std::string path = zero_filled_file(directory);
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | open_flags);
  FLORIN_ASSERT(file >= 0);
  void* block = nullptr;
  FLORIN_ASSERT(::posix_memalign(&block, 4096, 4096) == 0);
  std::fill_n(static_cast<char*>(block), 4096, 'x');
  off_t offset = 0;
  Latencies latencies;
  for (auto _ : state) {
    latencies.measure([&] {
      FLORIN_ASSERT(::pwrite(file, block, 4096, offset) == 4096);
      if (fdatasync_after) FLORIN_ASSERT(::fdatasync(file) == 0);
    });
    offset = (offset + 4096) % static_cast<off_t>(raw_file_bytes);
  }
  latencies.report(state);
  ::free(block);
  ::close(file);
}

void raw_buffered_fdatasync_4k(benchmark::State& state) { raw_sync_4k(state, 0, true); }
BENCHMARK(raw_buffered_fdatasync_4k)->UseRealTime();
void raw_direct_dsync_4k(benchmark::State& state) { raw_sync_4k(state, O_DIRECT | O_DSYNC, false); }
BENCHMARK(raw_direct_dsync_4k)->UseRealTime();

void crc32c_300_bytes(benchmark::State& state) {
  const std::string bytes(300, 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  state.SetBytesProcessed(state.iterations() * 300);
}
BENCHMARK(crc32c_300_bytes);

void journal_read_one_entry(benchmark::State& state) {
  BenchDirectory directory;
  auto journal = open_journal(directory);
  constexpr LogIndex entries = 400'000;  // two sealed segments and an active one
  for (LogIndex i = 1; i <= entries; ++i) {
    FLORIN_ASSERT(journal->append({0, i, std::string(300, 'x')}).has_value());
    if (i % 4096 == 0) FLORIN_ASSERT(journal->sync().has_value());
  }
  FLORIN_ASSERT(journal->sync().has_value());
  LogIndex index = 1;
  for (auto _ : state) {
    FLORIN_ASSERT(journal->read(0, index).has_value());
    index = (index + 7919) % entries + 1;
  }
  const auto begin = BenchClock::now();
  FLORIN_ASSERT(journal
                    ->scan(
                        {}, [](const LogEntryView&) -> Status<Error> { return Unit{}; }, nullptr)
                    .has_value());
  state.counters["scan_entries_per_s"] =
      static_cast<double>(entries) /
      std::chrono::duration<double>(BenchClock::now() - begin).count();
  journal.reset();
  const auto reopen = BenchClock::now();
  journal = open_journal(directory);
  state.counters["reopen_ms"] =
      std::chrono::duration<double, std::milli>(BenchClock::now() - reopen).count();
}
BENCHMARK(journal_read_one_entry);

}  // namespace

BENCHMARK_MAIN();
