// What is looked at for each kind of event. No catch-all: a new event has to be given its place here.
#include "runtime/offline/audit_outcomes.hpp"

#include "base/overloaded.hpp"

namespace florin {
namespace {

using Finding = std::optional<std::string>;

// The client's side, by which the record is found: the payer's, or of a deposit the payee's.
const AccountId& client_side(const AccountId& from, const AccountId& to) {
  return from.is_system() ? to : from;
}

}  // namespace

Finding AuditOutcomes::take(const Uuid& transaction_id, const AccountId& owner) {
  std::string key(reinterpret_cast<const char*>(transaction_id.bytes.data()),
                  transaction_id.bytes.size());
  key += owner.view();
  if (taken_.insert(std::move(key)).second) return std::nullopt;
  return "transfer " + transaction_id.to_string() + " of " + owner.str() +
         " is taken a second time";
}

Finding AuditOutcomes::take(const Event& event) {
  return std::visit(
      Overloaded{[&](const TransferPosted& e) {
                   return take(e.transaction_id, client_side(e.from, e.to));
                 },
                 [&](const TransferRefused& e) {
                   return take(e.transaction_id, client_side(e.from, e.to));
                 },
                 [&](const TransferStarted& e) { return take(e.transaction_id, e.owner); },
                 [](const AccountOpened&) { return Finding(); },
                 [](const AccountFrozen&) { return Finding(); },
                 [](const AccountUnfrozen&) { return Finding(); },
                 [](const AccountClosed&) { return Finding(); },
                 [](const TryAnswered&) { return Finding(); },
                 [](const TransferDecided&) { return Finding(); },
                 [](const SecondPhaseAnswered&) { return Finding(); },
                 [](const TransferCompleted&) { return Finding(); },
                 [](const TransferCancelled&) { return Finding(); },
                 [](const LegTried&) { return Finding(); },
                 [](const LegRefused&) { return Finding(); },
                 [](const LegConfirmed&) { return Finding(); },
                 [](const LegCancelled&) { return Finding(); },
                 [](const LegCancelledEarly&) { return Finding(); },
                 [](const StepApplied&) { return Finding(); },
                 [](const StepCompensated&) { return Finding(); },
                 [](const FenceAdvanced&) { return Finding(); },
                 [](const ClientDeadlineGiven&) { return Finding(); },
                 [](const LeaderClockRead&) { return Finding(); },
                 []<AccountCommandEvent E>(const Commanded<E>&) { return Finding(); },
                 [](const MembershipEvent auto&) { return Finding(); }},
      event);
}

}  // namespace florin
