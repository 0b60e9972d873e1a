// Changes of replicas between the log and what is in force.
#include "cluster/replication/group/group_changes.hpp"

namespace florin {

consensus::ReplicaId GroupChanges::replica_on(NodeNumber node) const {
  for (const auto* list : {&conf_.voters, &conf_.learners})
    for (const consensus::ReplicaId replica : *list)
      if (node_of(replica) == node) return replica;
  return 0;
}

void GroupChanges::note(LogIndex index, const consensus::Change& change) {
  if (change.type != consensus::ChangeType::none) in_log_.emplace(index, change);
}

std::vector<consensus::ReplicaId> GroupChanges::take_removed(LogIndex last) {
  std::vector<consensus::ReplicaId> removed;
  const auto end = in_log_.upper_bound(last);
  for (auto it = in_log_.begin(); it != end; it = in_log_.erase(it)) {
    awaits_conf_ = true;
    if (it->second.type == consensus::ChangeType::remove) removed.push_back(it->second.replica);
  }
  return removed;
}

void GroupChanges::set_conf(const consensus::ConfState& conf) {
  conf_ = conf;
  awaits_conf_ = false;
}

}  // namespace florin
