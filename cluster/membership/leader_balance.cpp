// Now and then: each group that is led here, and who should.
#include "cluster/membership/leader_balance.hpp"

#include <optional>
#include <utility>

#include "cluster/membership/cluster_progress.hpp"

namespace florin {
namespace {

constexpr std::uint32_t ticks_between_balancing = 30;
constexpr std::uint32_t ticks_between_handing_over = 5;  // of a node that shall lead nothing
constexpr std::uint32_t ticks_unwilling = 600;           // a minute, as usual

// Who should lead what. This node is there, whatever it has heard of itself.
std::vector<NodeNumber> leaders_seen_from(NodeNumber self, const ClusterMap& map,
                                          const ClusterFacts& facts,
                                          const std::function<bool(NodeNumber)>& is_up) {
  return leaders_wanted(map, facts, [&](NodeNumber node) { return node == self || is_up(node); });
}

}  // namespace

// Who went down in between has forgotten why. Who gave up what somebody else should lead has only handed it on.
void LeaderBalance::note_leaders(const ClusterMap& map, const ClusterFacts& facts,
                                 const std::vector<ReplicatedLog::Status>& groups,
                                 const std::function<bool(NodeNumber)>& is_up) {
  for (auto& [node, ticks] : unwilling_) --ticks;
  std::erase_if(unwilling_, [&](const auto& one) { return one.second == 0 || !is_up(one.first); });
  // Worked out over all partitions: once for all that come at the same time, as from a node that is drained.
  std::optional<std::vector<NodeNumber>> wanted;
  for (const ReplicatedLog::Status& group : groups) {
    if (group.leader == 0 || group.group == meta_group_) continue;
    const NodeNumber before = std::exchange(led_by_[group.group], group.leader);
    if (group.leader != self_ || before == self_ || before == 0 || !is_up(before)) continue;
    if (!wanted) wanted = leaders_seen_from(self_, map, facts, is_up);
    if (group.group < wanted->size() && wanted->at(group.group) == before)
      unwilling_[before] = ticks_unwilling;
  }
}

std::vector<LeaderBalance::HandOver> LeaderBalance::tick(
    const ClusterMap& map, const ClusterFacts& facts,
    const std::vector<ReplicatedLog::Status>& groups,
    const std::function<bool(NodeNumber)>& is_up) {
  std::vector<HandOver> out;
  note_leaders(map, facts, groups, is_up);
  if (--ticks_to_next_ > 0) return out;
  const bool is_drained = map.is(self_, NodeState::drained) || map.is(self_, NodeState::leaving);
  ticks_to_next_ = is_drained ? ticks_between_handing_over : ticks_between_balancing;
  if (!map.is_formed()) return out;
  const auto wanted = leaders_seen_from(self_, map, facts, is_up);
  for (const ReplicatedLog::Status& group : groups) {
    if (group.leader != self_ || group.commit != group.last) continue;
    NodeNumber better = 0;
    if (group.group != meta_group_) {
      better = wanted.at(group.group);
    } else if (is_drained) {
      for (const ReplicaId voter : group.conf.voters)
        if (map.is(node_of(voter), NodeState::active) && is_up(node_of(voter)))
          better = node_of(voter);
    }
    if (better == 0 || better == self_ || !is_up(better) || unwilling_.contains(better)) continue;
    out.push_back({group.group, better});
    if (!is_drained) return out;
  }
  return out;
}

}  // namespace florin
