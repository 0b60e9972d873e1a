// LeaderBalance: when this node should hand over what it leads, and to whom: so that leaders are spread, and that a
// node which shall lead nothing (drained, leaving) does not. Beside the keeper, on its thread. One thread at a time.
//
// A node that is up and gives up what it should lead has a reason that only it knows: its disk is low, its clock is off.
// It is not given back for a while: it would sit on it, and refuse whoever asks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "cluster/membership/cluster_facts.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

class LeaderBalance {
 public:
  struct HandOver {
    GroupNumber group = 0;
    NodeNumber to = 0;
  };

  LeaderBalance(NodeNumber self, GroupNumber meta_group) : self_(self), meta_group_(meta_group) {}

  // At each tick of the replicated log; mostly nothing. One at a time, and only to a node that has everything: a leader
  // that moves costs its clients a moment. A node that shall not lead hands over all at once.
  std::vector<HandOver> tick(const ClusterMap& map, const ClusterFacts& facts,
                             const std::vector<ReplicatedLog::Status>& groups,
                             const std::function<bool(NodeNumber)>& is_up);

 private:
  void note_leaders(const ClusterMap& map, const ClusterFacts& facts,
                    const std::vector<ReplicatedLog::Status>& groups,
                    const std::function<bool(NodeNumber)>& is_up);

  NodeNumber self_;
  GroupNumber meta_group_;
  std::uint32_t ticks_to_next_ = 30;
  std::map<GroupNumber, NodeNumber> led_by_;       // as seen last
  std::map<NodeNumber, std::uint32_t> unwilling_;  // for so many ticks
};

}  // namespace florin
