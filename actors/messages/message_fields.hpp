// The list of fields of every message and reply that goes to another node, like persistence/codec/fields.hpp
// for events. Nodes of one cluster may run different versions for a while: a list that was released never
// changes, a changed message is a new alternative at the end of its variant (golden files: tests/golden/messages).
// Private to actors/messages/message_codec.cpp.
#pragma once

#include "actors/messages/messages.hpp"
#include "persistence/codec/state_fields.hpp"

namespace florin::codec {

template <>
struct EnumRange<AccountChange> : EnumRangeOf<AccountChange::freeze, AccountChange::close> {};
template <>
struct EnumRange<LegMessage> : EnumRangeOf<LegMessage::try_, LegMessage::compensate> {};
template <>
struct EnumRange<NotAccepted::Why>
    : EnumRangeOf<NotAccepted::Why::overloaded, NotAccepted::Why::level_too_low> {};
// Of payments. Their messages and replies list their fields themselves.
template <>
struct EnumRange<OrderReply> : EnumRangeOf<OrderReply::none, OrderReply::not_found> {};
template <>
struct EnumRange<StepAnswerCode> : EnumRangeOf<StepAnswerCode::done, StepAnswerCode::fenced> {};
template <>
struct EnumRange<EnterCode> : EnumRangeOf<EnterCode::entered, EnterCode::fenced> {};
template <>
struct EnumRange<PaymentRefusal>
    : EnumRangeOf<PaymentRefusal::checkout_not_found, PaymentRefusal::not_ready> {};

// --- messages ------------------------------------------------------------------------------------------

template <Of<StartTransfer> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("from", s.from), named("to", s.to),
    named("transaction_id", s.transaction_id), named("amount", s.amount),
    named("currency", s.currency), named("protocol", s.protocol), named("deadline", s.deadline));
}
template <Of<StartNotedTransfer> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("from", s.from), named("to", s.to),
    named("transaction_id", s.transaction_id), named("amount", s.amount),
    named("currency", s.currency), named("protocol", s.protocol), named("deadline", s.deadline),
    named("notes", s.notes));
}
template <Of<StartTransaction> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("transaction_id", s.transaction_id),
    named("currency", s.currency), named("postings", s.postings), named("protocol", s.protocol),
    named("deadline", s.deadline), named("notes", s.notes));
}
template <class S, class F>
requires Of<S, TryLeg> || Of<S, ApplyStep>
void with_fields(S& s, F&& f) { f(named("leg", s.leg), named("content", s.content)); }
template <class S, class F>
requires Of<S, TryNotedLeg> || Of<S, ApplyNotedStep>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("content", s.content), named("notes", s.notes));
}
template <class S, class F>
requires Of<S, ConfirmLeg> || Of<S, CancelLeg> || Of<S, CompensateStep>
void with_fields(S& s, F&& f) { f(named("leg", s.leg), named("account", s.account)); }
template <Of<LegAnswered> S, class F>
void with_fields(S& s, F&& f) {
  f(named("leg", s.leg), named("answered", s.answered), named("answer", s.answer));
}
template <Of<AdvanceFence> S, class F>
void with_fields(S& s, F&& f) {
  f(named("to", s.to), named("coordinator", s.coordinator), named("index", s.index));
}
template <Of<GetAccount> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("account", s.account));
}
template <Of<OpenAccount> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("account", s.account), named("currency", s.currency),
    named("kind", s.kind), named("allow_negative", s.allow_negative),
    named("daily_debit_limit", s.daily_debit_limit), named("metadata", s.metadata));
}
template <Of<ChangeAccount> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("account", s.account), named("change", s.change),
    named("reason", s.reason));
}
template <Of<ChangeMetadata> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("account", s.account), named("set", s.patch.set),
    named("remove", s.patch.remove));
}
template <Of<CheckLeg> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("account", s.account), named("role", s.role),
    named("amount", s.amount), named("currency", s.currency));
}
template <Of<GetTransfer> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("partition", s.partition),
    named("transaction_id", s.transaction_id), named("owner", s.owner));
}
template <Of<GetTrialBalance> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("partition", s.partition));
}
template <Of<ListAccounts> S, class F>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("partition", s.partition), named("after", s.after),
    named("limit", s.limit));
}
template <Of<FenceHeard> S, class F>
void with_fields(S& s, F&& f) {
  f(named("coordinator", s.coordinator), named("participant", s.participant),
    named("index", s.index));
}
template <class S, class F>
requires Of<S, FollowerRead<GetAccount>> || Of<S, FollowerRead<GetTransfer>> ||
    Of<S, FollowerRead<GetTrialBalance>> || Of<S, FollowerRead<ListAccounts>> ||
    Of<S, FollowerRead<GetCheckout>> || Of<S, FollowerRead<GetPayment>> ||
    Of<S, FollowerRead<GetLedgerSums>> || Of<S, FollowerRead<GetLedgerBalance>> ||
    Of<S, FollowerRead<ListPayments>>
