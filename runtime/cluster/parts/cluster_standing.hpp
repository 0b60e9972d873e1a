// ClusterStanding: what this node knows of its cluster's members and links, and what follows for itself: may it serve, and
// may its peers still hear of it? Told by the consensus thread and the links, read by everybody. Thread-safe.
//
// Crash anywhere: nothing of this is kept; it serves again when a peer has let it in (OwnStanding).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/membership/cluster_map.hpp"
#include "cluster/membership/own_standing.hpp"

namespace florin {

class Metrics;
struct NodeConfig;

class ClusterStanding {
 public:
  struct Shown {
    Standing standing = Standing::member;
    std::string reason;  // one sentence; empty: it serves
    std::shared_ptr<const ClusterMap> map;
  };

  ClusterStanding(const NodeConfig& config, Metrics& metrics);

  void set_map(const ClusterMap& map);
  // The link to it.
  void link_changed(NodeNumber node, bool is_up);
  void told_removed(NodeNumber by, LogIndex map_version);
  // It takes part from now on, unless it drains already.
  void begin_serving();
  void begin_drain() { stage_ = Stage::draining; }

  [[nodiscard]] bool is_ready() const { return stage_ == Stage::serving && is_member_; }
  // It was removed, or may have been: peers get nothing from it.
  [[nodiscard]] bool is_doubted() const { return is_doubted_; }
  [[nodiscard]] std::string why_not_ready() const { return shown().reason; }
  [[nodiscard]] Shown shown() const;
  [[nodiscard]] std::shared_ptr<const ClusterMap> map() const;
  [[nodiscard]] bool is_up(NodeNumber node) const;
  // That the map wants for the partition, by their nodes, and that can be reached.
  [[nodiscard]] std::vector<NodeNumber> reachable_replicas(PartitionId partition) const;

 private:
  enum class Stage : std::uint8_t { starting, serving, draining };

  void note();        // under mutex_
  void tell() const;  // under mutex_

  Metrics& metrics_;
  std::atomic<Stage> stage_{Stage::starting};
  std::atomic<bool> is_member_{false};  // as far as is known here: it may serve
  std::atomic<bool> is_doubted_{false};

  mutable std::mutex mutex_;  // of these:
  std::shared_ptr<const ClusterMap> map_ = std::make_shared<const ClusterMap>();
  std::map<NodeNumber, bool> up_;
  OwnStanding standing_;
  Standing told_ = Standing::member;  // last
  bool has_served_ = false;           // as a member, since the start
};

}  // namespace florin
