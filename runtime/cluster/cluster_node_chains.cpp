// Hash chains compared between the replicas of each partition: once a second every node tells every other what the replicas
// that both have have come to. See cluster/replication/chain_heads.hpp.
#include <algorithm>
#include <map>

#include "cluster/membership/peer_place.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

constexpr std::chrono::seconds between_tellings{1};

}  // namespace

// Of at most 1,024 partitions two heads each: 86 KiB.
void ClusterNode::tell_heads() {
  const auto now = std::chrono::steady_clock::now();
  if (now - heads_told_ < between_tellings) return;
  heads_told_ = now;
  std::map<NodeNumber, std::vector<ToldHead>> told;
  const ClusterMap& map = keeper_->map();
  for (std::uint32_t p = 0; p < map.partitions.size() && p < hosted_.partitions(); ++p) {
    const auto partition = static_cast<PartitionId>(p);
    const Hosted* hosted = hosted_.find(partition);
    if (hosted == nullptr) continue;
    const ChainShown chain = hosted->shell->chain();
    for (const ReplicaId replica : map.partitions[p].wanted)
      if (node_of(replica) != self_)
        for (const ChainHead& head : chain.to_tell)
          told[node_of(replica)].push_back({partition, head});
  }
  for (const auto& [node, heads] : told)
    links_->send(node, links::Channel::messages, frame_of(PeerMessage::heads, encode_heads(heads)));
}

// A node speaks for the replicas that the map gives it (ADR 0012); where the maps differ, it says the same again.
void ClusterNode::on_peer_heads(NodeNumber from, std::string_view body) {
  const auto told = decode_heads(body, config_.node.partitions);
  if (!told) return refused(from, PeerFault::malformed);
  const auto map = this->map();
  std::map<PartitionId, std::vector<ChainHead>> heads;
  for (const ToldHead& one : *told)
    if (may_lead(*map, one.partition, from)) heads[one.partition].push_back(one.head);
  for (auto& [partition, list] : heads)
    if (Hosted* const hosted = hosted_.find(partition))
      tell_replica(*hosted, HeadsHeard{from, std::move(list)});
}

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
  {
    const std::lock_guard lock(view_mutex_);
    for (const auto& one : groups_)
      if (one.group == partition)
        for (const auto replica : one.conf.voters)
          if (const auto up = up_.find(node_of(replica)); up != up_.end() && up->second)
            to = up->first;
  }
  if (to != 0) consensus_->transfer_leader(partition, to);
}

std::vector<ChainView> ClusterNode::chains() const {
  std::vector<ChainView> views;
  for (std::uint32_t p = 0; p < hosted_.partitions(); ++p) {
    const auto partition = static_cast<PartitionId>(p);
    const Hosted* hosted = hosted_.find(partition);
    if (hosted == nullptr) continue;
    ChainShown chain = hosted->shell->chain();
    views.push_back({partition, chain.committed, chain.stands_apart, std::move(chain.who_differ),
                     std::move(chain.all)});
  }
  return views;
}

}  // namespace florin
