// Names of events. An exhaustive overload set: a new event breaks the build here until it is named.
#include "domain/events.hpp"

#include <utility>

#include "base/overloaded.hpp"

namespace florin {

template <>
const AlternativeOps& OneOf<AnyEvent>::ops_of(std::size_t place) {
  return ops_of_each(place);
}

std::string_view event_name(const Event& event) noexcept {
  using Name = std::string_view;
  return visit(Overloaded{
                   [](const AccountOpened&) -> Name { return "account_opened"; },
                   [](const AccountFrozen&) -> Name { return "account_frozen"; },
                   [](const AccountUnfrozen&) -> Name { return "account_unfrozen"; },
                   [](const AccountClosed&) -> Name { return "account_closed"; },
                   [](const AccountMetadataChanged&) -> Name { return "account_metadata_changed"; },
                   [](const TransferPosted&) -> Name { return "transfer_posted"; },
                   [](const TransferRefused&) -> Name { return "transfer_refused"; },
                   [](const SidedRefusal&) -> Name { return "transfer_refused_v2"; },
                   [](const TransferNoted&) -> Name { return "transfer_noted"; },
                   [](const TransferStarted&) -> Name { return "transfer_started"; },
                   [](const TryAnswered&) -> Name { return "try_answered"; },
                   [](const TransferDecided&) -> Name { return "transfer_decided"; },
                   [](const CancelDecided&) -> Name { return "cancel_decided"; },
                   [](const SecondPhaseAnswered&) -> Name { return "second_phase_answered"; },
                   [](const TransferCompleted&) -> Name { return "transfer_completed"; },
                   [](const TransferCancelled&) -> Name { return "transfer_cancelled"; },
                   [](const LegTried&) -> Name { return "leg_tried"; },
                   [](const LegRefused&) -> Name { return "leg_refused"; },
                   [](const LegConfirmed&) -> Name { return "leg_confirmed"; },
                   [](const LegCancelled&) -> Name { return "leg_cancelled"; },
                   [](const LegCancelledEarly&) -> Name { return "leg_cancelled_early"; },
                   [](const StepApplied&) -> Name { return "step_applied"; },
                   [](const StepCompensated&) -> Name { return "step_compensated"; },
                   [](const LegNoted&) -> Name { return "leg_noted"; },
                   [](const FenceAdvanced&) -> Name { return "fence_advanced"; },
                   [](const ReplicaChanged&) -> Name { return "replica_changed"; },
                   [](const ClusterFormed&) -> Name { return "cluster_formed"; },
                   [](const NodeAdded&) -> Name { return "node_added"; },
                   [](const NodeDrained&) -> Name { return "node_drained"; },
                   [](const NodeResumed&) -> Name { return "node_resumed"; },
                   [](const NodeLeaving&) -> Name { return "node_leaving"; },
                   [](const NodeRemoved&) -> Name { return "node_removed"; },
                   [](const RebalanceBegun&) -> Name { return "rebalance_begun"; },
                   [](const RebalanceEnded&) -> Name { return "rebalance_ended"; },
                   [](const ReplicasChosen&) -> Name { return "replicas_chosen"; },
                   [](const ReplicasSettled&) -> Name { return "replicas_settled"; },
                   [](const Commanded<AccountOpened>&) -> Name { return "account_opened_v2"; },
                   [](const Commanded<AccountFrozen>&) -> Name { return "account_frozen_v2"; },
                   [](const Commanded<AccountUnfrozen>&) -> Name { return "account_unfrozen_v2"; },
                   [](const Commanded<AccountClosed>&) -> Name { return "account_closed_v2"; },
                   [](const Commanded<AccountMetadataChanged>&) -> Name {
                     return "account_metadata_changed_v2";
                   },
                   [](const Commanded<NodeAdded>&) -> Name { return "node_added_v2"; },
                   [](const Commanded<NodeDrained>&) -> Name { return "node_drained_v2"; },
                   [](const Commanded<NodeResumed>&) -> Name { return "node_resumed_v2"; },
                   [](const Commanded<NodeLeaving>&) -> Name { return "node_leaving_v2"; },
                   [](const Commanded<RebalanceBegun>&) -> Name { return "rebalance_begun_v2"; },
                   [](const ClientDeadlineGiven&) -> Name { return "client_deadline_given"; },
                   [](const LeaderClockRead&) -> Name { return "leader_clock_read"; },
                   [](const NodeRejoined&) -> Name { return "node_rejoined"; },
                   [](const Commanded<NodeRejoined>&) -> Name { return "node_rejoined_v2"; },
                   [](const FormatLevelRaised&) -> Name { return "format_level_raised"; },
                   [](const WalletEvent auto& e) -> Name { return e.event_name; },
                   [](const LedgerEvent auto& e) -> Name { return e.event_name; },
                   [](const OwnEvent auto& e) -> Name { return e.event_name; },
               },
               event);
}

Event commanded(Event event, const CommandSource& source) {
  return visit(
      [&]<class E>(E& plain) -> Event {
        if constexpr (AccountCommandEvent<E> || NodeCommandEvent<E>)
          return Commanded<E>{std::move(plain), source};
        else
          return std::move(plain);
      },
      event);
}

Event without_source(const Event& event) {
  return visit(Overloaded{[]<class E>(const Commanded<E>& e) -> Event { return e.event; },
                          [](const auto& e) -> Event { return e; }},
               event);
}

}  // namespace florin
