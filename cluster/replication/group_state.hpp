// GroupState: what one replica of a raft group must remember beside its entries. One record in the journal,
// written again whenever it changes, in the same block as the entries that go with it (docs/FORMATS.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "persistence/event_log.hpp"

namespace florin {

struct GroupState {
  consensus::ReplicaId replica = 0;  // 0: never hosted here
  std::uint64_t incarnation = 0;     // how often the replica was opened
  consensus::HardState hard;
  LogIndex applied = 0;             // what raft had applied; its configuration changes included
  consensus::SnapshotRef snapshot;  // raft's log begins behind it
  // removed by a committed entry: these ids never come back
  std::vector<consensus::ReplicaId> retired;
  bool is_gone = false;  // the replica was dropped; its log is what it had got
  bool operator==(const GroupState&) const = default;
};

std::string encode_group_state(const GroupState& state);
Result<GroupState, Error> decode_group_state(std::string_view bytes);
// The record of a stream; a default one when there is none yet.
Result<GroupState, Error> read_group_state(EventLogReader& log, PartitionId stream);

}  // namespace florin
