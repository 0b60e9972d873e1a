// The kind of notes: what transfers of this partition are for, of those that say it; open and ended ones. Written once, and awake when
// somebody asks. They are kept as long as the record of an ended transfer is: for ever.
//
// A transfer, and its record, says that it has some (has_notes): a row that is lost is noticed by whoever asks for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/entity/event_sides.hpp"
#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "domain/events.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct NotesRow {
  NotedTransfer state;
  LogIndex modified = 0;
  std::uint32_t dirty_at = not_dirty;
  bool referenced = false;
  bool stored = false;
  [[nodiscard]] const TransferId& key() const { return state.transfer; }
};

struct NotesSides {
  static void evolve(auto& notes, const TransferNoted& event, const EventStamp&) {
    notes.add({event.transfer, *event.notes});
  }
};

struct NotesEntity : StoredAs<NotesRow, &NotesRow::state, decode_noted_transfer> {
  using Sides = NotesSides;
  using Row = NotesRow;
  using Key = TransferId;
  using Hash = HashTransferId;
  static constexpr Table table = Table::notes;
  static constexpr std::string_view name = "notes";
  // Nobody asks for most of them again; each may be as large as an account's metadata.
  static constexpr std::size_t resident_max = 64;

  static std::string key_bytes(const TransferId& transfer) { return transfer_key(transfer); }
  static void remove(RowBatch& rows, const TransferId& transfer) {
    rows.remove(table, transfer_key(transfer));
  }
};

}  // namespace florin
