// Each tick of the consensus thread: membership, the balance of leaders, and what people and metrics see.
#include <algorithm>

#include "cluster/membership/cluster_progress.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/signals.hpp"

namespace florin {

void ClusterNode::looked(Groups groups) {
  commands_.expire(steady_now());
  send_commands();
  {
    const std::lock_guard lock(hosting_mutex_);
    if (!stops_hosting_)
      if (auto done = keeper_->tick(groups, clock_.now()); !done) on_fatal_(done.error());
  }
  tick_clock(groups);
  tick_disks(groups);
  balance_leaders(groups);
  tell_heads();
  const std::lock_guard lock(view_mutex_);
  groups_ = std::move(groups);
  facts_ = keeper_->facts();
}

// --- membership ----------------------------------------------------------------------------------------

void ClusterNode::want_change(PartitionId partition, Epoch epoch, const ReplicaChanged& change) {
  tell_replica(partition, ChangeWanted{epoch, change});
}

void ClusterNode::tell_facts(NodeNumber to, const std::string& frame) {
  links_->send(to, links::Channel::messages, frame_of(PeerMessage::leaders, frame));
}

void ClusterNode::take_facts(NodeNumber from, const std::string& frame) {
  if (!disks_.takes_frames_of(from)) return;
  const auto taken = keeper_->take_facts(from, frame);
  if (!taken) return on_fatal_(taken.error());
  if (taken->fault) refused(from, *taken->fault);
  for (const LedGroup& led : taken->led) {
    if (led.group != meta_group())
      note_leader(static_cast<PartitionId>(led.group), led.facts.term, from);
    else if (!log_->hosts(led.group))
      meta_leader_ = from;
  }
}

// What this node's configuration says counts: an address may have changed, or be another one seen from here. Of nodes
// that were added later, it need not say anything.
void ClusterNode::map_changed(const ClusterMap& map) {
  for (const auto& [number, node] : map.nodes) {
    if (number == self_) continue;
    if (node.state == NodeState::removed) {
      links_->remove_peer(number, map.version);
      continue;
    }
    link_to(node.member);
  }
  report_configuration(map);
  follow_format_level(map.format_level);
  const std::lock_guard lock(view_mutex_);
  map_ = std::make_shared<const ClusterMap>(map);
  note_membership();
}

// The directory says it before anything of the new level is written by this node: a program that is older than what it
// finds there says so, and does not call it damaged. Then links to nodes that cannot read it end.
void ClusterNode::follow_format_level(FormatLevel level) {
  metrics_.format_levels(level, levels_.reads());
  if (level <= levels_.written()) return;
  if (auto done = directory_.raise_level(level); !done) return on_fatal_(done.error());
  levels_.raise(level);
  links_->need(level);
  log_info("the format level of this cluster", {{"level", std::int64_t{level}}});
}

// What is chosen when a cluster is formed and may be read differently in a configuration later.
void ClusterNode::report_configuration(const ClusterMap& map) {
  if (!map.is_formed() || std::exchange(configuration_reported_, true)) return;
  if (config_.cluster.replication == map.replication) return;
  log_warning("cluster.replication counts only when a cluster is formed",
              {{"configured", std::int64_t{config_.cluster.replication}},
               {"counts", std::int64_t{map.replication}},
               {"do", "set it to what counts; the number of copies of a cluster never changes"}});
}

void ClusterNode::link_to(const ClusterMember& member) {
  const auto* configured = config_.cluster.find(member.node);
  const auto address = ListenAddress::parse(configured != nullptr ? configured->peer : member.peer);
  if (!address) return;  // checked when it was added
  if (auto added = links_->add_peer({member.node, address->host, address->port}); !added)
    log_warning("a node cannot be reached",
                {{"node", std::int64_t{member.node}}, {"reason", added.error().context}});
}

std::vector<NodeNumber> ClusterNode::configured_nodes() const {
  std::vector<NodeNumber> nodes;
  for (const auto& node : config_.cluster.nodes) nodes.push_back(node.id);
  return nodes;
}

void ClusterNode::note_membership() {
  const Standing now = standing_.look(*map_);
  is_member_ = now == Standing::member;
  has_served_ = has_served_ || now == Standing::member;
  is_doubted_ = now == Standing::removed || now == Standing::doubtful;
  metrics_.ready(is_ready());
  if (std::exchange(stands_, now) != now) tell_standing();
}

// One that was removed while it ran goes on saying so, until it is stopped. One that was started after its removal ends:
// nobody waits for it, and a service manager must not start it again and again.
void ClusterNode::tell_standing() {
  const std::string reason = standing_.reason(*map_);
  switch (stands_) {
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

std::string ClusterNode::why_not_ready() const {
  const std::lock_guard lock(view_mutex_);
  return standing_.reason(*map_);
}

void ClusterNode::balance_leaders(const Groups& groups) {
  const ClockOpinion clock = shared_clock_.opinion();
  const auto is_there = [&](NodeNumber node) {
    return is_up(node) && !clocks_.is_off(node, clock);
  };
  for (const auto& one : balance_.tick(keeper_->map(), keeper_->facts(), groups, is_there))
    consensus_->transfer_leader(one.group, one.to);
}

// --- what people see -----------------------------------------------------------------------------------

bool ClusterNode::is_up(NodeNumber node) const {
  const std::lock_guard lock(view_mutex_);
  const auto found = up_.find(node);
  return found != up_.end() && found->second;
}

ClusterView ClusterNode::view() const {
  ClusterView view;
  view.id = config_.cluster.id;
  view.node = self_;
  const auto nodes_of = [](const std::vector<consensus::ReplicaId>& replicas) {
    std::vector<NodeNumber> nodes;
    for (const auto replica : replicas) nodes.push_back(node_of(replica));
    return nodes;
  };
  std::shared_ptr<const ClusterMap> map;
  ClusterFacts facts;
  bool left = false;
  {
    const std::lock_guard lock(view_mutex_);
    left = stands_ == Standing::removed;
    view.standing = to_string(stands_);
    view.standing_reason = standing_.reason(*map_);
    map = map_;
    facts = facts_;
    for (const auto& one : groups_) {
      if (one.group == meta_group()) continue;
      const char* role = one.role == consensus::Role::leader     ? "leader"
                         : one.role == consensus::Role::follower ? "follower"
                                                                 : "candidate";
      view.replicas.push_back({one.group, role, one.term, one.leader, one.commit, one.last,
                               one.elections, nodes_of(one.conf.voters),
                               nodes_of(one.conf.learners), one.is_fetching});
    }
  }
  view.clock = clock_view();
  view.meta_leader = meta_leader_;
  view.is_formed = map->is_formed();
  view.map_version = map->version;
  view.format_level = map->format_level;
  view.reads_format_level = levels_.reads();
  for (const auto& [number, node] : map->nodes) {
    const auto reads = facts.reads.find(number);
    view.nodes.push_back(
        {number, node.member.peer, node.member.http,
         std::string(to_string(left && number == self_ ? NodeState::removed : node.state)),
         number == self_ || is_up(number),
         reads == facts.reads.end() ? std::nullopt : std::optional(reads->second)});
  }
  if (map->is_formed() && !left) {  // who has left does not hear of the moves of others
    const ClusterProgress progress = progress_of(*map, facts);
    view.moves_to_go = progress.moves_to_go;
    for (const PartitionProgress& one : progress.partitions)
      view.partitions.push_back({one.partition, one.settled, one.is_known, nodes_of(one.wanted),
                                 nodes_of(one.voters), nodes_of(one.learners), one.moves_to_go});
  }
  for (const auto& peer : links_->status().peers) {
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
  return view;
}

}  // namespace florin
