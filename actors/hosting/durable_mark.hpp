// How far the logs of a lone node's partitions are durable, and who is told when that moves: between whoever writes the log
// (the node's journal thread, the simulator's) and the hosts of the partitions.
//
// Promise: who wakes finds the marks of all entries of the group; a mark never says more than was synced. Crash: the log says
// it again at the next start, of a partition that has to be made again, too.
#pragma once

#include <atomic>
#include <vector>

#include "actors/hosting/inbox.hpp"
#include "persistence/group_commit.hpp"

namespace florin {

struct DurableMark {
  std::atomic<LogIndex> index{0};
  Inbox* inbox = nullptr;

  // After recovery. `last`: of the log.
  void begin(Inbox& whom, LogIndex last) {
    inbox = &whom;
    index.store(last, std::memory_order_release);
  }
  [[nodiscard]] LogIndex durable() const { return index.load(std::memory_order_acquire); }
};

// After the sync of that group; marks by partition id.
inline void tell_durable(const GroupCommit& group, std::vector<DurableMark>& marks) {
  group.tell(
      [&](const LogEntry& entry) {
        marks[entry.partition].index.store(entry.index, std::memory_order_release);
      },
      [&](PartitionId partition) { marks[partition].inbox->wake(); });
}

}  // namespace florin
