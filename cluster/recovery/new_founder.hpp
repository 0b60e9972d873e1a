// How the logs of a cluster that is lost go on in a new one, with a node that was not in it: what is appended to each group's
// log, and the raft record that goes with it. Pure.
//
// The history is kept and goes on: the new node is added and all old ones are removed, in the logs, as if the cluster had
// lived to do it. So nothing is used twice (node numbers, ids of replicas, terms), and `florin node add` makes the
// new cluster grow as it did the old one.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/group_state.hpp"
#include "cluster/replication/log_streams.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {

// Where a log ends, and who had it.
struct GroupEnd {
  std::uint32_t group = 0;
  LogIndex last = 0;
  consensus::Term term = 0;
  Timestamp time;
  Hash hash = genesis_hash;
  consensus::ConfState conf;
  std::vector<consensus::ReplicaId> retired;
};

struct FoundedGroup {
  std::vector<std::string> entries;  // behind the last one
  GroupState record;
};

// `events`: an entry of their own before the change of replicas; empty: no such entry.
FoundedGroup found_group(const GroupEnd& end, consensus::ReplicaId founder,
                         const std::vector<Event>& events);

// The founder's replica of a partition: an id that nothing in the group has had.
consensus::ReplicaId founder_of(const MapPartition& partition, const GroupEnd& end,
                                NodeNumber node);

// The first number that no node of the cluster has had; 0: all are used up.
NodeNumber unused_node(const ClusterMap& map, const std::vector<GroupEnd>& ends);
// Has a node of this number been in the cluster, by its map or by a group's replicas?
bool was_used(const ClusterMap& map, const std::vector<GroupEnd>& ends, NodeNumber node);

// For the meta group's log: `member` is there, nobody else is, and each partition has the founder's replica only. `level`:
// of what is in the logs, as the directories that they come from say; the map may have lost the news of it.
std::vector<Event> founding_events(const ClusterMap& map, const ClusterMember& member,
                                   const std::vector<consensus::ReplicaId>& founders,
                                   FormatLevel level = 0);

}  // namespace florin
