// A log that somebody has changed at rest: one entry says something else, and all checksums and the whole hash chain behind
// it fit again. Nothing in the node's own files shows it; only the other replicas' heads do.
#pragma once

#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/journal/journal.hpp"

namespace florin::sim {

// Of a node that is down: the middle entry of the partition is an instant later than it was. Returns how many entries are
// no more what they were; 0: the log is too short, or every instant is taken.
Result<std::size_t, Error> rewrite_log(const JournalOptions& options, PartitionId partition);

}  // namespace florin::sim
