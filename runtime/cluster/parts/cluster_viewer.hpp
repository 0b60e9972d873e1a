// ClusterViewer: what people and metrics see of this node's part of its cluster, put together out of what the consensus
// thread published at its last tick. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "cluster/cluster_view.hpp"
#include "cluster/links/peer_links.hpp"
#include "cluster/membership/cluster_facts.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "runtime/cluster/parts/cluster_standing.hpp"

namespace florin {

class ClusterViewer {
 public:
  using Groups = std::vector<ReplicatedLog::Status>;
  // What others know.
  struct Around {
    NodeNumber self = 0;
    std::string cluster;
    NodeNumber meta_leader = 0;
    GroupNumber meta_group = 0;
    FormatLevel reads = 0;
    ClockView clock;
    ClusterStanding::Shown standing;
    std::function<bool(NodeNumber)> is_up;
    links::LinksStatus links;
  };

  void publish(Groups groups, const ClusterFacts& facts);
  // As they were then.
  [[nodiscard]] std::shared_ptr<const Groups> groups() const;
  [[nodiscard]] ClusterView view(const Around& around) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Groups> groups_ = std::make_shared<const Groups>();
  ClusterFacts facts_;
};

}  // namespace florin
