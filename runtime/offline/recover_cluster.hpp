// A cluster whose majority is lost, made again out of what is left: copies of some of its nodes' directories. Keeps of each
// group the log that raft would have elected, says what may be missing, and writes one new directory: the first node of a
// new cluster, which has all of the history (docs/adr/0015, docs/OPERATIONS.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/membership/cluster_member.hpp"
#include "runtime/offline/cross_audit.hpp"

namespace florin {

struct RecoverRequest {
  std::vector<std::string> from;
  std::string to;         // is not there, or empty
  std::string cluster;    // the new one's name: not the old one's, so that no old node can join it
  ClusterMember founder;  // node 0: the first number that was never used
  bool accept_missing = false;
};

// Of a directory that was given.
struct RecoveredFrom {
  std::string path;
  std::uint16_t node = 0;
  Timestamp newest;            // of its entries
  std::string damage;          // empty: none
  bool is_older_copy = false;  // of a node of which a newer one was given, too
};

struct RecoveredGroup {
  std::uint32_t group = 0;  // the meta group is the last
  std::string path;         // whose log is kept; empty: nobody has one
  LogIndex entries = 0;
  LogIndex committed =
      0;  // the highest that any directory knows of; above `entries`: those are lost
  Timestamp newest;
  std::size_t voters = 0, voters_there = 0;  // whose whole logs were given
  bool has_majority = false;                 // in every configuration that may have counted
  std::vector<std::string> replaced;  // directories whose log had another end, which did not count

  [[nodiscard]] bool may_miss() const { return committed > entries || !has_majority; }
};

struct RecoverReport {
  std::string old_cluster, new_cluster;
  std::uint16_t founder = 0;
  std::uint32_t partitions = 0;
  std::vector<RecoveredFrom> from;
  std::vector<RecoveredGroup> groups;
  std::vector<CrossFinding> findings;  // between partitions
  bool is_written = false;

  // By what was given, nothing that was acknowledged is missing.
  [[nodiscard]] bool is_complete() const;
};

using RecoverProgress =
    std::function<void(std::string_view step, std::uint64_t done, std::uint64_t all)>;

// Not complete and not accepted: the report, and nothing was written. Otherwise `to` appears at once, as a whole and durable.
// Errc::invalid: what was asked for; missing, locked: a directory; mismatch: directories of different clusters; corrupt: two
// directories contradict each other, or what is kept does not pass the audit. Nothing was written then, either.
Result<RecoverReport, Error> recover_cluster(const RecoverRequest& request,
                                             const RecoverProgress& progress);

}  // namespace florin
