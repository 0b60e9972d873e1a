// Who may tell a message follows from what it says of itself, so that a new one does not compile without a thought of it.
#include "actors/messages/peer_rights.hpp"

#include "actors/messages/message_kinds.hpp"
#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

// The partition that it is for, and who is spoken for. `to` is none where the account decides; system accounts are in every
// partition.
struct Route {
  std::optional<PartitionId> to;
  ToldBy by;
};

// None: no message between partitions.
std::optional<Route> route_of(const Message& message, const PartitionMap& partitions) {
  return visit(
      [&]<class M>(const M& m) -> std::optional<Route> {
        if constexpr (BetweenPartitions<M>) {
          using List = AllMessages::Of<M>;
          return Route{List::place_of(List::key_of(m), partitions), List::told_by(m)};
        } else {
          return std::nullopt;
        }
      },
      message);
}

std::optional<PeerFault> fault_of_one(const Message& message, PartitionId to, NodeNumber from,
                                      const ClusterMap& map, const PartitionMap& partitions) {
  const auto route = route_of(message, partitions);
  if (!route) return PeerFault::not_its_place;
  if (route->to && *route->to != to) return PeerFault::out_of_bounds;
  if (route->by.index > consensus::index_max) return PeerFault::out_of_bounds;
  const auto speaker = route->by.partition;
  if (!speaker) return std::nullopt;
  if (*speaker >= partitions.partitions()) return PeerFault::unknown_group;
  if (!may_lead(map, *speaker, from)) return PeerFault::not_its_place;
  return std::nullopt;
}

}  // namespace

std::optional<PeerFault> fault_in(std::span<const Message> messages, PartitionId to,
                                  NodeNumber from, const ClusterMap& map,
                                  const PartitionMap& partitions) {
  if (to >= partitions.partitions()) return PeerFault::unknown_group;
  for (const Message& message : messages)
    if (const auto fault = fault_of_one(message, to, from, map, partitions)) return fault;
  return std::nullopt;
}

}  // namespace florin
