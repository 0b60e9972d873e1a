// GroupChanges: which replicas a group has, which changes of them its log holds that are not committed yet, and whether
// raft has still to say what a committed one has made of it. Pure.
#pragma once

#include <map>
#include <vector>

#include "base/ids.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/placement/replica_id.hpp"

namespace florin {

class GroupChanges {
 public:
  [[nodiscard]] const consensus::ConfState& conf() const { return conf_; }  // in force
  // The replica of the group on a node; 0: none.
  [[nodiscard]] consensus::ReplicaId replica_on(NodeNumber node) const;
  // A change is in the log, and not yet committed.
  [[nodiscard]] bool is_any_in_log() const { return !in_log_.empty(); }
  // A change is in the log, and not yet in conf().
  [[nodiscard]] bool is_changing() const { return is_any_in_log() || awaits_conf_; }

  // The entry at this index is this change, or none.
  void note(LogIndex index, const consensus::Change& change);
  // Entries from this one on are replaced, and their changes with them.
  void forget_from(LogIndex index) { in_log_.erase(in_log_.lower_bound(index), in_log_.end()); }
  // Those that are committed up to `last` leave; returns whom they have removed, which is for ever, whoever leads.
  std::vector<consensus::ReplicaId> take_removed(LogIndex last);
  void set_conf(const consensus::ConfState& conf);

 private:
  consensus::ConfState conf_;
  std::map<LogIndex, consensus::Change> in_log_;  // not yet given
  bool awaits_conf_ = false;  // a change was given: the next Ready says what is in force
};

}  // namespace florin