void with_fields(S& s, F&& f) {
  f(named("request", s.request), named("min_index", s.min_index), named("question", s.question));
}

// --- bodies of replies ---------------------------------------------------------------------------------

// Notes that only stand before another field.
inline LegNotes& room_of(MaybeBoxed<LegNotes>& notes) { return *notes; }
inline const LegNotes& room_of(const MaybeBoxed<LegNotes>& notes) {
  static const LegNotes none;
  return notes ? *notes : none;
}
// With a side, notes or the posting of a refusal only where there are some: all others keep their bytes, and who is sent
// one reads what it was recorded by. A refusal has no notes.
template <Of<TransferOutcome> S, class F>
void with_fields(S& s, F&& f) {
  const auto fields = [&](const auto&... last) {
    f(named("status", s.status), named("code", s.code), named("replayed", s.replayed), last...);
  };
  if (s.refused_posting != no_posting)
    fields(named("side", s.side), named("notes", room_of(s.notes)),
           named("refused_posting", s.refused_posting));
  else if (s.notes)
    fields(named("side", s.side), named("notes", *s.notes));
  else if (s.side != RefusedSide::none)
    fields(named("side", s.side));
  else
    fields();
}
inline void make_room(TransferOutcome& outcome, FieldCount row) {
  constexpr std::uint64_t fields_with_a_side = 4, fields_with_notes = 5, fields_with_a_posting = 6;
  if (row.fields == fields_with_a_side) outcome.side = RefusedSide::from;
  if (row.fields == fields_with_notes || row.fields == fields_with_a_posting)
    outcome.notes.emplace();
  if (row.fields == fields_with_a_posting) outcome.refused_posting = 0;
}
inline void leave_room(TransferOutcome& outcome, FieldCount) {
  if (outcome.notes && outcome.notes->empty()) outcome.notes.reset();
}
template <Of<Refused> S, class F>
void with_fields(S& s, F&& f) {
  f(named("code", s.code));
}
template <Of<CheckResult> S, class F>
void with_fields(S& s, F&& f) {
  f(named("rejection", s.rejection));
}
template <Of<NotAccepted> S, class F>
void with_fields(S& s, F&& f) {
  f(named("why", s.why));
}
template <Of<AccountView> S, class F>
void with_fields(S& s, F&& f) {
  f(named("account", s.account), named("currency", s.currency), named("kind", s.kind),
    named("available", s.available), named("held", s.held), named("frozen", s.frozen),
    named("closed", s.closed), named("allow_negative", s.allow_negative),
    named("daily_debit_limit", s.daily_debit_limit), named("metadata", s.metadata),
    named("last_posting", s.last_posting), named("created", s.created));
}
template <Of<AccountPage> S, class F>
void with_fields(S& s, F&& f) {
  f(named("accounts", s.accounts));
}
// What persistence/codec/state_fields.hpp describes is a row's value, without its key: here they go together.
struct OpenTransferOnWire {
  TransferId id;
  TransferState state;
};
struct EndedTransferOnWire {
  Uuid transaction_id;
  AccountId owner;
  TransferRecord record;
};
struct TransferViewsOnWire {
  std::vector<OpenTransferOnWire> open;
  std::vector<EndedTransferOnWire> ended;
  bool more = false;
  std::vector<NotedTransfer> notes = {};
};
template <Of<NotedTransfer> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transfer", s.transfer), named("notes", s.notes));
}
template <Of<OpenTransferOnWire> S, class F>
void with_fields(S& s, F&& f) {
  f(named("id", s.id), named("state", s.state));
}
template <Of<EndedTransferOnWire> S, class F>
void with_fields(S& s, F&& f) {
  f(named("transaction_id", s.transaction_id), named("owner", s.owner), named("record", s.record));
}
// The last only where there are some.
template <Of<TransferViewsOnWire> S, class F>
void with_fields(S& s, F&& f) {
  if (s.notes.empty())
    f(named("open", s.open), named("ended", s.ended), named("more", s.more));
  else
    f(named("open", s.open), named("ended", s.ended), named("more", s.more),
      named("notes", s.notes));
}
inline void make_room(TransferViewsOnWire& views, FieldCount row) {
  constexpr std::uint64_t fields_with_notes = 4;
  if (row.fields == fields_with_notes) views.notes.resize(1);
}
template <Of<TrialBalance> S, class F>
void with_fields(S& s, F&& f) {
  f(named("currencies", s.currencies), named("recomputed_at", s.recomputed_at));
}

}  // namespace florin::codec
