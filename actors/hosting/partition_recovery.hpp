// Recovery of the partitions that a node hosts: what their stores hold, then the rest from the log. Run
// before anything else; node and simulator call the same function.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "actors/partition/partition.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/event_log.hpp"

namespace florin {

struct RecoveredPartitions {
  std::uint64_t entries_replayed = 0;
  std::uint64_t open_transfers = 0;
  // Their stores are damaged: nothing was made of them. Made again while the others serve (SoloPartition).
  std::vector<PartitionId> damaged;
};

inline constexpr std::size_t replay_step_entries = 64;
inline constexpr std::size_t replay_step_bytes = std::size_t{1} << 20;

// Some of the entries behind the partition's state, up to `last`: a step that is short enough to come between turns of
// others.
Status<Error> replay_some(Partition& partition, EventLogReader& log, LogIndex last);

// Which entry the last event is of, where the store does not say so (format version 1): walks back from the newest
// entry, once in the life of a store, over entries without events only.
Status<Error> find_last_event(PartitionState& state, EventLogReader& log);

// `by_id`: new partitions over their stores, by partition id; null = hosted elsewhere. Everything that is
// open afterwards is due soon. Errc::corrupt: a store is ahead of the log (acknowledged entries are
// missing), or an entry does not fit; the text names file and offset, and `log_name`. A store that is damaged is no error.
// `progress` may be null: bytes done, bytes in all.
Result<RecoveredPartitions, Error> recover_partitions(
    std::vector<Partition*> by_id, EventLogReader& log, const std::string& log_name,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace florin
