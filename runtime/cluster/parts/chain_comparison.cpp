// Heads of chains, told and taken.
#include "runtime/cluster/parts/chain_comparison.hpp"

#include <map>

#include "cluster/membership/peer_place.hpp"

namespace florin {
namespace {

constexpr std::chrono::seconds between_tellings{1};

}  // namespace

// Of at most 1,024 partitions two heads each: 86 KiB.
void ChainComparison::tell(const ClusterMap& map,
                           const std::function<void(NodeNumber, const std::string&)>& send) {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < between_tellings) return;
  told_ = now;
  std::map<NodeNumber, std::vector<ToldHead>> told;
  for (std::uint32_t p = 0; p < map.partitions.size() && p < hosted_.partitions(); ++p) {
    const auto partition = static_cast<PartitionId>(p);
    const HostedReplica* hosted = hosted_.find(partition);
    if (hosted == nullptr) continue;
    const ChainShown chain = hosted->shell->chain();
    for (const ReplicaId replica : map.partitions[p].wanted)
      if (node_of(replica) != self_)
        for (const ChainHead& head : chain.to_tell)
          told[node_of(replica)].push_back({partition, head});
  }
  for (const auto& [node, heads] : told) send(node, encode_heads(heads));
}

bool ChainComparison::on_frame(NodeNumber from, std::string_view body,
                               const ClusterMap& map) const {
  const auto told = decode_heads(body, static_cast<std::uint32_t>(hosted_.partitions()));
  if (!told) return false;
  std::map<PartitionId, std::vector<ChainHead>> heads;
  for (const ToldHead& one : *told)
    if (may_lead(map, one.partition, from)) heads[one.partition].push_back(one.head);
  for (auto& [partition, list] : heads)
    if (HostedReplica* const hosted = hosted_.find(partition))
      hosted->tell(HeadsHeard{from, std::move(list)});
  return true;
}

std::vector<ChainView> ChainComparison::view() const {
  std::vector<ChainView> views;
  for (std::uint32_t p = 0; p < hosted_.partitions(); ++p) {
    const auto partition = static_cast<PartitionId>(p);
    const HostedReplica* hosted = hosted_.find(partition);
    if (hosted == nullptr) continue;
    ChainShown chain = hosted->shell->chain();
    views.push_back({partition, chain.committed, chain.stands_apart, std::move(chain.who_differ),
                     std::move(chain.all)});
  }
  return views;
}

}  // namespace florin
