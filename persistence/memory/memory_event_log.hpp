// MemoryEventLog: both sides of the event log in memory, for tests and the simulator. Same contract as the
// journal: readers see synced entries only, and an error of the writer is sticky.
#pragma once

#include <deque>
#include <map>
#include <mutex>

#include "persistence/event_log.hpp"

namespace florin {

class MemoryEventLog final : public EventLogWriter, public EventLogReader {
 public:
  Status<Error> append(const LogEntry& entry) override;
  Status<Error> sync() override;

  Result<std::string, Error> read(PartitionId partition, LogIndex index) override;
  [[nodiscard]] LogIndex last_index(PartitionId partition) const override;
  Status<Error> scan(const std::vector<LogIndex>& after,
                     const std::function<Status<Error>(const LogEntryView&)>& visit,
                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;

  // Every sync() from now on fails; nothing more becomes durable.
  void fail_syncs(Error error);
  // A crash and restart: unsynced entries and the sticky error are gone.
  void restart();
  [[nodiscard]] std::uint64_t syncs() const;

 private:
  mutable std::mutex mutex_;
  std::deque<LogEntry> durable_;  // in file order; elements never move
  std::vector<LogEntry> pending_;
  std::map<PartitionId, std::vector<const LogEntry*>> by_partition_;
  std::map<PartitionId, LogIndex> last_appended_;
  std::optional<Error> next_failure_;
  std::optional<Error> failed_;
  std::uint64_t syncs_ = 0;
};

}  // namespace florin
