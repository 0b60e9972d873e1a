// What the replicated log and the membership say, and each tick of the consensus thread: who hears of it.
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

// --- news of the log -----------------------------------------------------------------------------------

void ClusterNode::leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) {
  news_.leader_seen(group, term, leader);
  log_debug("leader", {{"partition", std::int64_t{group}},
                       {"term", static_cast<std::int64_t>(term)},
                       {"node", std::int64_t{leader}}});
}

// --- each tick -----------------------------------------------------------------------------------------

void ClusterNode::looked(Groups groups) {
  commands_.tick(steady_now());
  replicas_.while_hosting([&] {
    if (auto done = keeper_->tick(groups, clock_.now()); !done) on_fatal_(done.error());
  });
  const std::vector<NodeNumber> others = other_members(config_, keeper_->map());
  node_clock_.tick(groups, others);
  disks_.tick(groups, keeper_->map().life_of(self_), others);
  if (disks_.takes_part()) standing_.begin_serving();
  balance_leaders(groups);
  chains_.tell(keeper_->map(), [this](NodeNumber to, const std::string& body) {
    send_message(to, frame_of(PeerMessage::heads, body));
  });
  viewer_.publish(std::move(groups), keeper_->facts());
}

void ClusterNode::balance_leaders(const Groups& groups) {
  const auto is_there = [&](NodeNumber node) {
    return standing_.is_up(node) && !node_clock_.is_off(node);
  };
  for (const auto& one : balance_.tick(keeper_->map(), keeper_->facts(), groups, is_there))
    consensus_->hand_over(one.group, one.to);
}

// --- membership ----------------------------------------------------------------------------------------

void ClusterNode::map_changed(const ClusterMap& map) {
  if (auto done = map_follower_.follow(map, *links_); !done) on_fatal_(done.error());
  standing_.set_map(map);
}

// --- what replicas ask for -----------------------------------------------------------------------------

void ClusterNode::chain_differs(PartitionId partition, const ChainHeads::Difference& difference) {
  metrics_.chain_differs();
  log_error("replicas have different histories: see florin cluster compare",
            {{"partition", std::int64_t{partition}},
             {"entry", static_cast<std::int64_t>(difference.own.index)},
             {"here", hash_hex(difference.own.hash)},
             {"node", std::int64_t{difference.node}},
             {"there", hash_hex(difference.theirs.hash)}});
}

// To any other voter that can be reached; asked for again with each tick of the replica.
void ClusterNode::give_up_leadership(PartitionId partition) {
  NodeNumber to = 0;
  const auto groups = viewer_.groups();
  for (const auto& one : *groups)
    if (one.group == partition)
      for (const auto replica : one.conf.voters)
        if (standing_.is_up(node_of(replica))) to = node_of(replica);
  if (to != 0) consensus_->hand_over(partition, to);
}

// --- what people see -----------------------------------------------------------------------------------

ClusterView ClusterNode::view() const {
  ClusterViewer::Around around;
  around.self = self_;
  around.cluster = config_.cluster.id;
  around.meta_leader = commands_.leader();
  around.meta_group = meta_group();
  around.reads = levels_.reads();
  around.clock = node_clock_.view();
  around.standing = standing_.shown();
  around.is_up = [this](NodeNumber node) { return standing_.is_up(node); };
  around.links = links_->status();
  return viewer_.view(around);
}

}  // namespace florin
