// See group_reaches.hpp.
#include "cluster/disk/group_reaches.hpp"

#include <algorithm>

namespace florin {

std::vector<GroupReach> group_reaches(const EventLogReader& log, const LogStreams& streams,
                                      const std::vector<ReplicatedLog::Status>& groups) {
  std::vector<GroupReach> reaches;
  for (GroupNumber group = 0; group < streams.groups(); ++group) {
    const LogIndex last = log.last_index(LogStreams::entries(group));
    if (last != 0) reaches.push_back({group, last, 0});
  }
  for (const ReplicatedLog::Status& one : groups) {
    const auto found = std::ranges::lower_bound(reaches, one.group, {}, &GroupReach::group);
    if (found != reaches.end() && found->group == one.group)
      found->committed = std::min(one.commit, found->last);
  }
  return reaches;
}

}  // namespace florin
