// What follows from a new map.
#include "runtime/cluster/parts/map_follower.hpp"

#include <utility>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

Status<Error> MapFollower::follow(const ClusterMap& map, links::PeerLinks& links) {
  for (const auto& [number, node] : map.nodes) {
    if (number == self()) continue;
    if (node.state == NodeState::removed)
      links.remove_peer(number, map.version);
    else
      link_to(node.member, links);
  }
  report_configuration(map);
  return follow_format_level(map.format_level, links);
}

void MapFollower::link_to(const ClusterMember& member, links::PeerLinks& links) const {
  const auto* configured = config_.cluster.find(member.node);
  const auto address = ListenAddress::parse(configured != nullptr ? configured->peer : member.peer);
  if (!address) return;  // checked when it was added
  if (auto added = links.add_peer({member.node, address->host, address->port}); !added)
    log_warning("a node cannot be reached",
                {{"node", std::int64_t{member.node}}, {"reason", added.error().context}});
}

// The directory says it before anything of the new level is written by this node: a program that is older than what it
// finds there says so, and does not call it damaged. Then links to nodes that cannot read it end.
Status<Error> MapFollower::follow_format_level(FormatLevel level, links::PeerLinks& links) {
  metrics_.format_levels(level, levels_.reads());
  if (level <= levels_.written()) return Unit{};
  FLORIN_TRY_VOID(directory_.raise_level(level));
  levels_.raise(level);
  links.need(level);
  log_info("the format level of this cluster", {{"level", std::int64_t{level}}});
  return Unit{};
}

// Once, of the first map that is formed: what is chosen when a cluster is formed and may be read differently in a
// configuration later.
void MapFollower::report_configuration(const ClusterMap& map) {
  if (!map.is_formed() || std::exchange(reported_, true)) return;
  if (config_.cluster.replication == map.replication) return;
  log_warning("cluster.replication counts only when a cluster is formed",
              {{"configured", std::int64_t{config_.cluster.replication}},
               {"counts", std::int64_t{map.replication}},
               {"do", "set it to what counts; the number of copies of a cluster never changes"}});
}

std::vector<NodeNumber> other_members(const NodeConfig& config, const ClusterMap& map) {
  std::vector<NodeNumber> configured;
  for (const auto& node : config.cluster.nodes) configured.push_back(node.id);
  return other_members(map, static_cast<NodeNumber>(config.cluster.self), std::move(configured));
}

std::string http_address(NodeNumber node, const NodeConfig& config, const ClusterMap& map) {
  if (const auto* configured = config.cluster.find(node)) return configured->http;
  const MapNode* found = map.find(node);
  return found == nullptr ? std::string() : found->member.http;
}

}  // namespace florin
