// The list of fields of every value that is stored, in the order of its bytes: one description for
// writing and for reading. THE STORAGE FORMAT: a list that was released never changes; golden files
// pin it (tests/golden/events). A changed event is a new alternative of Event.
//
// with_fields(value, f) calls f(named("field", value.field)...). A described value is a msgpack
// array with exactly one element per field.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "domain/events.hpp"

namespace florin::codec {

template <class T>
struct Named {
  const char* name;
  T& value;
};
template <class T>
Named<T> named(const char* name, T& value) {
  return {name, value};
}

// How many fields a stored row has, for rows that may have one more: `make_room(value, FieldCount)` beside with_fields(), and
// `leave_room(value, FieldCount)` once they are read. A type of this namespace, which is where they are looked for.
struct FieldCount {
  std::uint64_t fields = 0;
};

// A value of type T, const (writing) or not (reading).
template <class S, class T>
concept Of = std::same_as<std::remove_const_t<S>, T>;

// A type that lists its fields where it is declared (domain/own_event.hpp): their names, and the fields themselves, tied.
template <class S>
concept ListsItsFields = requires(S& value) {
  std::remove_const_t<S>::field_names;
  std::remove_const_t<S>::fields(value);
};
template <class Own, class F, std::size_t... I, class... Fields>
void with_named_fields(F&& f, std::index_sequence<I...>, Fields&... fields) {
  static_assert(sizeof...(fields) == Own::field_names.size(), "each field has its name");
  f(named(Own::field_names[I], fields)...);
}
template <ListsItsFields S, class F>
void with_fields(S& s, F&& f) {
  using Own = std::remove_const_t<S>;
  std::apply(
      [&](auto&... fields) {
        with_named_fields<Own>(f, std::make_index_sequence<sizeof...(fields)>(), fields...);
      },
      Own::fields(s));
}

// First and last enumerator; all between are valid. Widen when an enumerator is appended.
template <class E>
struct EnumRange;
template <auto First, auto Last>
struct EnumRangeOf {
  static constexpr auto first = static_cast<std::uint64_t>(First);
  static constexpr auto last = static_cast<std::uint64_t>(Last);
};
template <>
struct EnumRange<AccountKind> : EnumRangeOf<AccountKind::user, AccountKind::system> {};
template <>
struct EnumRange<Rejection> : EnumRangeOf<all_rejections.front(), all_rejections.back()> {};
template <>
struct EnumRange<LegRole> : EnumRangeOf<LegRole::debit, LegRole::credit> {};
template <>
struct EnumRange<LegState> : EnumRangeOf<LegState::none, LegState::refused> {};
template <>
struct EnumRange<AnswerCode> : EnumRangeOf<AnswerCode::ok, AnswerCode::fenced> {};
template <>
struct EnumRange<Protocol> : EnumRangeOf<Protocol::local, Protocol::saga> {};
template <>
struct EnumRange<TryStatus> : EnumRangeOf<TryStatus::not_sent, TryStatus::answered> {};
template <>
struct EnumRange<SecondPhaseStatus>
    : EnumRangeOf<SecondPhaseStatus::none, SecondPhaseStatus::answered> {};
template <>
struct EnumRange<RefusedSide> : EnumRangeOf<RefusedSide::none, RefusedSide::to> {};
template <>
struct EnumRange<Decision> : EnumRangeOf<Decision::none, Decision::cancel> {};
template <>
struct EnumRange<TransferStatus> : EnumRangeOf<TransferStatus::trying, TransferStatus::refused> {};
template <>
struct EnumRange<ReplicaChange> : EnumRangeOf<ReplicaChange::add_learner, ReplicaChange::remove> {};
// Of payments. Their events and states list their fields themselves.
template <>
struct EnumRange<PaymentMethod> : EnumRangeOf<PaymentMethod::hosted, PaymentMethod::wallet> {};
template <>
struct EnumRange<PspOutcome> : EnumRangeOf<PspOutcome::not_sent, PspOutcome::absent> {};
template <>
struct EnumRange<PspStatus> : EnumRangeOf<PspStatus::none, PspStatus::succeeded> {};
template <>
struct EnumRange<OrderOperation> : EnumRangeOf<OrderOperation::none, OrderOperation::expiry> {};
template <>
struct EnumRange<OrderPhase> : EnumRangeOf<OrderPhase::none, OrderPhase::failed> {};
template <>
struct EnumRange<OrderInput> : EnumRangeOf<OrderInput::none, OrderInput::refunded> {};
template <>
struct EnumRange<OrderFailure> : EnumRangeOf<OrderFailure::none, OrderFailure::wallet_refused> {};
template <>
struct EnumRange<OrderAttention>
    : EnumRangeOf<OrderAttention::none, OrderAttention::step_too_long> {};
template <>
struct EnumRange<OrderSuspense> : EnumRangeOf<OrderSuspense::none, OrderSuspense::posted> {};
template <>
struct EnumRange<OrderWord> : EnumRangeOf<OrderWord::nothing, OrderWord::failed> {};
template <>
struct EnumRange<CheckoutPhase> : EnumRangeOf<CheckoutPhase::none, CheckoutPhase::failed> {};
template <>
struct EnumRange<PaymentKeyPhase> : EnumRangeOf<PaymentKeyPhase::free, PaymentKeyPhase::kept> {};
template <>
struct EnumRange<CheckoutHold> : EnumRangeOf<CheckoutHold::wanted, CheckoutHold::released> {};
template <>
struct EnumRange<OriginKind> : EnumRangeOf<OriginKind::client, OriginKind::payout> {};
template <>
struct EnumRange<MoneyRule> : EnumRangeOf<MoneyRule::card_success, MoneyRule::dispute_won> {};
template <>
struct EnumRange<StepState> : EnumRangeOf<StepState::done, StepState::refused> {};
template <>
struct EnumRange<LedgerKind>
    : EnumRangeOf<LedgerKind::assets_psp, LedgerKind::expenses_written_off> {};

// --- parts
// -----------------------------------------------------------------------------------------

template <Of<Position> S, class F>
void with_fields(S& s, F&& f) {
  f(named("partition", s.partition), named("index", s.index), named("ordinal", s.ordinal));
}
template <Of<LegKey> S, class F>
void with_fields(S& s, F&& f) {
  f(named("partition", s.transfer.partition), named("index", s.transfer.index),
    named("ordinal", s.transfer.ordinal), named("leg", s.leg));
}
template <Of<LegAnswer> S, class F>
void with_fields(S& s, F&& f) {
  f(named("code", s.code), named("rejection", s.rejection));
}
template <Of<LegContent> S, class F>
void with_fields(S& s, F&& f) {
  f(named("account", s.account), named("counterparty", s.counterparty),
    named("transaction_id", s.transaction_id), named("amount", s.amount),
    named("currency", s.currency), named("role", s.role));
}
template <Of<LegSpec> S, class F>
void with_fields(S& s, F&& f) {
  f(named("account", s.account), named("partition", s.partition), named("role", s.role),
    named("amount", s.amount));
}
template <Of<PostingTrail> S, class F>
void with_fields(S& s, F&& f) {
  f(named("previous_index", s.previous_index), named("previous_ordinal", s.previous_ordinal),
    named("posted_after", s.posted_after));
}
template <Of<Metadata::value_type> S, class F>
void with_fields(S& s, F&& f) {
  f(named("metadata key", s.first), named("metadata value", s.second));
}
template <Of<ClusterMember> S, class F>
void with_fields(S& s, F&& f) {
  f(named("node", s.node), named("peer", s.peer), named("http", s.http));
}

template <Of<CommandId> S, class F>
void with_fields(S& s, F&& f) {
  f(named("node", s.node), named("process", s.process), named("number", s.number));
}

// --- events, in the order of the variant
// -------------------------------------------------------------

template <Of<AccountOpened> S, class F>
void with_fields(S& s, F&& f) {
  f(named("account", s.account), named("currency", s.currency), named("kind", s.kind),
    named("allow_negative", s.allow_negative), named("daily_debit_limit", s.daily_debit_limit),
    named("metadata", s.metadata));
}
template <class S, class F>
requires Of<S, AccountFrozen> || Of<S, AccountUnfrozen> || Of<S, AccountClosed>
void with_fields(S& s, F&& f) { f(named("account", s.account), named("reason", s.reason)); }
template <Of<AccountMetadataChanged> S, class F>
void with_fields(S& s, F&& f) {
  f(named("account", s.account), named("metadata", s.metadata));
}
template <Of<TransferPosted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transaction_id", s.transaction_id), named("from", s.from), named("to", s.to),
    named("amount", s.amount), named("currency", s.currency), named("debit", s.debit),
    named("credit", s.credit));
}
template <Of<TransferRefused> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transaction_id", s.transaction_id), named("from", s.from), named("to", s.to),
    named("amount", s.amount), named("currency", s.currency), named("code", s.code));
}
template <Of<SidedRefusal> S, class F>
void with_fields(S& s, F&& f) {
  auto& refused = s.refused;
  f(named("transaction_id", refused.transaction_id), named("from", refused.from),
    named("to", refused.to), named("amount", refused.amount), named("currency", refused.currency),
    named("code", refused.code), named("side", s.side));
}
template <Of<TransferNoted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("notes", s.notes));
}
template <Of<TransferStarted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transaction_id", s.transaction_id), named("owner", s.owner),
    named("protocol", s.protocol), named("currency", s.currency), named("deadline", s.deadline),
    named("legs", s.legs));
}
template <Of<TryAnswered> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("answer", s.answer));
}
template <Of<TransferDecided> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("decision", s.decision), named("code", s.code),
    named("answered_leg", s.answered_leg), named("answer", s.answer));
}
template <Of<CancelDecided> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("code", s.code), named("answered_leg", s.answered_leg),
    named("answer", s.answer));
}
template <Of<SecondPhaseAnswered> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("out_of_order", s.out_of_order));
}
template <Of<TransferCompleted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer));
}
template <Of<TransferCancelled> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("code", s.code), named("try_answers", s.try_answers),
    named("answered", s.answered), named("out_of_order", s.out_of_order));
}
template <Of<LegTried> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("content", s.content));
}
template <Of<LegRefused> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("content", s.content), named("code", s.code));
}
template <class S, class F>
requires Of<S, LegConfirmed> || Of<S, StepApplied> || Of<S, StepCompensated>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("content", s.content), named("trail", s.trail));
}
template <Of<LegCancelled> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg));
}
template <Of<LegCancelledEarly> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("account", s.account));
}
template <Of<LegNoted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("notes", s.notes));
}
template <Of<FenceAdvanced> S, class F>
void with_fields(S& s, F&& f) {
  f(named("coordinator", s.coordinator), named("index", s.index));
}
template <Of<ReplicaChanged> S, class F>
void with_fields(S& s, F&& f) {
  f(named("change", s.change), named("replica", s.replica));
}
template <Of<ClusterFormed> S, class F>
void with_fields(S& s, F&& f) {
  f(named("nodes", s.nodes), named("replication", s.replication),
    named("partitions", s.partitions));
}
template <Of<NodeAdded> S, class F>
void with_fields(S& s, F&& f) {
  f(named("member", s.member));
}
template <class S, class F>
requires Of<S, NodeDrained> || Of<S, NodeResumed> || Of<S, NodeLeaving> || Of<S, NodeRemoved> ||
    Of<S, NodeRejoined>
