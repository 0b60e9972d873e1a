// Whether an event can be true of a partition's state: everything that apply() asserts, as a question with an
// answer. Asked before each event of an entry that was not decided here and now: our own log at a start, entries
// of a leader, logs that an audit reads. A committed entry that contradicts the state stops its partition with an
// error that names entry, event and field; nothing of that event has been applied then.
#include <string>
#include <type_traits>

#include "actors/account/account_answers.hpp"
#include "actors/entity/event_sides.hpp"
#include "actors/partition/neighbours.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/transfer/transfer_answers.hpp"
#include "actors/transfer/transfer_end_check.hpp"
#include "base/limits.hpp"
#include "domain/account/account_move.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/wallet/step_check.hpp"

namespace florin {
namespace {

constexpr const char* no_account = "account: does not exist";
constexpr const char* no_transfer = "transfer: is not open";
constexpr const char* no_leg = "leg: there can be none of this name here";
constexpr const char* asked_by_nobody = "step: was asked for by no partition";
constexpr const char* wrong_amount = "amount: is not above zero";

}  // namespace

std::optional<std::string> PartitionState::contradiction(const Event& event, Position at) {
  const char* field = visit(
      [&](const auto& e) {
        if constexpr (requires { this->against(e, at); })
          return this->against(e, at);
        else
          return this->against(e);
      },
      event);
  if (field == nullptr) return std::nullopt;
  return "event " + std::to_string(at.ordinal) + " (" + std::string(event_name(event)) +
         ") contradicts the state before it: " + field;
}

// An event that is one kind's alone: that kind says what must be true of the entity (null: there is none).
const char* PartitionState::against(const OwnEvent auto& event) {
  using E = std::remove_cvref_t<decltype(event)>;
  constexpr int owners = EntityTables::count_kinds(
      []<class Kind>(std::type_identity<Kind>) { return OwnsEvent<Kind, E>; });
  static_assert(owners == 1, "one kind says whose it is (key_of), and what contradicts it");
  const char* fault = nullptr;
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind>) {
    if constexpr (OwnsEvent<Kind, E>) {
      const auto* const row = awake<Kind>(Kind::Sides::key_of(event));
      fault = Kind::Sides::against(row == nullptr ? nullptr : &row->state, event);
    }
  });
  return fault;
}

// --- accounts ----------------------------------------------------------------------------------------------

const char* PartitionState::against(const AccountOpened& event) {
  if (event.account.empty()) return "account: has no name";
  return account_before_event(event.account) == nullptr ? nullptr : "account: exists already";
}
const char* PartitionState::against(const AccountFrozen& event) {
  return account_before_event(event.account) == nullptr ? no_account : nullptr;
}
const char* PartitionState::against(const AccountUnfrozen& event) {
  return account_before_event(event.account) == nullptr ? no_account : nullptr;
}
const char* PartitionState::against(const AccountClosed& event) {
  return account_before_event(event.account) == nullptr ? no_account : nullptr;
}
const char* PartitionState::against(const AccountMetadataChanged& event) {
  return account_before_event(event.account) == nullptr ? no_account : nullptr;
}

const char* PartitionState::against_move(const AccountId& id, Currency currency, Minor amount,
                                         const AccountMove& move) {
  if (amount <= 0) return wrong_amount;  // first: then no account need be woken
  return florin::against_move(account_before_event(id), currency, amount, move);
}

// --- transfers ---------------------------------------------------------------------------------------------

const char* PartitionState::against(const TransferPosted& event) {
  if (event.amount <= 0) return wrong_amount;
  if (event.from == event.to) return "to: is the payer";
  if (const char* field =
          against_move(event.from, event.currency, event.amount, move_debited(event.amount)))
    return field;
  return against_move(event.to, event.currency, event.amount, move_credited(event.amount));
}
const char* PartitionState::against(const TransferRefused&) { return nullptr; }
const char* PartitionState::against(const SidedRefusal& event) {
  const bool has_a_side =
      event.side != RefusedSide::none && is_about_an_account(event.refused.code);
  return has_a_side ? nullptr : "side: of a refusal that is about no account";
}

