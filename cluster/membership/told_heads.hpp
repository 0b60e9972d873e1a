// Which heads of hash chains a node tells which other node, and which of those that it hears count: a node speaks for the
// replicas that the map gives it (ADR-0012); where the maps differ, it says the same again. How often, and over which links,
// is up to whoever calls. Pure.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/chain_heads.hpp"

namespace florin {

// By the node that each is for. `heads_of(partition)`: of this node's replica as far as it is committed; none: it has no
// replica. Of at most 1,024 partitions two heads each: 86 KiB.
template <class HeadsOf>
std::map<NodeNumber, std::vector<ToldHead>> heads_to_tell(const ClusterMap& map, NodeNumber self,
                                                          const HeadsOf& heads_of) {
  std::map<NodeNumber, std::vector<ToldHead>> told;
  for (std::size_t p = 0; p < map.partitions.size(); ++p) {
    const auto partition = static_cast<PartitionId>(p);
    const std::vector<ChainHead> heads = heads_of(partition);
    for (const ReplicaId replica : map.partitions[p].wanted)
      if (node_of(replica) != self)
        for (const ChainHead& head : heads) told[node_of(replica)].push_back({partition, head});
  }
  return told;
}

// By partition. None: not such a frame.
std::optional<std::map<PartitionId, std::vector<ChainHead>>> heads_heard(NodeNumber from,
                                                                         std::string_view body,
                                                                         const ClusterMap& map,
                                                                         std::uint32_t partitions);

}  // namespace florin
