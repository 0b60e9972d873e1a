// What a node says of its own disk: of each group, how far its log is durable here and known to be committed.
#pragma once

#include <vector>

#include "cluster/disk/disk_frame.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/event_log.hpp"

namespace florin {

// Between two rounds, when all that the log has is durable; groups ascending. Of replicas that went as well: their logs stay.
// `groups`: those that are hosted here. Empty: nothing has ever been written.
std::vector<GroupReach> group_reaches(const EventLogReader& log, const LogStreams& streams,
                                      const std::vector<ReplicatedLog::Status>& groups);

}  // namespace florin
