// One line for each event of transfers: an end that is not named here would leave those who wait for it unanswered. What legs
// come to ends no transfer: its coordinator says so, by an event of its own.
#include "domain/transfer/transfer_end.hpp"

#include "base/overloaded.hpp"

namespace florin {
namespace {

using MaybeEnd = std::optional<TransferEnding>;

constexpr auto goes_on = [] { return MaybeEnd(); };

}  // namespace

std::optional<TransferEnding> ending_of(const Event& event) {
  return visit(
      Overloaded{[](const TransferPosted&) -> MaybeEnd {
                   return TransferEnding{TransferStatus::completed, std::nullopt, std::nullopt};
                 },
                 [](const TransferRefused& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::refused, e.code, std::nullopt};
                 },
                 [](const SidedRefusal& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::refused, e.refused.code, std::nullopt};
                 },
                 [](const TransferCompleted& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::completed, std::nullopt, e.transfer};
                 },
                 [](const TransferCancelled& e) -> MaybeEnd {
                   return TransferEnding{TransferStatus::cancelled, e.code, e.transfer};
                 },
                 [](const TransferStarted&) { return goes_on(); },
                 [](const TransferNoted&) { return goes_on(); },
                 [](const ClientDeadlineGiven&) { return goes_on(); },
                 [](const LeaderClockRead&) { return goes_on(); },
                 [](const TryAnswered&) { return goes_on(); },
                 [](const TransferDecided&) { return goes_on(); },
                 // Answered, but not over: legs in other partitions are still to be cancelled.
                 [](const CancelDecided&) { return goes_on(); },
                 [](const SecondPhaseAnswered&) { return goes_on(); },
                 [](const LegEvent auto&) { return goes_on(); },
                 [](const AccountEvent auto&) { return goes_on(); },
                 [](const MembershipEvent auto&) { return goes_on(); },
                 [](const WalletEvent auto&) { return goes_on(); },
                 [](const LedgerEvent auto&) { return goes_on(); },
                 [](const OwnEvent auto&) { return goes_on(); }},
      event);
}

}  // namespace florin
