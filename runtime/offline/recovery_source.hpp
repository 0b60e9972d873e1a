// A data directory that a lost cluster is recovered from: read, never written. It may be a copy of any node, old or
// damaged: what of each group's log verifies, from its first entry on, is what counts.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/recovery/choose_log.hpp"
#include "cluster/replication/group_state.hpp"
#include "cluster/replication/log_streams.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/offline/replay.hpp"

namespace florin {

struct SourceGroup {
  GroupState record;
  ReplicaLog log;
  Hash last_hash = genesis_hash;
  Timestamp last_time;
  std::vector<std::pair<LogIndex, consensus::Change>> changes;  // of its replicas, in its log
  bool is_whole = true;  // nothing that was in this log is lost or damaged
};

struct RecoverySource {
  std::string path;
  DataDirectory directory;           // and its lock
  std::unique_ptr<Journal> journal;  // null: not one entry can be read
  std::vector<SourceGroup> groups;   // the meta group is the last
  std::string damage;                // for a person; empty: none was found
  std::uint64_t blocks = 0;          // of the log: of two copies of one node the newer one has more

  // Opens and verifies. Errc::missing: no data directory; locked: a node uses it; mismatch: it is of no cluster. Damage in
  // the log is no error, but in the answer.
  static Result<RecoverySource, Error> open(const std::string& path,
                                            const ProgressFunction& progress);
  [[nodiscard]] LogStreams streams() const { return LogStreams{directory.identity().partitions}; }
};

}  // namespace florin
