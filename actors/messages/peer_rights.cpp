// One line for each kind of message, so that a new one does not compile without a thought of who may tell it.
#include "actors/messages/peer_rights.hpp"

#include <algorithm>

#include "base/overloaded.hpp"
#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

// The partition that is spoken for, and the one that it is for. `to` is none where the account decides; system accounts
// are in every partition.
struct Route {
  std::optional<PartitionId> from;  // none: whoever may have the leg
  std::optional<PartitionId> to;
  LogIndex index = 0;  // of the transfer, or the fence
};

class RouteOf {
 public:
  explicit RouteOf(const PartitionMap& partitions) : partitions_(partitions) {}

  // None: no message between partitions.
  std::optional<Route> operator()(const TryLeg& m) const { return of(m.leg, m.content.account); }
  std::optional<Route> operator()(const ApplyStep& m) const { return of(m.leg, m.content.account); }
  std::optional<Route> operator()(const ConfirmLeg& m) const { return of(m.leg, m.account); }
  std::optional<Route> operator()(const CancelLeg& m) const { return of(m.leg, m.account); }
  std::optional<Route> operator()(const CompensateStep& m) const { return of(m.leg, m.account); }
  std::optional<Route> operator()(const LegAnswered& m) const {
    return Route{std::nullopt, m.leg.transfer.partition, m.leg.transfer.index};
  }
  std::optional<Route> operator()(const AdvanceFence& m) const {
    return Route{m.coordinator, m.to, m.index};
  }
  std::optional<Route> operator()(const FenceHeard& m) const {
    return Route{m.participant, m.coordinator, m.index};
  }
  std::optional<Route> operator()(const StartTransfer&) const { return std::nullopt; }
  std::optional<Route> operator()(const OpenAccount&) const { return std::nullopt; }
  std::optional<Route> operator()(const ChangeAccount&) const { return std::nullopt; }
  std::optional<Route> operator()(const CheckLeg&) const { return std::nullopt; }
  std::optional<Route> operator()(const GetAccount&) const { return std::nullopt; }
  std::optional<Route> operator()(const GetTransfer&) const { return std::nullopt; }
  std::optional<Route> operator()(const GetTrialBalance&) const { return std::nullopt; }
  std::optional<Route> operator()(const ListAccounts&) const { return std::nullopt; }
  template <class Question>
  std::optional<Route> operator()(const FollowerRead<Question>&) const {
    return std::nullopt;
  }

 private:
  [[nodiscard]] Route of(const LegKey& leg, const AccountId& account) const {
    Route route{leg.transfer.partition, std::nullopt, leg.transfer.index};
    if (!account.is_system()) route.to = partitions_.partition_of(account);
    return route;
  }

  const PartitionMap& partitions_;
};

std::optional<PeerFault> fault_of_one(const Message& message, PartitionId to, NodeNumber from,
                                      const ClusterMap& map, const PartitionMap& partitions) {
  const auto route = std::visit(RouteOf(partitions), message);
  if (!route) return PeerFault::not_its_place;
  if (route->to && *route->to != to) return PeerFault::out_of_bounds;
  if (route->index > consensus::index_max) return PeerFault::out_of_bounds;
  if (!route->from) return std::nullopt;
  if (*route->from >= partitions.partitions()) return PeerFault::unknown_group;
  if (!may_lead(map, *route->from, from)) return PeerFault::not_its_place;
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
