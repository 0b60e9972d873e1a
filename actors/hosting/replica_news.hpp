// What the replicated log tells one replica, in order: the queue between the thread of the log and the
// replica's own. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "cluster/replication/chain_heads.hpp"
#include "cluster/replication/replica_entry.hpp"
#include "domain/events.hpp"

namespace florin {

struct EntriesCommitted {
  LogIndex first = 0;
  std::vector<EntryBytes> entries;  // one at least
  [[nodiscard]] LogIndex last() const { return first + entries.size() - 1; }
};
// Everything that was ever acknowledged has been given: decide from now on, under this reign.
struct LeadershipBegins {
  std::uint64_t reign = 0;
  std::uint64_t term = 0;
};
struct LeadershipEnds {};
struct LeadershipConfirmed {
  std::uint64_t reign = 0;
  std::uint64_t ticket = 0;
};
// Of the leader only, under this reign: log the change. Its group has been found ready for it.
struct ChangeWanted {
  std::uint64_t reign = 0;
  ReplicaChanged change;
};
// Another partition has a new leader, or its leader can be reached again: what it was sent may be lost.
struct PartnerReturned {
  PartitionId partition = 0;
};
// This replica is no longer wanted: forget everything, for good.
struct ReplicaDropped {};
// What another node says of its own replica's hash chain; it has a replica of this group.
struct HeadsHeard {
  NodeNumber from = 0;
  std::vector<ChainHead> heads;
};
using ReplicaNews =
    std::variant<EntriesCommitted, LeadershipBegins, LeadershipEnds, LeadershipConfirmed,
                 ChangeWanted, PartnerReturned, ReplicaDropped, HeadsHeard>;

class ReplicaNewsQueue {
 public:
  void push(ReplicaNews news) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(news));
  }
  std::vector<ReplicaNews> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(queue_, {});
  }
  [[nodiscard]] bool empty() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ReplicaNews> queue_;
};

}  // namespace florin