void with_fields(S& s, F&& f) { f(named("node", s.node)); }
template <class S, class F>
requires Of<S, RebalanceBegun> || Of<S, RebalanceEnded>
void with_fields(S&, F&& f) { f(); }
template <Of<ReplicasChosen> S, class F>
void with_fields(S& s, F&& f) {
  f(named("partition", s.partition), named("replicas", s.replicas));
}
template <Of<ReplicasSettled> S, class F>
void with_fields(S& s, F&& f) {
  f(named("partition", s.partition));
}
template <Of<ClientDeadlineGiven> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("deadline", s.deadline));
}
template <Of<LeaderClockRead> S, class F>
void with_fields(S& s, F&& f) {
  f(named("clock", s.clock));
}
template <Of<FormatLevelRaised> S, class F>
void with_fields(S& s, F&& f) {
  f(named("level", s.level));
}

// The second versions: the fields of the first, and whose command it was.
template <class E>
struct IsCommanded : std::false_type {};
template <class E>
struct IsCommanded<Commanded<E>> : std::true_type {};
template <class S, class F>
requires IsCommanded<std::remove_const_t<S>>::value void with_fields(S& s, F&& f) {
  with_fields(s.event, [&](const auto&... field) {
    f(field..., named("command", s.source.command), named("by", s.source.by),
      named("address", s.source.address), named("request_id", s.source.request_id));
  });
}

struct IgnoreFields {
  void operator()(const auto&...) const {}
};
template <class T>
concept Described = requires(T& value) {
  with_fields(value, IgnoreFields{});
};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsVector<ByLeg<T>> : std::true_type {};

}  // namespace florin::codec
