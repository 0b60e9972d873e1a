// Raft entries as log entries of Florin. Index and term of both are the same, so every raft entry must have
// bytes in the log: what a leader appends at its election becomes an entry without events, made by each
// replica for itself out of the entry before it, and the same on all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {

using EntryBytes = std::shared_ptr<const std::string>;

// The entry of a new leader. `previous`: the bytes of entry index - 1; empty when index is 1.
Result<std::string, Error> make_empty_entry(PartitionId partition, consensus::Term term,
                                            LogIndex index, std::string_view previous);

// What raft replicates for these bytes.
consensus::Handle handle_of(LogIndex index, std::string_view bytes,
                            consensus::EntryKind kind = consensus::EntryKind::turn);

// The change of the group's replicas that an entry is: its first event says so. None: an ordinary entry.
Result<std::optional<consensus::Change>, Error> change_in(std::string_view bytes);

// The entry as raft must know it after a restart. Errc::corrupt: not an entry.
Result<consensus::Entry, Error> raft_entry_of(std::string_view bytes);

}  // namespace florin
