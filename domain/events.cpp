// Names of events. An exhaustive overload set: a new event breaks the build here until it is named.
#include "domain/events.hpp"

#include "base/overloaded.hpp"

namespace florin {

std::string_view event_name(const Event& event) noexcept {
  using Name = std::string_view;
  return std::visit(Overloaded{
                        [](const AccountOpened&) -> Name { return "account_opened"; },
                        [](const AccountFrozen&) -> Name { return "account_frozen"; },
                        [](const AccountUnfrozen&) -> Name { return "account_unfrozen"; },
                        [](const AccountClosed&) -> Name { return "account_closed"; },
                        [](const TransferPosted&) -> Name { return "transfer_posted"; },
                        [](const TransferRefused&) -> Name { return "transfer_refused"; },
                        [](const TransferStarted&) -> Name { return "transfer_started"; },
                        [](const TryAnswered&) -> Name { return "try_answered"; },
                        [](const TransferDecided&) -> Name { return "transfer_decided"; },
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
                    },
                    event);
}

}  // namespace florin
