// ReplicaStart: how a replica of a node begins: out of its store and the log as far as the record of its group says that the
// log is committed, then in the replicated log, from where the replica is. The same at the start of a node and when a replica is
// made while it runs, in the node and in the simulator; of the meta group too, whose replica is a map.
//
// Crash anywhere: which replicas there are is in the records of their groups and in the map; a half-made one begins again.
#pragma once

#include <utility>

#include "actors/hosting/replica.hpp"
#include "cluster/membership/meta_replica.hpp"
#include "cluster/replication/group_state.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

class ReplicaStart {
 public:
  static Result<ReplicaStart, Error> of(const ReplicaHere& group, EventLogReader& log,
                                        const LogStreams& streams) {
    FLORIN_TRY(state, read_group_state(log, streams.state(group.group)));
    return ReplicaStart(group, std::move(state));
  }

  Status<Error> recover(Replica& replica) const { return replica.recover(committed()); }
  // With its first wake-up: whoever makes it must not wait.
  void recover_later(Replica& replica) const { replica.recover_later(committed()); }
  Status<Error> recover(MetaReplica& meta, EventLogReader& log) const {
    return meta.recover(log, committed());
  }
  // `reached`: by what has recovered.
  Status<Error> open_in(ReplicatedLog& log, LogIndex reached) const {
    return log.open(group_, state_, reached);
  }

 private:
  ReplicaStart(const ReplicaHere& group, GroupState state)
      : group_(group), state_(std::move(state)) {}
  [[nodiscard]] LogIndex committed() const { return ReplicatedLog::committed_index(state_, 0); }

  ReplicaHere group_;
  GroupState state_;
};

}  // namespace florin
