// Makes a directory whose log has lost its end start again with what is left. What was acknowledged and is not there is
// given up, knowingly: only a person may decide that (docs/OPERATIONS.md, Backup).
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

struct AcceptedLog {
  std::uint64_t blocks = 0;  // of the log that is there
  std::uint64_t blocks_lost =
      0;  // at least: as far as the directory knew; each is up to some thousands of events
  std::string state_moved_to = {};  // "": no state was ahead of the log, or damaged
};

// Writes the directory: needs its lock. State that is ahead of the log is moved aside (it is rebuilt from the log), then
// the end of the log is noted as it is; a crash in between leaves what this can be repeated on, or a node can start with.
// Errc::missing: no data directory; locked: a node uses it; mismatch: it is of a cluster, whose other nodes know
// what this one has lost; invalid: nothing is missing, and nothing was written; corrupt: the log itself is damaged.
Result<AcceptedLog, Error> accept_log(const std::string& data_dir);

}  // namespace florin
