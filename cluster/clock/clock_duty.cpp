// All groups that are led here at once: each entry that is decided here in the meantime has a doubtful time.
#include "cluster/clock/clock_duty.hpp"

namespace florin {
namespace {

constexpr std::uint32_t ticks_between_tries = 5;

}  // namespace

std::vector<ClockDuty::HandOver> ClockDuty::tick(bool hands_over,
                                                 const std::vector<ReplicatedLog::Status>& groups,
                                                 const std::function<bool(NodeNumber)>& may_lead) {
  std::vector<HandOver> out;
  if (ticks_to_next_ > 0) --ticks_to_next_;
  if (!hands_over || ticks_to_next_ > 0) return out;
  ticks_to_next_ = ticks_between_tries;
  for (const ReplicatedLog::Status& group : groups) {
    if (group.leader != self_) continue;
    for (const consensus::ReplicaId voter : group.conf.voters) {
      if (node_of(voter) == self_ || !may_lead(node_of(voter))) continue;
      out.push_back({group.group, node_of(voter)});
      break;
    }
  }
  return out;
}

}  // namespace florin
