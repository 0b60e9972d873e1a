// DataDirectory: what a node's data directory is: its lock, its identity, and where things are in it.
//
//   LOCK             the pid of the process that uses the directory (data_dir_lock.hpp)
//   florin.meta      format, number of partitions, id, in a cluster whose node it is, and the format level of what is
//                    in the directory: written when the directory is made, and when the level rises
//   log.end          how far the log has reached at least (persistence/journal/log_end.hpp)
//   starts           how often it was started, and out of which files (start_record.hpp)
//   runs             in a cluster: which of these have taken part (run_history.hpp)
//   disks            in a cluster: what is known of the other nodes' disks (cluster/disk/disk_book.hpp)
//   log/             segment files (persistence/journal)
//   state/pNNNN/     one LMDB environment for each partition; may be deleted: rebuilt from the log
//   payments/raw/    what payment providers have said, as it came, for people (runtime/outside/raw_store.hpp); may be deleted
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "persistence/journal/data_dir_lock.hpp"
#include "persistence/run_history.hpp"
#include "persistence/start_record.hpp"

namespace florin {

// Whose node a directory belongs to. A node that took another's place in a cluster, or the same node
// twice, would vote with a memory that is not its own: the directory says who it is.
struct ClusterIdentity {
  std::string cluster;     // empty = one node for itself
  std::uint16_t node = 0;  // 1..65535; 0 = one node for itself

  bool operator==(const ClusterIdentity&) const = default;
};

struct DataIdentity {
  std::uint32_t partitions = 0;
  std::uint64_t id = 0;  // random: ties log segments to their directory
  ClusterIdentity member = {};
  FormatLevel level = 0;  // up to which is written here: a program that reads less must not open it
};

// What a start has found.
struct DirectoryStart {
  StartRecord record;  // as it is now
  RunHistory runs;     // of a node of a cluster: those before this one; none below its level
  bool was_copied = false;
};

class DataDirectory {
 public:
  // Makes the directory when it is missing or empty. Errors: locked, io (not writable), mismatch (other
  // number of partitions, other cluster or node, unknown format, a level above `reads`; says what to do), corrupt.
  static Result<DataDirectory, Error> open(const std::string& path, std::uint32_t partitions,
                                           const ClusterIdentity& member = {},
                                           FormatLevel reads = format_level_own);
  // For offline tools: takes the lock, changes nothing else. Errc::missing when it is no data directory.
  static Result<DataDirectory, Error> open_existing(const std::string& path, DirectoryUse use);

  // Counts this start, durably: once, before anything else is written. Errc::disk_lost for a node of a cluster whose
  // directory is a copy: that is left as it is. One node without a cluster goes on with a copy.
  Result<DirectoryStart, Error> begin_start();
  // The node of a cluster takes part from now on, as `process`. Durable when it returns. Kept from the first start on, before
  // the level is known: a copy made after it must know that it lacks the second.
  Status<Error> begin_run(Incarnation process);
  // The node's disk was given up as lost, and this new directory takes its place. Durable when it returns.
  Status<Error> begin_life(std::uint32_t life);
  // From now on what is written here may need a reader of `level`. Durable when it returns; never lowered. To be called
  // before the first such thing is written, so that an older program says what it lacks and does not call it damaged.
  Status<Error> raise_level(FormatLevel level);

  [[nodiscard]] const DataIdentity& identity() const { return identity_; }
  [[nodiscard]] std::string disks_path() const { return path_ + "/disks"; }
  [[nodiscard]] std::string log_path() const { return path_ + "/log"; }
  [[nodiscard]] std::string log_end_path() const { return path_ + "/log.end"; }
  [[nodiscard]] std::string state_path(PartitionId partition) const;
  [[nodiscard]] std::string payments_path() const { return path_ + "/payments"; }

 private:
  [[nodiscard]] std::string starts_path() const { return path_ + "/starts"; }
  [[nodiscard]] std::string runs_path() const { return path_ + "/runs"; }
  DataDirectory(std::string path, DataDirLock lock, DataIdentity identity)
      : path_(std::move(path)), lock_(std::move(lock)), identity_(std::move(identity)) {}

  std::string path_;
  DataDirLock lock_;
  DataIdentity identity_;
  StartRecord start_;
  RunHistory runs_;
};

}  // namespace florin
