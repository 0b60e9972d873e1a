// The list of fields of every stored row, like fields.hpp for events. May change with
// state_format_version: the log is the truth, the store can be made again from it.
// Private to persistence/codec and actors/messages/message_codec.cpp: replies to other nodes hold some of these,
// a change of those is a change of message_format_version too.
#pragma once

#include "domain/ledger/ledger_books.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/fields.hpp"
#include "persistence/codec/partition_meta.hpp"

namespace florin::codec {

// Its last field is there only where it is true, so that all other accounts keep their bytes.
template <Of<AccountState> S, class F>
void with_fields(S& s, F&& f) {
  const auto fields = [&](const auto&... last) {
    f(named("currency", s.currency), named("kind", s.kind), named("frozen", s.frozen),
      named("closed", s.closed), named("allow_negative", s.allow_negative),
      named("available", s.available), named("held", s.held), named("incoming", s.incoming),
      named("daily_debit_limit", s.daily_debit_limit), named("debited_today", s.debited_today),
      named("debit_day", s.debit_day), named("payments_net", s.payments_net), named("debt", s.debt),
      named("last_posting_ordinal", s.last_posting_ordinal),
      named("last_posting_index", s.last_posting_index), named("metadata", s.metadata), last...);
  };
  if (s.metadata_changed)
    fields(named("metadata_changed", s.metadata_changed));
  else
    fields();
}
// The reader says how many fields the row has before it asks for them.
inline void make_room(AccountState& account, FieldCount row) {
  constexpr std::uint64_t fields_when_changed = 17;
  account.metadata_changed = row.fields == fields_when_changed;
}
template <Of<LegPhase> S, class F>
void with_fields(S& s, F&& f) {
  f(named("spec", s.spec), named("try_status", s.try_status), named("try_answer", s.try_answer),
    named("second_phase", s.second_phase), named("out_of_order", s.out_of_order));
}
// A field that came later, and of a few rows only, stands last and only where it, or one behind it, says something: all others
// keep their bytes. The reader says how many fields a row has before it asks for them (make_room), and lets go of those
// that only stood before another one (leave_room): a position that is none.
inline Position& room_of(std::optional<Position>& position) { return *position; }
inline const Position& room_of(const std::optional<Position>& position) {
  static const Position none{};
  return position ? *position : none;
}
inline void leave_room_of(std::optional<Position>& position) {
  if (position && position->is_none()) position.reset();
}
template <Of<TransferState> S, class F>
void with_fields(S& s, F&& f) {
  const auto fields = [&](const auto&... last) {
    f(named("transaction_id", s.transaction_id), named("owner", s.owner),
      named("protocol", s.protocol), named("currency", s.currency),
      named("started_at", s.started_at), named("deadline", s.deadline),
      named("decision", s.decision), named("code", s.code), named("legs", s.legs),
      named("client_deadline", s.client_deadline), last...);
  };
  if (s.has_notes)
    fields(named("refused_at", room_of(s.refused_at)), named("has_notes", s.has_notes));
  else if (s.refused_at)
    fields(named("refused_at", *s.refused_at));
  else
    fields();
}
inline void make_room(TransferState& transfer, FieldCount row) {
  constexpr std::uint64_t fields_when_refused = 11, fields_with_notes = 12;
  transfer.has_notes = row.fields == fields_with_notes;
  if (row.fields == fields_when_refused || row.fields == fields_with_notes)
    transfer.refused_at.emplace();
}
inline void leave_room(TransferState& transfer, FieldCount) { leave_room_of(transfer.refused_at); }
// As stored before clients' deadlines had a field of their own: `deadline` is the earlier of both.
struct TransferRowV1 {
  TransferState& state;
};
template <Of<TransferRowV1> S, class F>
void with_fields(S& row, F&& f) {
  TransferState& s = row.state;
  f(named("transaction_id", s.transaction_id), named("owner", s.owner),
    named("protocol", s.protocol), named("currency", s.currency), named("started_at", s.started_at),
    named("deadline", s.deadline), named("decision", s.decision), named("code", s.code),
    named("legs", s.legs));
}
template <Of<Leg> S, class F>
void with_fields(S& s, F&& f) {
  const auto fields = [&](const auto&... last) {
    f(named("state", s.state), named("rejection", s.rejection), named("content", s.content),
      named("debit_day", s.debit_day), last...);
  };
  if (s.notes)
    fields(named("notes", *s.notes));
  else
    fields();
}
inline void make_room(Leg& leg, FieldCount row) {
  constexpr std::uint64_t fields_with_notes = 5;
  if (row.fields == fields_with_notes) leg.notes.emplace();
}
template <Of<TransferRecord> S, class F>
void with_fields(S& s, F&& f) {
  const auto fields = [&](const auto&... last) {
    f(named("other", s.other), named("amount", s.amount), named("currency", s.currency),
      named("protocol", s.protocol), named("owner_is_payer", s.owner_is_payer),
      named("status", s.status), named("code", s.code), named("started", s.started),
      named("finished", s.finished), last...);
  };
  if (s.transaction)
    fields(named("ended", room_of(s.ended)), named("side", s.side), named("has_notes", s.has_notes),
           named("transaction", *s.transaction));
  else if (s.has_notes)
    fields(named("ended", room_of(s.ended)), named("side", s.side),
           named("has_notes", s.has_notes));
  else if (s.ended && s.side != RefusedSide::none)
    fields(named("ended", *s.ended), named("side", s.side));
  else if (s.ended)
    fields(named("ended", *s.ended));
  else
    fields();
}
inline void make_room(TransferRecord& record, FieldCount row) {
  constexpr std::uint64_t fields_when_refused = 10;
  constexpr std::uint64_t fields_with_a_side = 11;
  constexpr std::uint64_t fields_with_notes = 12;
  constexpr std::uint64_t fields_of_a_transaction = 13;
  if (row.fields >= fields_when_refused && row.fields <= fields_of_a_transaction)
    record.ended.emplace();
  if (row.fields == fields_with_a_side) record.side = RefusedSide::from;
  record.has_notes = row.fields == fields_with_notes;
  if (row.fields == fields_of_a_transaction) record.transaction.emplace();
}
inline void leave_room(TransferRecord& record, FieldCount) { leave_room_of(record.ended); }
template <Of<MoneyStep> S, class F>
void with_fields(S& s, F&& f) {
  f(named("content", s.content), named("state", s.state), named("code", s.code),
    named("moves", s.moves), named("decided", s.decided), named("entry", s.entry));
}
template <Of<LedgerBalance> S, class F>
void with_fields(S& s, F&& f) {
  f(named("balance", s.balance), named("last_index", s.last_index),
    named("last_ordinal", s.last_ordinal));
}
template <Of<CurrencySums> S, class F>
void with_fields(S& s, F&& f) {
  f(named("currency", s.currency), named("accounts_posted", s.accounts_posted),
    named("clearing", s.clearing));
}
template <Of<Fence> S, class F>
void with_fields(S& s, F&& f) {
  f(named("coordinator", s.coordinator), named("index", s.index));
}
template <Of<PartitionMeta> S, class F>
void with_fields(S& s, F&& f) {
  f(named("format_version", s.format_version), named("partition", s.partition),
    named("partitions", s.partitions), named("applied_index", s.applied_index),
    named("last_event_index", s.last_event_index), named("last_ordinal", s.last_ordinal),
    named("last_hash", s.last_hash), named("last_time", s.last_time), named("term", s.term),
    named("sums", s.sums), named("fences", s.fences), named("record_epoch", s.record_epoch),
    named("records_in_epoch", s.records_in_epoch), named("accounts_count", s.accounts_count));
}

// As version 1 of the state's format wrote it.
// An account as it was stored before format 5: without what came with payments.
struct AccountStateV4 {
  const AccountState* account;
};
template <Of<AccountStateV4> S, class F>
void with_fields(S& s, F&& f) {
  const AccountState& a = *s.account;
  f(named("currency", a.currency), named("kind", a.kind), named("frozen", a.frozen),
    named("closed", a.closed), named("allow_negative", a.allow_negative),
    named("available", a.available), named("held", a.held), named("incoming", a.incoming),
    named("daily_debit_limit", a.daily_debit_limit), named("debited_today", a.debited_today),
    named("debit_day", a.debit_day), named("last_posting_ordinal", a.last_posting_ordinal),
    named("last_posting_index", a.last_posting_index), named("metadata", a.metadata));
}

struct PartitionMetaV1 {
  PartitionMeta meta;
};
template <Of<PartitionMetaV1> S, class F>
void with_fields(S& s, F&& f) {
  auto& m = s.meta;
  f(named("format_version", m.format_version), named("partition", m.partition),
    named("partitions", m.partitions), named("applied_index", m.applied_index),
    named("last_ordinal", m.last_ordinal), named("last_hash", m.last_hash),
    named("last_time", m.last_time), named("term", m.term), named("sums", m.sums),
    named("fences", m.fences), named("record_epoch", m.record_epoch),
    named("records_in_epoch", m.records_in_epoch), named("accounts_count", m.accounts_count));
}

}  // namespace florin::codec
