// ClusterLogReader: committed entries: of the replicas that are here out of the journal, of others from their
// leaders. A reply may carry a position that this node's replica hears of a moment later: reading waits for it,
// for a bounded time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "persistence/event_log.hpp"
#include "runtime/cluster/remote_entries.hpp"

namespace florin {

class ClusterLogReader final : public EventLogReader {
 public:
  // nothing: no replica here
  using CommittedOf = std::function<std::optional<LogIndex>(PartitionId)>;

  ClusterLogReader(EventLogReader& journal, RemoteEntries& remote, CommittedOf committed_of)
      : journal_(journal), remote_(remote), committed_of_(std::move(committed_of)) {}

  Result<std::string, Error> read(PartitionId partition, LogIndex index) override {
    constexpr std::chrono::milliseconds step{2};
    for (int tries = 0;; ++tries) {
      const auto committed = committed_of_(partition);
      if (!committed) return remote_.read(partition, index);  // the replica has gone meanwhile
      if (*committed >= index) break;
      if (tries == 1000)
        return Err{Error{Errc::unavailable, "entry " + std::to_string(index) + " of partition " +
                                                std::to_string(partition) +
                                                " has not reached this node yet: ask its leader"}};
      std::this_thread::sleep_for(step);
    }
    return journal_.read(partition, index);
  }
  [[nodiscard]] LogIndex last_index(PartitionId partition) const override {
    return committed_of_(partition).value_or(0);
  }
  Status<Error> scan(const std::vector<LogIndex>& after,
                     const std::function<Status<Error>(const LogEntryView&)>& visit,
                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
    return journal_.scan(after, visit, progress);
  }

 private:
  EventLogReader& journal_;
  RemoteEntries& remote_;
  CommittedOf committed_of_;
};

}  // namespace florin
