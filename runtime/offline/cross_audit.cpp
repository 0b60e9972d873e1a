// What each side of a transfer says, and what cannot be true together. Money crosses partitions by transfers and legs, so
// each of their events is named; an account's own are of one partition alone.
#include "runtime/offline/cross_audit.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace florin {
namespace {

std::string name_of(PartitionId partition) { return "partition " + std::to_string(partition); }

std::string_view name_of(LegState state) {
  switch (state) {
    case LegState::none: return "unknown";
    case LegState::tried: return "reserved";
    case LegState::confirmed: return "posted";
    case LegState::cancelled: return "cancelled";
    case LegState::cancelled_early: return "cancelled before it was tried";
    case LegState::refused: return "refused";
  }
  return "?";
}

bool is_cancelled(LegState state) {
  return state == LegState::cancelled || state == LegState::cancelled_early ||
         state == LegState::refused;
}

CrossFault fault_of(LegState state) {
  switch (state) {
    case LegState::tried: return CrossFault::held_for_ever;
    case LegState::confirmed: return CrossFault::one_sided;
    case LegState::none:
    case LegState::cancelled:
    case LegState::cancelled_early:
    case LegState::refused: return CrossFault::outcome_unknown;
  }
  return CrossFault::outcome_unknown;
}

}  // namespace

std::string_view to_string(CrossFault fault) noexcept {
  switch (fault) {
    case CrossFault::held_for_ever: return "held_for_ever";
    case CrossFault::one_sided: return "one_sided";
    case CrossFault::outcome_unknown: return "outcome_unknown";
  }
  return "?";
}

void CrossAudit::take(PartitionId at, Position position, const Event& event) {
  visit(Overloaded{
            [&](const TransferStarted& e) { start(position, e); },
            [&](const TryAnswered& e) {
              if (e.answer.is_ok()) transfers_[e.leg.transfer].legs[e.leg.leg].try_ok = true;
            },
            [&](const TransferDecided& e) { decide(e); },
            [&](const CancelDecided& e) { decide(as_transfer_decided(e)); },
            [&](const SecondPhaseAnswered& e) {
              transfers_[e.leg.transfer].legs[e.leg.leg].second_answered = true;
            },
            [&](const TransferCompleted& e) {
              transfers_[e.transfer].end = End::completed;
              forget_if_whole(e.transfer);
            },
            [&](const TransferCancelled& e) {
              transfers_[e.transfer].end = End::cancelled;
              forget_if_whole(e.transfer);
            },
            [&](const LegTried& e) { leg(at, e.leg, LegState::tried, &e.content); },
            [&](const LegRefused& e) { leg(at, e.leg, LegState::refused, &e.content); },
            [&](const LegConfirmed& e) { leg(at, e.leg, LegState::confirmed, &e.content); },
            [&](const LegCancelled& e) { leg(at, e.leg, LegState::cancelled, nullptr); },
            [&](const LegCancelledEarly& e) { leg(at, e.leg, LegState::cancelled_early, nullptr); },
            [&](const StepApplied& e) { leg(at, e.leg, LegState::confirmed, &e.content); },
            [&](const StepCompensated& e) { leg(at, e.leg, LegState::cancelled, &e.content); },
            [&](const FenceAdvanced& e) {
              LogIndex& fence = fences_[{at, e.coordinator}];
              fence = std::max(fence, e.index);
            },
            // Of one partition alone.
            [](const TransferPosted&) {}, [](const TransferRefused&) {}, [](const SidedRefusal&) {},
            [](const TransferNoted&) {}, [](const LegNoted&) {}, [](const ClientDeadlineGiven&) {},
            [](const LeaderClockRead&) {}, [](const AccountEvent auto&) {},
            [](const MembershipEvent auto&) {},
            // Of one partition alone, too; who asked for a step is looked at with payments.
            [](const WalletEvent auto&) {}, [](const LedgerEvent auto&) {},
            [](const OwnEvent auto&) {}},
        event);
}

void CrossAudit::start(TransferId id, const TransferStarted& event) {
  Transfer& transfer = transfers_[id];
  transfer.is_started = true;
  transfer.protocol = event.protocol;
  for (std::size_t i = 0; i < event.legs.size(); ++i) {
    LegSeen& seen = transfer.legs[static_cast<std::uint8_t>(i)];
    seen.at = event.legs[i].partition;
    seen.amount = event.legs[i].amount;
    seen.currency = event.currency;
  }
}

void CrossAudit::decide(const TransferDecided& event) {
  Transfer& transfer = transfers_[event.transfer];
  transfer.decision = event.decision;
  if (event.answered_leg != TransferDecided::no_leg && event.answer.is_ok())
    transfer.legs[event.answered_leg].try_ok = true;
}

