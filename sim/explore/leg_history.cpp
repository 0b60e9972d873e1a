// Counts events: each of transfers and of legs is named, because that is what is explored.
#include "sim/explore/leg_history.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "sim/explore/explore_words.hpp"

namespace florin::sim {
namespace {

void count(LegHistory& history, const Event& event, const TransferId& transfer,
           std::size_t& legs_started) {
  const auto leg = [&](const LegKey& key) -> LegHistory::Leg& { return history.legs.at(key.leg); };
  const auto ours = [&](const LegKey& key) { return key.transfer == transfer; };
  visit(Overloaded{[&](const TransferStarted& e) {
                     ++history.started;
                     legs_started = e.legs.size();
                   },
                   [&](const CancelDecided&) { ++history.decided_cancel; },
                   [&](const TryAnswered& e) {
                     history.noes_put_off += !e.answer.is_ok();
                     history.last_steps_sent += e.leg.leg + 2U == legs_started &&
                                                e.answer.is_ok() && history.decided_cancel == 0;
                   },
                   [&](const TransferDecided& e) {
                     ++(e.decision == Decision::confirm ? history.decided_confirm
                                                        : history.decided_cancel);
                   },
                   [&](const TransferCompleted&) { ++history.completed; },
                   [&](const TransferCancelled&) { ++history.cancelled; },
                   [&](const LegTried& e) { leg(e.leg).tried += ours(e.leg); },
                   [&](const LegRefused& e) { leg(e.leg).refused += ours(e.leg); },
                   [&](const LegConfirmed& e) { leg(e.leg).posted += ours(e.leg); },
                   [&](const LegCancelled& e) { leg(e.leg).undone += ours(e.leg); },
                   [&](const LegCancelledEarly& e) { leg(e.leg).flagged += ours(e.leg); },
                   [&](const StepApplied& e) { leg(e.leg).posted += ours(e.leg); },
                   [&](const StepCompensated& e) { leg(e.leg).undone += ours(e.leg); },
                   // Not counted: they happen as often as they like.
                   [](const SecondPhaseAnswered&) {}, [](const FenceAdvanced&) {},
                   [](const TransferNoted&) {}, [](const LegNoted&) {},
                   [](const ClientDeadlineGiven&) {}, [](const LeaderClockRead&) {},
                   [](const TransferPosted&) {}, [](const TransferRefused&) {},
                   [](const SidedRefusal&) {}, [](const AccountEvent auto&) {},
                   [](const MembershipEvent auto&) {}, [](const WalletEvent auto&) {},
                   [](const LedgerEvent auto&) {}, [](const OwnEvent auto&) {}},
        event);
}

}  // namespace

std::string LegHistory::text() const {
  std::string out;
  const auto add = [&](int n) { out += static_cast<char>('0' + n); };
  for (const Leg& leg : legs) {
    for (const int n :
         {int{leg.tried}, int{leg.posted}, int{leg.undone}, int{leg.refused}, int{leg.flagged}})
      add(n);
    out += ' ';
  }
  for (const int n : {int{started}, int{decided_confirm}, int{decided_cancel}, int{completed},
                      int{cancelled}, int{last_steps_sent}})
    add(n);
  return out;
}

LegHistory read_history(const std::vector<LogBytes>& log, const TransferId& transfer,
                        std::size_t from, std::string* text) {
  LegHistory history;
  std::size_t legs_started = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto entry = decode_entry(*log[i]);
    FLORIN_ASSERT(static_cast<bool>(entry), "a sealed entry can be read");
    for (const Event& event : entry->events) {
      count(history, event, transfer, legs_started);
      if (text != nullptr && i >= from) *text += (text->empty() ? "" : ", ") + explore_text(event);
    }
  }
  return history;
}

std::optional<std::string> contradiction_in(const LegHistory& history, Protocol protocol) {
  for (std::size_t i = 0; i < history.legs.size(); ++i) {
    const LegHistory::Leg& leg = history.legs[i];
    const std::string name = "leg " + std::to_string(i);
    if (leg.posted > 1) return name + " was posted twice";
    if (leg.undone > 1) return name + " was given back twice";
    if (protocol != Protocol::saga && leg.posted + leg.undone > leg.tried)
      return name +
             (leg.tried == 0 ? " ended without being tried" : " was confirmed and cancelled");
    if (protocol == Protocol::saga && leg.undone > leg.posted)
      return name + " was given back but never taken";
    if (leg.flagged != 0 && leg.posted + leg.tried != 0)
      return name + " went on after its cancel flag";
    if (leg.refused != 0 && leg.posted + leg.tried != 0) return name + " went on after its refusal";
  }
  // In a log with the start the legs are those beside it: their no decides in the same entry, and any other that it hears of.
  const bool is_refused = std::ranges::any_of(history.legs, &LegHistory::Leg::refused);
  if (history.started != 0 && is_refused && history.decided_cancel == 0)
    return "a leg beside its coordinator said no, and nothing was decided";
  if (history.noes_put_off != 0) return "a no was written down, and decided nothing";
  if (history.started > 1) return "the transfer was started twice";
  if (history.decided_confirm + history.decided_cancel > 1) return "the decision was taken twice";
  if (history.completed > history.decided_confirm) return "completed, but not decided so";
  if (history.cancelled > history.decided_cancel) return "cancelled, but not decided so";
  return std::nullopt;
}

std::optional<std::string> too_late(const LegHistory& before, const LegHistory& after,
                                    Protocol protocol) {
  const bool saga = protocol == Protocol::saga;
  if (!saga && after.decided_confirm > before.decided_confirm)
    return "decided to confirm after the deadline";
  if (saga && after.last_steps_sent > before.last_steps_sent)
    return "the last step was sent after the deadline";
  return std::nullopt;
}

}  // namespace florin::sim
