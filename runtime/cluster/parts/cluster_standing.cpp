// Standing of this node, told once for each change.
#include "runtime/cluster/parts/cluster_standing.hpp"

#include <utility>

#include "runtime/config/node_config.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/signals.hpp"

namespace florin {
namespace {

std::vector<NodeNumber> configured_nodes(const NodeConfig& config) {
  std::vector<NodeNumber> nodes;
  for (const auto& node : config.cluster.nodes) nodes.push_back(node.id);
  return nodes;
}

}  // namespace

ClusterStanding::ClusterStanding(const NodeConfig& config, Metrics& metrics)
    : metrics_(metrics),
      standing_(static_cast<NodeNumber>(config.cluster.self), config.cluster.join,
                configured_nodes(config)) {}

void ClusterStanding::set_map(const ClusterMap& map) {
  const std::lock_guard lock(mutex_);
  map_ = std::make_shared<const ClusterMap>(map);
  note();
}

void ClusterStanding::link_changed(NodeNumber node, bool is_up) {
  const std::lock_guard lock(mutex_);
  up_[node] = is_up;
  if (is_up)
    standing_.let_in(node);
  else
    standing_.link_lost(node);
  note();
}

void ClusterStanding::told_removed(NodeNumber by, LogIndex map_version) {
  const std::lock_guard lock(mutex_);
  standing_.told_removed(by, map_version);
  note();
}

void ClusterStanding::begin_serving() {
  if (auto starting = Stage::starting; stage_.compare_exchange_strong(starting, Stage::serving))
    metrics_.ready(is_ready());
}

void ClusterStanding::note() {
  const Standing now = standing_.look(*map_);
  is_member_ = now == Standing::member;
  has_served_ = has_served_ || now == Standing::member;
  is_doubted_ = florin::is_doubted(now);
  metrics_.ready(is_ready());
  if (std::exchange(told_, now) != now) tell();
}

// One that was removed while it ran goes on saying so, until it is stopped. One that was started after its removal ends:
// nobody waits for it, and a service manager must not start it again and again.
void ClusterStanding::tell() const {
  const std::string reason = standing_.reason(*map_);
  switch (told_) {
    case Standing::member: return log_info("this node serves as a member of the cluster", {});
    case Standing::outside:
    case Standing::unheard: return log_info("this node does not serve yet", {{"reason", reason}});
    case Standing::doubtful: return log_warning("this node serves nothing", {{"reason", reason}});
    case Standing::removed:
      log_error("this node has left the cluster: stop it", {{"reason", reason}});
      if (!has_served_) request_stop(ExitCode::node_removed, reason);
      return;
  }
}

ClusterStanding::Shown ClusterStanding::shown() const {
  const std::lock_guard lock(mutex_);
  return {told_, standing_.reason(*map_), map_};
}

std::shared_ptr<const ClusterMap> ClusterStanding::map() const {
  const std::lock_guard lock(mutex_);
  return map_;
}

bool ClusterStanding::is_up(NodeNumber node) const {
  const std::lock_guard lock(mutex_);
  const auto found = up_.find(node);
  return found != up_.end() && found->second;
}

std::vector<NodeNumber> ClusterStanding::reachable_replicas(PartitionId partition) const {
  std::vector<NodeNumber> nodes;
  const auto map = this->map();
  if (!map->is_formed()) return nodes;
  for (const ReplicaId replica : map->partitions.at(partition).wanted)
    if (is_up(node_of(replica))) nodes.push_back(node_of(replica));
  return nodes;
}

}  // namespace florin
