// Events: facts, past tense. THE STORAGE FORMAT: a released event is never changed, only joined by a new
// one (docs/FORMATS.md, golden files). Each entry of a partition's log holds the events of one turn.
//
// Double entry: every event that moves posted money names the debited and the credited side, both in the
// same partition; `clearing` is that partition's clearing account of the currency.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/wire_number.hpp"
#include "domain/account/account_state.hpp"
#include "domain/cluster_member.hpp"
#include "domain/rejection.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// --- accounts -------------------------------------------------------------------------------------

struct AccountOpened {
  static constexpr WireNumber wire{1};
  static constexpr WireNumber wire_commanded{32};
  AccountId account;
  Currency currency;
  AccountKind kind = AccountKind::user;
  bool allow_negative = false;
  Minor daily_debit_limit = no_daily_limit;
  Metadata metadata;
  bool operator==(const AccountOpened&) const = default;
};
struct AccountFrozen {
  static constexpr WireNumber wire{2};
  static constexpr WireNumber wire_commanded{33};
  AccountId account;
  std::string reason;
  bool operator==(const AccountFrozen&) const = default;
};
struct AccountUnfrozen {
  static constexpr WireNumber wire{3};
  static constexpr WireNumber wire_commanded{34};
  AccountId account;
  std::string reason;
  bool operator==(const AccountUnfrozen&) const = default;
};
struct AccountClosed {
  static constexpr WireNumber wire{4};
  static constexpr WireNumber wire_commanded{35};
  AccountId account;
  std::string reason;
  bool operator==(const AccountClosed&) const = default;
};

// --- one side of a posting, for statements ---------------------------------------------------------

// `previous` is the same account's posting before this one (same partition; index 0 = none): a statement
// is a walk back along it. `posted_after` is the account's posted balance after it.
struct PostingTrail {
  LogIndex previous_index = 0;
  Ordinal previous_ordinal = 0;
  Minor posted_after = 0;
  bool operator==(const PostingTrail&) const = default;
};

// --- transfers inside one partition -----------------------------------------------------------------

// Local protocol: both postings, and the dedup record, in one event. Debits `from`, credits `to`.
struct TransferPosted {
  static constexpr WireNumber wire{5};
  Uuid transaction_id;
  AccountId from;
  AccountId to;
  Minor amount = 0;
  Currency currency;
  PostingTrail debit;
  PostingTrail credit;
  bool operator==(const TransferPosted&) const = default;
};
// A refusal that depended on state: recorded, so that the same request gets the same answer for ever.
struct TransferRefused {
  static constexpr WireNumber wire{6};
  Uuid transaction_id;
  AccountId from;
  AccountId to;
  Minor amount = 0;
  Currency currency;
  Rejection code = Rejection::account_not_found;
  bool operator==(const TransferRefused&) const = default;
};

// --- coordinator (TC/C) and saga: the transfer is named by the position of its TransferStarted ---------

struct TransferStarted {
  static constexpr WireNumber wire{7};
  Uuid transaction_id;
  AccountId owner;
  Protocol protocol = Protocol::tcc;
  Currency currency;
  Timestamp deadline;
  ByLeg<LegSpec> legs;
  bool operator==(const TransferStarted&) const = default;
};
// Behind its TransferStarted, in the same entry: the client's deadline, which the deadline there no longer contains
// (in logs of older versions, where this event is missing, that is the earlier of the two).
struct ClientDeadlineGiven {
  static constexpr WireNumber wire{41};
  TransferId transfer;
  Timestamp deadline;
  bool operator==(const ClientDeadlineGiven&) const = default;
};
// Clients' deadlines that are judged in the rest of this entry are compared with this clock, that of the leader, and
// not with the time of the entry, which is far ahead of it.
struct LeaderClockRead {
  static constexpr WireNumber wire{42};
  Timestamp clock;
  bool operator==(const LeaderClockRead&) const = default;
};
// The answer to Try (TC/C) or Apply (saga) of one leg. For a saga's last step but one this is the last look at the
// clock: what follows is only retried forward. Not logged for the answer that leads to the decision
// (it is in there), nor for a TC/C leg beside its coordinator (the leg's own event says it).
struct TryAnswered {
  static constexpr WireNumber wire{8};
  LegKey leg;
  LegAnswer answer;
  bool operator==(const TryAnswered&) const = default;
};
// Logged before the first Confirm, Cancel or Compensate leaves; never reversed.
struct TransferDecided {
  static constexpr WireNumber wire{9};
  static constexpr std::uint8_t no_leg = 255;

