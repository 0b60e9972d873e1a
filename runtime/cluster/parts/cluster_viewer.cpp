// The view, part by part.
#include "runtime/cluster/parts/cluster_viewer.hpp"

#include "cluster/membership/cluster_progress.hpp"

namespace florin {
namespace {

std::vector<NodeNumber> nodes_of(const std::vector<consensus::ReplicaId>& replicas) {
  std::vector<NodeNumber> nodes;
  for (const auto replica : replicas) nodes.push_back(node_of(replica));
  return nodes;
}

const char* name_of(consensus::Role role) {
  return role == consensus::Role::leader     ? "leader"
         : role == consensus::Role::follower ? "follower"
                                             : "candidate";
}

void show_replicas(const ClusterViewer::Groups& groups, GroupNumber meta_group, ClusterView& view) {
  for (const auto& one : groups) {
    if (one.group == meta_group) continue;
    view.replicas.push_back({one.group, name_of(one.role), one.term, one.leader, one.commit,
                             one.last, one.elections, nodes_of(one.conf.voters),
                             nodes_of(one.conf.learners), one.is_fetching});
  }
}

void show_nodes(const ClusterViewer::Around& around, const ClusterFacts& facts, ClusterView& view) {
  const bool left = around.standing.standing == Standing::removed;
  for (const auto& [number, node] : around.standing.map->nodes) {
    const bool is_self = number == around.self;
    const auto reads = facts.reads.find(number);
    view.nodes.push_back(
        {number, node.member.peer, node.member.http,
         std::string(to_string(left && is_self ? NodeState::removed : node.state)),
         is_self || around.is_up(number),
         reads == facts.reads.end() ? std::nullopt : std::optional(reads->second)});
  }
}

void show_placement(const ClusterMap& map, const ClusterFacts& facts, ClusterView& view) {
  const ClusterProgress progress = progress_of(map, facts);
  view.moves_to_go = progress.moves_to_go;
  for (const PartitionProgress& one : progress.partitions)
    view.partitions.push_back({one.partition, one.settled, one.is_known, nodes_of(one.wanted),
                               nodes_of(one.voters), nodes_of(one.learners), one.moves_to_go});
}

void show_peers(const links::LinksStatus& links, ClusterView& view) {
  for (const auto& peer : links.peers) {
    PeerView seen{peer.address.node,
                  peer.address.host + ":" + std::to_string(peer.address.port),
                  peer.outgoing_up,
                  0,
                  0,
                  0};
    for (const auto& channel : peer.channels) {
      seen.sent_bytes += channel.sent_bytes;
      seen.received_bytes += channel.received_bytes;
      seen.dropped_frames += channel.dropped_frames;
    }
    view.peers.push_back(std::move(seen));
  }
}

}  // namespace

void ClusterViewer::publish(Groups groups, const ClusterFacts& facts) {
  auto published = std::make_shared<const Groups>(std::move(groups));
  const std::lock_guard lock(mutex_);
  groups_ = std::move(published);
  facts_ = facts;
}

std::shared_ptr<const ClusterViewer::Groups> ClusterViewer::groups() const {
  const std::lock_guard lock(mutex_);
  return groups_;
}

ClusterView ClusterViewer::view(const Around& around) const {
  ClusterFacts facts;
  {
    const std::lock_guard lock(mutex_);
    facts = facts_;
  }
  const ClusterMap& map = *around.standing.map;
  ClusterView view;
  view.id = around.cluster;
  view.node = around.self;
  view.standing = to_string(around.standing.standing);
  view.standing_reason = around.standing.reason;
  view.clock = around.clock;
  view.meta_leader = around.meta_leader;
  view.is_formed = map.is_formed();
  view.map_version = map.version;
  view.format_level = map.format_level;
  view.reads_format_level = around.reads;
  show_replicas(*groups(), around.meta_group, view);
  show_nodes(around, facts, view);
  // Who has left does not hear of the moves of others.
  if (map.is_formed() && around.standing.standing != Standing::removed)
    show_placement(map, facts, view);
  show_peers(around.links, view);
  return view;
}

}  // namespace florin