// Right behind what began it, and once.
const char* PartitionState::against(const TransferNoted& event, Position at) {
  if (event.transfer != last_position() || event.transfer.index != at.index)
    return "transfer: does not begin right before it";
  if (const TransferRow* row = transfers_.find(event.transfer))
    return row->state.has_notes ? "transfer: has notes already" : nullptr;
  return records_.newest_began_at(event.transfer) ? nullptr
                                                  : "transfer: does not begin right before it";
}

const char* PartitionState::against(const TransferStarted& event) {
  if (event.legs.empty() || event.legs.size() > limits::legs_max) return "legs: none, or too many";
  for (const LegSpec& leg : event.legs) {
    if (leg.amount <= 0) return wrong_amount;
    if (leg.partition >= map_.partitions()) return "legs: a partition that is not there";
  }
  return nullptr;
}

const char* PartitionState::against_answer(const LegKey& key) {
  const TransferRow* row = transfers_.find(key.transfer);
  if (row == nullptr) return no_transfer;
  return key.leg < row->state.legs.size() ? nullptr : no_leg;
}
const char* PartitionState::against(const ClientDeadlineGiven& event) {
  return transfers_.find(event.transfer) != nullptr ? nullptr : no_transfer;
}
const char* PartitionState::against(const TryAnswered& event) { return against_answer(event.leg); }
const char* PartitionState::against(const SecondPhaseAnswered& event) {
  return against_answer(event.leg);
}
const char* PartitionState::against(const TransferDecided& event) {
  const bool has_answer = event.answered_leg != TransferDecided::no_leg;
  return against_answer({event.transfer, has_answer ? event.answered_leg : std::uint8_t{0}});
}
// Clients have heard of it at this position, and hear of no other.
const char* PartitionState::against(const CancelDecided& event) {
  if (const char* field = against(as_transfer_decided(event))) return field;
  const bool is_decided = transfers_.find(event.transfer)->state.decision != Decision::none;
  return is_decided ? "transfer: is decided already" : nullptr;
}

const char* PartitionState::against_end(const TransferId& id, TransferStatus how) {
  const TransferRow* row = transfers_.find(id);
  return row == nullptr ? no_transfer : florin::against_end(row->state, how, Neighbours(*this));
}
const char* PartitionState::against(const TransferCancelled& event) {
  return against_end(event.transfer, TransferStatus::cancelled);
}
const char* PartitionState::against(const TransferCompleted& event) {
  return against_end(event.transfer, TransferStatus::completed);
}

// --- legs --------------------------------------------------------------------------------------------------

bool PartitionState::can_have_leg(const LegKey& key) {
  if (key.transfer.partition >= map_.partitions() || key.leg >= limits::legs_max) return false;
  if (key.transfer.partition != id_) return true;
  const TransferRow* row = transfers_.find(key.transfer);
  // Over: fenced. One that is still to start would find a leg that it may not have.
  if (row == nullptr) return can_have_ended(key.transfer);
  return has_leg_here(row->state, key.leg);
}

const char* PartitionState::against_new_leg(const LegKey& key, const LegContent& content) {
  if (!can_have_leg(key)) return no_leg;
  if (legs_.find(key) != nullptr) return "leg: is known already";
  return content.amount > 0 ? nullptr : wrong_amount;
}

