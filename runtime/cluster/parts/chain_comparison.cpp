// Heads of chains, told and taken.
#include "runtime/cluster/parts/chain_comparison.hpp"

#include "cluster/membership/told_heads.hpp"

namespace florin {
namespace {

constexpr std::chrono::seconds between_tellings{1};

}  // namespace

void ChainComparison::tell(const ClusterMap& map,
                           const std::function<void(NodeNumber, const std::string&)>& send) {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < between_tellings) return;
  told_ = now;
  const auto heads_of = [this](PartitionId partition) {
    const HostedReplica* hosted =
        partition < hosted_.partitions() ? hosted_.find(partition) : nullptr;
    return hosted == nullptr ? std::vector<ChainHead>() : hosted->shell->chain().to_tell;
  };
  for (const auto& [node, heads] : heads_to_tell(map, self_, heads_of))
    send(node, encode_heads(heads));
}

bool ChainComparison::on_frame(NodeNumber from, std::string_view body,
                               const ClusterMap& map) const {
  auto heads = heads_heard(from, body, map, static_cast<std::uint32_t>(hosted_.partitions()));
  if (!heads) return false;
  for (auto& [partition, list] : *heads)
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
