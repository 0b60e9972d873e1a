// EventLog: ports of the append-only log that all partitions of a node share. An entry is opaque bytes
// here (persistence/codec/entry_codec.hpp knows what is inside), named by partition and index.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace florin {

struct LogEntry {
  PartitionId partition = 0;
  // contiguous per partition from 1; see EventLogWriter for what may come again
  LogIndex index = 0;
  std::string bytes;
};

struct LogEntryView {
  PartitionId partition = 0;
  LogIndex index = 0;
  std::string_view bytes;
  std::uint64_t file_offset = 0;  // of the entry's frame, for error messages
  std::string_view file_name;
};

// Reading side. Safe to call from any thread, beside the writer, for entries that are durable.
class EventLogReader {
 public:
  virtual ~EventLogReader() = default;
  // Copies the entry's bytes. Errc::missing when there is no such entry, Errc::corrupt when its CRC fails.
  virtual Result<std::string, Error> read(PartitionId partition, LogIndex index) = 0;
  [[nodiscard]] virtual LogIndex last_index(PartitionId partition) const = 0;
  // All entries, each partition's in order of its index, from the first one that any partition needs: those
  // with index > after[partition]. Partitions behind the end of `after` start at 1. Stops at the first error
  // of `visit`.
  // `progress` (may be null) is called now and then with bytes done and bytes in all.
  virtual Status<Error> scan(const std::vector<LogIndex>& after,
                             const std::function<Status<Error>(const LogEntryView&)>& visit,
                             const std::function<void(std::uint64_t, std::uint64_t)>& progress) = 0;
};

// Writing side: one thread. append() puts entries into the log's buffer; sync() makes all appended
// entries durable in one group commit. An error of either is sticky: nothing may be appended after it and
// the node must stop (a failed fsync is never retried).
// Indexes of a partition come without gaps. A log that allows it (JournalOptions::replaceable) also takes an
// index that is there: once durable, the entry replaces that one and drops all behind it, for every reader.
class EventLogWriter {
 public:
  virtual ~EventLogWriter() = default;
  virtual Status<Error> append(const LogEntry& entry) = 0;
  virtual Status<Error> sync() = 0;
};

}  // namespace florin
