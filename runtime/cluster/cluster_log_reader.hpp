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

  // patience: how long read() waits for an entry that a reply has spoken of.
  ClusterLogReader(EventLogReader& journal, RemoteEntries& remote, CommittedOf committed_of,
                   std::chrono::milliseconds patience = std::chrono::seconds{2})
      : journal_(journal),
        remote_(remote),
        committed_of_(std::move(committed_of)),
        patience_(patience) {}

  Result<std::string, Error> read(PartitionId partition, LogIndex index) override {
    constexpr std::chrono::milliseconds step{2};
    const auto until = std::chrono::steady_clock::now() + patience_;
    for (;;) {
      const auto committed = committed_of_(partition);
      if (!committed) return remote_.read(partition, index);  // the replica has gone meanwhile
      if (*committed >= index) break;
      if (std::chrono::steady_clock::now() >= until)
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
  std::chrono::milliseconds patience_;
};

}  // namespace florin
