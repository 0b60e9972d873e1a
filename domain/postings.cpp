// One line for each event of accounts, transfers and legs: an event that posts and is not named here would be missing from
// every audit. Of no concept is it said as a whole that it posts nothing, not of accounts either: whoever else says so relies on
// this list. The membership of a cluster alone has nothing to do with accounts.
#include "domain/postings.hpp"

#include "base/overloaded.hpp"
#include "domain/wallet/step_postings.hpp"

namespace florin {
namespace {

// Both accounts are of the event's partition.
Postings between_accounts(const TransferPosted& event) {
  Postings postings;
  postings.add({.account = &event.from,
                .side = LegRole::debit,
                .amount = event.amount,
                .currency = event.currency,
                .counterparty = &event.to,
                .transaction_id = &event.transaction_id,
                .trail = &event.debit});
  postings.add({.account = &event.to,
                .side = LegRole::credit,
                .amount = event.amount,
                .currency = event.currency,
                .counterparty = &event.from,
                .transaction_id = &event.transaction_id,
                .trail = &event.credit});
  return postings;
}

LegRole opposite(LegRole side) { return side == LegRole::debit ? LegRole::credit : LegRole::debit; }

// The other account is in another partition: this one's clearing account stands for it.
Postings against_clearing(const LegContent& leg, const PostingTrail& trail, LegRole side,
                          bool is_taken_back = false) {
  Postings postings;
  postings.add({.account = &leg.account,
                .side = side,
                .amount = leg.amount,
                .currency = leg.currency,
                .counterparty = &leg.counterparty,
                .transaction_id = &leg.transaction_id,
                .trail = &trail,
                .is_taken_back = is_taken_back});
  postings.add({.side = opposite(side), .amount = leg.amount, .currency = leg.currency});
  return postings;
}

constexpr auto nothing = [] { return Postings(); };

}  // namespace

Postings postings_of(const Event& event) {
  return visit(
      Overloaded{
          [](const TransferPosted& e) { return between_accounts(e); },
          [](const LegConfirmed& e) {
            return against_clearing(e.content, e.trail, e.content.role);
          },
          [](const StepApplied& e) { return against_clearing(e.content, e.trail, e.content.role); },
          [](const StepCompensated& e) {
            return against_clearing(e.content, e.trail, opposite(e.content.role), true);
          },
          [](const MoneyStepDone& e) { return postings_of_step(e); },
          // A refusal, and the other books.
          [](const MoneyStepRefused&) { return nothing(); },
          [](const LedgerEntryPosted&) { return nothing(); },
          // Reservations: money stays where it is.
          [](const LegTried&) { return nothing(); }, [](const LegRefused&) { return nothing(); },
          [](const LegCancelled&) { return nothing(); },
          [](const LegCancelledEarly&) { return nothing(); },
          // What a coordinator, or a partition, writes down of what its legs do.
          [](const TransferRefused&) { return nothing(); },
          [](const SidedRefusal&) { return nothing(); },
          [](const TransferNoted&) { return nothing(); }, [](const LegNoted&) { return nothing(); },
          [](const TransferStarted&) { return nothing(); },
          [](const ClientDeadlineGiven&) { return nothing(); },
          [](const LeaderClockRead&) { return nothing(); },
          [](const TryAnswered&) { return nothing(); },
          [](const TransferDecided&) { return nothing(); },
          [](const CancelDecided&) { return nothing(); },
          [](const SecondPhaseAnswered&) { return nothing(); },
          [](const TransferCompleted&) { return nothing(); },
          [](const TransferCancelled&) { return nothing(); },
          [](const FenceAdvanced&) { return nothing(); },
          // Accounts begin empty, and end so.
          [](const AccountOpened&) { return nothing(); },
          [](const AccountFrozen&) { return nothing(); },
          [](const AccountUnfrozen&) { return nothing(); },
          [](const AccountClosed&) { return nothing(); },
          [](const AccountMetadataChanged&) { return nothing(); },
          []<AccountCommandEvent E>(const Commanded<E>&) { return nothing(); },
          [](const MembershipEvent auto&) { return nothing(); },
          [](const OwnEvent auto&) { return nothing(); }},
      event);
}

}  // namespace florin
