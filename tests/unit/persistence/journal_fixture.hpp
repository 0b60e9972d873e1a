// A journal on a disk in memory, with small segments and no helper thread.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_file_system.hpp"

namespace florin::test {

using Entries = std::vector<LogEntry>;

inline JournalOptions small_options(MemoryFileSystem& disk) {
  JournalOptions options;
  options.directory = "/data/log";
  options.data_id = 77;
  options.partitions = 4;
  options.segment_bytes = 16 * 1024;
  options.prepare_ahead = false;
  options.files = &disk;
  return options;
}

inline std::unique_ptr<Journal> open_ok(const JournalOptions& options) {
  auto opened = Journal::open(options);
  if (opened) return std::move(opened).value();
  ADD_FAILURE() << to_string(opened.error().code) << ": " << opened.error().context;
  return nullptr;
}

inline Error open_error(const JournalOptions& options) {
  auto opened = Journal::open(options);
  if (!opened) return opened.error();
  ADD_FAILURE() << "the journal opened";
  return {Errc::invalid, "opened"};
}

inline LogEntry entry(PartitionId partition, LogIndex index, std::size_t bytes = 100) {
  std::string text = "p" + std::to_string(partition) + "i" + std::to_string(index) + ":";
  const char fill = static_cast<char>('a' + (partition * 7 + index) % 26);
  text.resize(std::max(bytes, text.size()), fill);
  return {partition, index, std::move(text)};
}

// Appends the partition's next entry and makes it durable.
inline void commit(Journal& journal, PartitionId partition, std::size_t bytes = 100) {
  ASSERT_TRUE(journal.append(entry(partition, journal.last_index(partition) + 1, bytes)));
  ASSERT_TRUE(journal.sync());
}

inline Result<Entries, Error> scan_all(Journal& journal, const std::vector<LogIndex>& after = {}) {
  Entries found;
  FLORIN_TRY_VOID(journal.scan(
      after,
      [&](const LogEntryView& e) -> Status<Error> {
        found.push_back({e.partition, e.index, std::string(e.bytes)});
        return Unit{};
      },
      nullptr));
  return found;
}

inline std::string segment_path(int number) {
  return "/data/log/0000000" + std::to_string(number) + ".seg";
}
inline std::string sidecar_path(int number) {
  return "/data/log/0000000" + std::to_string(number) + ".idx";
}

}  // namespace florin::test

namespace florin {
inline bool operator==(const LogEntry& a, const LogEntry& b) {
  return a.partition == b.partition && a.index == b.index && a.bytes == b.bytes;
}
}  // namespace florin
