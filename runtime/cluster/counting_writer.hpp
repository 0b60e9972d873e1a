// CountingWriter: the journal of a cluster's node as its replicated log writes to it, counted for metrics. Entries are
// those of partitions; the other streams (group states) count as bytes only. One thread.
#pragma once

#include <cstddef>
#include <utility>

#include "persistence/event_log.hpp"

namespace florin {

class CountingWriter final : public EventLogWriter {
 public:
  struct Counts {
    std::size_t entries = 0;
    std::size_t bytes = 0;
  };

  // `journal` outlives it.
  CountingWriter(EventLogWriter& journal, std::uint32_t partitions)
      : journal_(journal), partitions_(partitions) {}

  Status<Error> append(const LogEntry& entry) override {
    if (entry.partition < partitions_) ++counts_.entries;
    counts_.bytes += entry.bytes.size();
    return journal_.append(entry);
  }
  Status<Error> sync() override { return journal_.sync(); }
  // Since it was last asked.
  Counts take_counts() { return std::exchange(counts_, {}); }

 private:
  EventLogWriter& journal_;
  std::uint32_t partitions_;
  Counts counts_;
};

}  // namespace florin
