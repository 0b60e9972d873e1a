// ChainComparison: hash chains compared between the replicas of each partition: once a second every node tells every other
// what the replicas that both have have come to. See cluster/membership/told_heads.hpp. Nothing of it is kept.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/cluster_view.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/chain_heads.hpp"
#include "runtime/cluster/hosted_replicas.hpp"

namespace florin {

class ChainComparison {
 public:
  ChainComparison(NodeNumber self, const HostedReplicas& hosted) : self_(self), hosted_(hosted) {}

  // At each tick of the consensus thread: send(node, body) once a second.
  void tell(const ClusterMap& map, const std::function<void(NodeNumber, const std::string&)>& send);
  // Of a peer, any thread. False: not such a frame.
  bool on_frame(NodeNumber from, std::string_view body, const ClusterMap& map) const;
  // Any thread.
  [[nodiscard]] std::vector<ChainView> view() const;

 private:
  NodeNumber self_;
  const HostedReplicas& hosted_;
  std::chrono::steady_clock::time_point told_;
};

}  // namespace florin