const char* PartitionState::against(const LegTried& event) {
  const LegContent& leg = event.content;
  if (const char* field = against_new_leg(event.leg, leg)) return field;
  return against_move(leg.account, leg.currency, leg.amount, move_tried(leg.role, leg.amount));
}
const char* PartitionState::against(const LegRefused& event) {
  return against_new_leg(event.leg, event.content);
}
const char* PartitionState::against(const LegCancelledEarly& event) {
  if (!can_have_leg(event.leg)) return no_leg;
  return legs_.find(event.leg) == nullptr ? nullptr : "leg: is known already";
}
const char* PartitionState::against(const StepApplied& event) {
  const LegContent& leg = event.content;
  if (const char* field = against_new_leg(event.leg, leg)) return field;
  return against_move(leg.account, leg.currency, leg.amount, move_step(leg.role, leg.amount));
}

// `content`: what the event says again; null = it says nothing.
const char* PartitionState::against_known_leg(const LegKey& key, LegState state,
                                              const LegContent* content) {
  const LegRow* row = legs_.find(key);
  if (row == nullptr) return "leg: is not known";
  if (row->leg.state != state) return "leg: is in another state";
  if (content != nullptr && row->leg.content != *content) return "content: is not the leg's";
  return row->leg.content.amount > 0 ? nullptr : wrong_amount;
}

const char* PartitionState::against(const LegConfirmed& event) {
  const LegContent& leg = event.content;
  if (const char* field = against_known_leg(event.leg, LegState::tried, &leg)) return field;
  return against_move(leg.account, leg.currency, leg.amount, move_confirmed(leg.role, leg.amount));
}
const char* PartitionState::against(const LegCancelled& event) {
  if (const char* field = against_known_leg(event.leg, LegState::tried, nullptr)) return field;
  const LegContent& leg = legs_.find(event.leg)->leg.content;
  return against_move(leg.account, leg.currency, leg.amount, move_released(leg.role, leg.amount));
}
const char* PartitionState::against(const StepCompensated& event) {
  const LegContent& leg = event.content;
  if (const char* field = against_known_leg(event.leg, LegState::confirmed, &leg)) return field;
  if (leg.role != LegRole::debit) return "content: a credit is never given back";
  return against_move(leg.account, leg.currency, leg.amount, move_returned(leg.amount));
}

// What it is about comes right before it; which event that is, is for who reads both.
const char* PartitionState::against(const LegNoted& event, Position at) {
  if (last_position().index != at.index) return "leg: nothing of it comes right before";
  return legs_.find(event.leg) == nullptr ? "leg: is not known" : nullptr;
}

// --- money steps and the ledger ----------------------------------------------------------------------------

const char* PartitionState::against(const MoneyStepDone& event) {
  if (is_asked_by_nobody(event.step)) return asked_by_nobody;
  StepAccounts accounts;
  accounts.account = account_before_event(event.step.account);
  for (const PostedMove& posted : event.moves)
    for (const AccountId* id : {&posted.move.from, &posted.move.to})
      if (const auto* account = id->is_system() ? account_before_event(*id) : nullptr)
        accounts.system.push_back(account);
  return against_step(event, money_step(event.step.name), kept_legs_.is_fenced(event.step.asked),
                      accounts);
}
const char* PartitionState::against(const MoneyStepRefused& event) {
  if (is_asked_by_nobody(event.step)) return asked_by_nobody;
  return against_step(event, money_step(event.step.name), kept_legs_.is_fenced(event.step.asked));
}
const char* PartitionState::against(const LedgerEntryPosted& event) {
  if (is_asked_by_nobody(*event.step)) return asked_by_nobody;
  LedgerView view;
  view.step = money_step(event.step->name);
  view.is_fenced = kept_legs_.is_fenced(event.step->asked);
  return against_entry(event, view);
}

const char* PartitionState::against(const FenceAdvanced& event) {
  if (event.coordinator >= kept_legs_.partitions())
    return "coordinator: a partition that is not there";
  if (event.index < kept_legs_.fence_of(event.coordinator))
    return "index: is behind the fence that is there";
  return kept_legs_.has_reservation_of({event.coordinator, event.index})
             ? "index: a leg behind the fence is still reserved"
             : nullptr;
}

}  // namespace florin
