// What is looked at for each event of transfers: a new one has to be given its place here, because it may be what takes an
// id. A leg has the id of a transfer that was taken where it began, and accounts have none.
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
  return visit(Overloaded{[&](const TransferPosted& e) {
                            return take(e.transaction_id, client_side(e.from, e.to));
                          },
                          [&](const TransferRefused& e) {
                            return take(e.transaction_id, client_side(e.from, e.to));
                          },
                          [&](const SidedRefusal& e) {
                            return take(e.refused.transaction_id,
                                        client_side(e.refused.from, e.refused.to));
                          },
                          [&](const TransferStarted& e) { return take(e.transaction_id, e.owner); },
                          [](const TransferNoted&) { return Finding(); },
                          [](const ClientDeadlineGiven&) { return Finding(); },
                          [](const LeaderClockRead&) { return Finding(); },
                          [](const TryAnswered&) { return Finding(); },
                          [](const TransferDecided&) { return Finding(); },
                          [](const CancelDecided&) { return Finding(); },
                          [](const SecondPhaseAnswered&) { return Finding(); },
                          [](const TransferCompleted&) { return Finding(); },
                          [](const TransferCancelled&) { return Finding(); },
                          [](const LegEvent auto&) { return Finding(); },
                          [](const AccountEvent auto&) { return Finding(); },
                          [](const MembershipEvent auto&) { return Finding(); },
                          [](const WalletEvent auto&) { return Finding(); },
                          [](const LedgerEvent auto&) { return Finding(); },
                          [](const OwnEvent auto&) { return Finding(); }},
               event);
}

}  // namespace florin
