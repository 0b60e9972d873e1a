// Entries without events, handles, and what raft must know of an entry after a restart.
#include "cluster/replication/replica_entry.hpp"

#include "cluster/partition_map.hpp"

namespace florin {

Result<std::string, Error> make_empty_entry(PartitionId partition, consensus::Term term,
                                            LogIndex index, std::string_view previous) {
  EntryHeader header;
  header.partition = partition;
  header.term = term;
  header.index = index;
  if (index > 1) {
    FLORIN_TRY(before, decode_entry_header(previous));
    header.time = before.time;
    header.previous_hash = chain_hash(previous);
  }
  return EntryBuilder().finish(header);
}

consensus::Handle handle_of(LogIndex index, std::string_view bytes, consensus::EntryKind kind) {
  consensus::Handle handle;
  handle.index = index;
  handle.check = hash64(bytes);
  handle.length = static_cast<std::uint32_t>(bytes.size());
  handle.kind = kind;
  return handle;
}

Result<std::optional<consensus::Change>, Error> change_in(std::string_view bytes) {
  FLORIN_TRY(changed, decode_replica_change(bytes));
  if (!changed) return std::optional<consensus::Change>();
  // The numbers of both are the same, and stored.
  return std::optional(
      consensus::Change{static_cast<consensus::ChangeType>(changed->change), changed->replica});
}

Result<consensus::Entry, Error> raft_entry_of(std::string_view bytes) {
  FLORIN_TRY(shape, decode_entry_shape(bytes));
  consensus::Entry entry;
  entry.term = shape.header.term;
  entry.index = shape.header.index;
  entry.kind = shape.events == 0 ? consensus::EntryKind::empty : consensus::EntryKind::turn;
  if (entry.kind == consensus::EntryKind::empty) return entry;
  FLORIN_TRY(change, change_in(bytes));
  if (change) {
    entry.kind = consensus::EntryKind::change;
    entry.change = *change;
  }
  entry.handle = handle_of(entry.index, bytes, entry.kind);
  return entry;
}

}  // namespace florin