  TransferId transfer;
  Decision decision = Decision::confirm;
  std::optional<Rejection> code;
  std::uint8_t answered_leg = no_leg;  // whose answer led to it; no_leg: time, or a leg's own event
  LegAnswer answer;                    // of that leg
  bool operator==(const TransferDecided&) const = default;
};
// Not logged for the last answer (the end follows from it), nor for a TC/C leg beside its coordinator.
struct SecondPhaseAnswered {
  static constexpr WireNumber wire{10};
  LegKey leg;
  bool out_of_order = false;
  bool operator==(const SecondPhaseAnswered&) const = default;
};
struct TransferCompleted {
  static constexpr WireNumber wire{11};
  TransferId transfer;
  bool operator==(const TransferCompleted&) const = default;
};
// Every leg is cancelled or compensated. Leg answers are kept for the phase status of a finished transfer.
struct TransferCancelled {
  static constexpr WireNumber wire{12};
  TransferId transfer;
  Rejection code = Rejection::deadline_passed;
  std::vector<LegAnswer> try_answers;  // by leg
  std::vector<bool> answered;          // by leg: false = the Try was never answered
  std::vector<bool> out_of_order;      // by leg
  bool operator==(const TransferCancelled&) const = default;
};

// --- participants ------------------------------------------------------------------------------------

struct LegTried {
  static constexpr WireNumber wire{13};
  LegKey leg;
  LegContent content;
  bool operator==(const LegTried&) const = default;
};
struct LegRefused {
  static constexpr WireNumber wire{14};
  LegKey leg;
  LegContent content;
  Rejection code = Rejection::account_not_found;
  bool operator==(const LegRefused&) const = default;
};
// Posting. Debit leg: debit account (out of held), credit clearing. Credit leg: debit clearing, credit account.
struct LegConfirmed {
  static constexpr WireNumber wire{15};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const LegConfirmed&) const = default;
};
struct LegCancelled {
  static constexpr WireNumber wire{16};
  LegKey leg;
  bool operator==(const LegCancelled&) const = default;
};
// The cancel flag: a Cancel came before its Try, so that a late Try is refused.
struct LegCancelledEarly {
  static constexpr WireNumber wire{17};
  LegKey leg;
  AccountId account;
  bool operator==(const LegCancelledEarly&) const = default;
};
// Saga, posting at once: debit leg: account -> clearing; credit leg: clearing -> account.
struct StepApplied {
  static constexpr WireNumber wire{18};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const StepApplied&) const = default;
};
// Saga, reverse posting of StepApplied.
struct StepCompensated {
  static constexpr WireNumber wire{19};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const StepCompensated&) const = default;
};
// `coordinator` has finished every transfer with a leg here that it started at or before `index`: the finished legs and
// flags of those are forgotten, and a Try of one is refused as `fenced` from now on.
struct FenceAdvanced {
  static constexpr WireNumber wire{20};
  PartitionId coordinator = 0;
  LogIndex index = 0;
  bool operator==(const FenceAdvanced&) const = default;
};

// --- membership of a cluster (cluster/membership/): nothing of it is part of a partition's state ------------

// First event of its entry, in the log of any group: `replica` becomes a learner, a voter, or is gone for
// ever. In force when the entry is committed.
struct ReplicaChanged {
  static constexpr WireNumber wire{21};
  ReplicaChange change = ReplicaChange::add_learner;
  std::uint64_t replica = 0;
  bool operator==(const ReplicaChanged&) const = default;
};

// All others: in the log of the meta group only.
struct ClusterFormed {
  static constexpr WireNumber wire{22};
  std::vector<ClusterMember> nodes;
  std::uint32_t replication = 0;
  std::uint32_t partitions = 0;
  bool operator==(const ClusterFormed&) const = default;
};
struct NodeAdded {
  static constexpr WireNumber wire{23};
  static constexpr WireNumber wire_commanded{36};
  ClusterMember member;
  bool operator==(const NodeAdded&) const = default;
};
struct NodeDrained {
  static constexpr WireNumber wire{24};
  static constexpr WireNumber wire_commanded{37};
  std::uint16_t node = 0;
  bool operator==(const NodeDrained&) const = default;
};
struct NodeResumed {
  static constexpr WireNumber wire{25};
  static constexpr WireNumber wire_commanded{38};
  std::uint16_t node = 0;
  bool operator==(const NodeResumed&) const = default;
};
// Its disk is lost, and it comes back without it: every replica that it had until now is given up, and made anew there under
// another id.
struct NodeRejoined {
  static constexpr WireNumber wire{43};
  static constexpr WireNumber wire_commanded{44};
  std::uint16_t node = 0;
  bool operator==(const NodeRejoined&) const = default;
};
// Its replicas go elsewhere, and no new ones come.
struct NodeLeaving {
  static constexpr WireNumber wire{26};
  static constexpr WireNumber wire_commanded{39};
  std::uint16_t node = 0;
  bool operator==(const NodeLeaving&) const = default;
};
// It has no replica left, of the meta group neither.
struct NodeRemoved {
  static constexpr WireNumber wire{27};
  std::uint16_t node = 0;
  bool operator==(const NodeRemoved&) const = default;
};
struct RebalanceBegun {
  static constexpr WireNumber wire{28};
  static constexpr WireNumber wire_commanded{40};
  bool operator==(const RebalanceBegun&) const = default;
};
struct RebalanceEnded {
  static constexpr WireNumber wire{29};
  bool operator==(const RebalanceEnded&) const = default;
};
// What the partition should have from now on, ascending. Ids of new replicas were never used before.
struct ReplicasChosen {
  static constexpr WireNumber wire{30};
  PartitionId partition = 0;
  std::vector<std::uint64_t> replicas;
  bool operator==(const ReplicasChosen&) const = default;
};
// The partition has exactly what was chosen last.
struct ReplicasSettled {
  static constexpr WireNumber wire{31};
  PartitionId partition = 0;
  bool operator==(const ReplicasSettled&) const = default;
};

