// See told_heads.hpp.
#include "cluster/membership/told_heads.hpp"

#include "cluster/membership/peer_place.hpp"

namespace florin {

std::optional<std::map<PartitionId, std::vector<ChainHead>>> heads_heard(NodeNumber from,
                                                                         std::string_view body,
                                                                         const ClusterMap& map,
                                                                         std::uint32_t partitions) {
  const auto told = decode_heads(body, partitions);
  if (!told) return std::nullopt;
  std::map<PartitionId, std::vector<ChainHead>> heads;
  for (const ToldHead& one : *told)
    if (may_lead(map, one.partition, from)) heads[one.partition].push_back(one.head);
  return heads;
}

}  // namespace florin
