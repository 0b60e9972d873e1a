// EntriesLog: the log of one partition as a test has filled it, to be read entry by entry.
#pragma once

#include <string>
#include <vector>

#include "persistence/event_log.hpp"

namespace florin::test {

class EntriesLog final : public EventLogReader {
 public:
  Result<std::string, Error> read(PartitionId, LogIndex index) override {
    if (index == 0 || index > entries.size()) return Err{Error{Errc::missing, "no such entry"}};
    return entries[index - 1];
  }
  [[nodiscard]] LogIndex last_index(PartitionId) const override { return entries.size(); }
  Status<Error> scan(const std::vector<LogIndex>&,
                     const std::function<Status<Error>(const LogEntryView&)>&,
                     const std::function<void(std::uint64_t, std::uint64_t)>&) override {
    return Unit{};
  }
  std::vector<std::string> entries;
};

}  // namespace florin::test