// From here on the whole cluster writes and sends what came with `level` (base/format_level.hpp): every node of the map
// has said that it reads it.
struct FormatLevelRaised {
  static constexpr WireNumber wire{45, 1};
  FormatLevel level = 0;
  bool operator==(const FormatLevelRaised&) const = default;
};

// --- who asked --------------------------------------------------------------------------------------------

// Whose command led to an event. `by`, `address` and `request_id` (who, from where, under which name of the client's)
// are empty until there is access control.
struct CommandSource {
  CommandId command;
  std::string by;
  std::string address;
  std::string request_id;
  bool operator==(const CommandSource&) const = default;
};
// The second version of events that follow from a command of a person: the same, and whose. The first versions are in
// old logs, and are read for ever.
template <class E>
struct Commanded {
  static constexpr WireNumber wire = E::wire_commanded;

  E event;
  CommandSource source;
  bool operator==(const Commanded&) const = default;
};

template <class E>
concept AccountCommandEvent = std::same_as<E, AccountOpened> || std::same_as<E, AccountFrozen> ||
    std::same_as<E, AccountUnfrozen> || std::same_as<E, AccountClosed>;
template <class E>
concept NodeCommandEvent = std::same_as<E, NodeAdded> || std::same_as<E, NodeDrained> ||
    std::same_as<E, NodeResumed> || std::same_as<E, NodeLeaving> ||
    std::same_as<E, RebalanceBegun> || std::same_as<E, NodeRejoined>;

template <class E>
concept FirstMembershipEvent = std::same_as<E, ReplicaChanged> || std::same_as<E, ClusterFormed> ||
    std::same_as<E, NodeAdded> || std::same_as<E, NodeDrained> || std::same_as<E, NodeResumed> ||
    std::same_as<E, NodeLeaving> || std::same_as<E, NodeRemoved> ||
    std::same_as<E, RebalanceBegun> || std::same_as<E, RebalanceEnded> ||
    std::same_as<E, ReplicasChosen> || std::same_as<E, ReplicasSettled> ||
    std::same_as<E, NodeRejoined> || std::same_as<E, FormatLevelRaised>;

template <class E>
struct IsCommandOfNode : std::false_type {};
template <NodeCommandEvent E>
struct IsCommandOfNode<Commanded<E>> : std::true_type {};
template <class E>
concept MembershipEvent = FirstMembershipEvent<E> || IsCommandOfNode<E>::value;

// The order means nothing outside a process: what is written is the wire number of each.
using Event =
    std::variant<AccountOpened, AccountFrozen, AccountUnfrozen, AccountClosed, TransferPosted,
                 TransferRefused, TransferStarted, TryAnswered, TransferDecided,
                 SecondPhaseAnswered, TransferCompleted, TransferCancelled, LegTried, LegRefused,
                 LegConfirmed, LegCancelled, LegCancelledEarly, StepApplied, StepCompensated,
                 FenceAdvanced, ReplicaChanged, ClusterFormed, NodeAdded, NodeDrained, NodeResumed,
                 NodeLeaving, NodeRemoved, RebalanceBegun, RebalanceEnded, ReplicasChosen,
                 ReplicasSettled, Commanded<AccountOpened>, Commanded<AccountFrozen>,
                 Commanded<AccountUnfrozen>, Commanded<AccountClosed>, Commanded<NodeAdded>,
                 Commanded<NodeDrained>, Commanded<NodeResumed>, Commanded<NodeLeaving>,
                 Commanded<RebalanceBegun>, ClientDeadlineGiven, LeaderClockRead, NodeRejoined,
                 Commanded<NodeRejoined>, FormatLevelRaised>;

// What a command of `source` leads to is logged with it; what follows from no command is left as it is.
Event commanded(Event event, const CommandSource& source);
// The first version of what has a second one: for those who do not look at whose it was.
Event without_source(const Event& event);

// Lower snake-case name of the event's type, as in logs and `florin replay`: "transfer_posted".
std::string_view event_name(const Event& event) noexcept;

}  // namespace florin
