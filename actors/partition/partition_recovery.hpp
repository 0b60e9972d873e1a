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
};

// Which entry the last event is of, where the store does not say so (format version 1): walks back from the newest
// entry, once in the life of a store, over entries without events only.
Status<Error> find_last_event(PartitionState& state, EventLogReader& log);

// `by_id`: new partitions over their stores, by partition id; null = hosted elsewhere. Everything that is
// open afterwards is due at once. Errc::corrupt: a store is ahead of the log (acknowledged entries are
// missing), or an entry does not fit; the text names file and offset, and `log_name`.
// `progress` may be null: bytes done, bytes in all.
Result<RecoveredPartitions, Error> recover_partitions(
    const std::vector<Partition*>& by_id, EventLogReader& log, const std::string& log_name,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace florin