void CrossAudit::leg(PartitionId at, const LegKey& key, LegState state, const LegContent* content) {
  LegSeen& seen = transfers_[key.transfer].legs[key.leg];
  seen.state = state;
  seen.at = at;
  if (content != nullptr) {
    seen.amount = content->amount;
    seen.currency = content->currency;
  }
  forget_if_whole(key.transfer);
}

void CrossAudit::forget_if_whole(TransferId id) {
  const auto found = transfers_.find(id);
  if (is_whole(found->second)) transfers_.erase(found);
}

// Started, ended, and every leg says the same: nothing more will come of it.
bool CrossAudit::is_whole(const Transfer& transfer) {
  if (!transfer.is_started || transfer.end == End::none) return false;
  return std::ranges::all_of(transfer.legs, [&](const auto& item) {
    const LegState state = item.second.state;
    return transfer.end == End::completed ? state == LegState::confirmed : is_cancelled(state);
  });
}

std::vector<CrossFinding> CrossAudit::finish(const std::vector<LogIndex>& ends) const {
  Findings findings;
  judge_fences(ends, findings);
  for (const auto& [id, transfer] : transfers_) judge(id, transfer, findings);
  return findings;
}

void CrossAudit::judge(TransferId id, const Transfer& transfer, Findings& findings) const {
  for (const auto& [number, leg] : transfer.legs) {
    const auto find = [&, number = number, &leg = leg](PartitionId lacks, CrossFault fault,
                                                       const std::string& why) {
      findings.push_back({lacks, fault, id, leg.amount, leg.currency,
                          "leg " + std::to_string(number) + " in " + name_of(leg.at) + " is " +
                              std::string(name_of(leg.state)) + ", " + why});
    };
    const std::string coordinator = name_of(id.partition);
    const bool is_posted = leg.state == LegState::confirmed;
    const bool is_saga = transfer.protocol == Protocol::saga;
    if (!transfer.is_started) {
      find(id.partition, fault_of(leg.state), coordinator + " does not know of the transfer");
    } else if (transfer.end == End::completed) {
      if (!is_posted)
        find(leg.at, CrossFault::one_sided, coordinator + " says that all are posted");
    } else if (transfer.end == End::cancelled) {
      if (is_posted || leg.state == LegState::tried)
        find(is_posted && !is_saga ? id.partition : leg.at, fault_of(leg.state),
             coordinator + " says that all are cancelled");
    } else if (transfer.decision == Decision::none) {
      const bool is_undone = is_cancelled(leg.state) && leg.state != LegState::refused;
      if ((is_posted && !is_saga) || is_undone)
        find(id.partition, fault_of(leg.state), coordinator + " has not decided");
      else if (leg.try_ok && leg.state == LegState::none)
        find(leg.at, CrossFault::outcome_unknown, coordinator + " has its yes");
    } else if (transfer.decision == Decision::confirm) {
      if (leg.state == LegState::none || is_cancelled(leg.state))
        find(leg.at, CrossFault::one_sided, coordinator + " has decided to post all");
      else if (leg.second_answered && !is_posted)
        find(leg.at, CrossFault::one_sided, coordinator + " has heard that it is posted");
    } else {
      if (is_posted && !is_saga)
        find(id.partition, CrossFault::one_sided, coordinator + " has decided to cancel");
      else if (leg.second_answered && !is_cancelled(leg.state))
        find(leg.at, fault_of(leg.state), coordinator + " has heard that it is cancelled");
      else if (leg.try_ok && leg.state == LegState::none)
        find(leg.at, CrossFault::outcome_unknown, coordinator + " has its yes");
    }
  }
}

// A fence is what the coordinator's partition has said of its transfers with a leg there: another one may be open that is
// older and has none.
void CrossAudit::judge_fences(const std::vector<LogIndex>& ends, Findings& findings) const {
  for (const auto& [pair, index] : fences_) {
    const auto [at, coordinator] = pair;
    if (coordinator < ends.size() && index > ends[coordinator])
      findings.push_back({coordinator,
                          CrossFault::outcome_unknown,
                          {index, 0, coordinator},
                          0,
                          {},
                          name_of(at) + " knows that every transfer with a leg there up to entry " +
                              std::to_string(index) + " has ended, " + name_of(coordinator) +
                              " ends at " + std::to_string(ends[coordinator])});
  }
  for (const auto& [id, transfer] : transfers_) {
    if (!transfer.is_started || transfer.end != End::none) continue;
    for (const auto& [number, leg] : transfer.legs) {
      const auto fence = fences_.find({leg.at, id.partition});
      if (fence == fences_.end() || fence->second < id.index) continue;
      findings.push_back({id.partition, fault_of(leg.state), id, leg.amount, leg.currency,
                          name_of(leg.at) + " knows that the transfer has ended, " +
                              name_of(id.partition) + " does not"});
      break;
    }
  }
}

}  // namespace florin
