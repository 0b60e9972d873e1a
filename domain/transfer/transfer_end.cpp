// One line for each event. No catch-all: an end that is not named here would leave those who wait for it unanswered.
#include "domain/transfer/transfer_end.hpp"

#include "base/overloaded.hpp"

namespace florin {
namespace {

using MaybeEnd = std::optional<TransferEnding>;

constexpr auto goes_on = [] { return MaybeEnd(); };

}  // namespace

std::optional<TransferEnding> ending_of(const Event& event) {
  return std::visit(
      Overloaded{[](const TransferPosted&) -> MaybeEnd {
                   return TransferEnding{TransferStatus::completed, std::nullopt, std::nullopt};
                 },
                 [](const TransferRefused& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::refused, e.code, std::nullopt};
                 },
                 [](const TransferCompleted& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::completed, std::nullopt, e.transfer};
                 },
                 [](const TransferCancelled& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::cancelled, e.code, e.transfer};
                 },
                 [](const TransferStarted&) { return goes_on(); },
                 [](const ClientDeadlineGiven&) { return goes_on(); },
                 [](const LeaderClockRead&) { return goes_on(); },
                 [](const TryAnswered&) { return goes_on(); },
                 [](const TransferDecided&) { return goes_on(); },
                 [](const SecondPhaseAnswered&) { return goes_on(); },
                 [](const LegTried&) { return goes_on(); },
                 [](const LegRefused&) { return goes_on(); },
                 [](const LegConfirmed&) { return goes_on(); },
                 [](const LegCancelled&) { return goes_on(); },
                 [](const LegCancelledEarly&) { return goes_on(); },
                 [](const StepApplied&) { return goes_on(); },
                 [](const StepCompensated&) { return goes_on(); },
                 [](const FenceAdvanced&) { return goes_on(); },
                 [](const AccountOpened&) { return goes_on(); },
                 [](const AccountFrozen&) { return goes_on(); },
                 [](const AccountUnfrozen&) { return goes_on(); },
                 [](const AccountClosed&) { return goes_on(); },
                 []<AccountCommandEvent E>(const Commanded<E>&) { return goes_on(); },
                 [](const MembershipEvent auto&) { return goes_on(); }},
      event);
}

}  // namespace florin
