// Load, replay, recovered: in that order, for all partitions of a node in one reading of its log.
#include "actors/hosting/partition_recovery.hpp"

#include <limits>

namespace florin {
namespace {

Error state_is_ahead(std::size_t partition, LogIndex in_store, LogIndex in_log,
                     const std::string& log_name) {
  return {Errc::corrupt, "partition " + std::to_string(partition) + ": the state holds entry " +
                             std::to_string(in_store) + " but the log in " + log_name +
                             " ends at " + std::to_string(in_log) +
                             ": acknowledged entries are missing; restore the log from a backup"};
}

// The state is not to be believed: the partition is left to whoever makes it again.
void leave_out(std::vector<Partition*>& by_id, std::size_t p, RecoveredPartitions& recovered) {
  by_id[p] = nullptr;
  recovered.damaged.push_back(static_cast<PartitionId>(p));
}

// Up to which entry each store is; partitions hosted elsewhere are left out of the reading.
Result<std::vector<LogIndex>, Error> load_stores(std::vector<Partition*>& by_id,
                                                 const EventLogReader& log,
                                                 const std::string& log_name,
                                                 RecoveredPartitions& recovered) {
  std::vector<LogIndex> applied(by_id.size(), std::numeric_limits<LogIndex>::max());
  for (std::size_t p = 0; p < by_id.size(); ++p) {
    if (by_id[p] == nullptr) continue;
    auto loaded = by_id[p]->load();
    if (!loaded && by_id[p]->state().is_damaged()) {
      leave_out(by_id, p, recovered);
      continue;
    }
    FLORIN_TRY_VOID(std::move(loaded));
    applied[p] = by_id[p]->state().last_index();
  }
  for (std::size_t p = 0; p < by_id.size(); ++p) {
    if (by_id[p] == nullptr) continue;
    const LogIndex in_log = log.last_index(static_cast<PartitionId>(p));
    if (applied[p] > in_log) return Err{state_is_ahead(p, applied[p], in_log, log_name)};
  }
  return applied;
}

}  // namespace

Status<Error> replay_some(Partition& partition, EventLogReader& log, LogIndex last) {
  const PartitionState& state = partition.state();
  std::size_t bytes_read = 0;
  for (std::size_t count = 0;
       count < replay_step_entries && bytes_read < replay_step_bytes && state.last_index() < last;
       ++count) {
    const LogIndex index = state.last_index() + 1;
    FLORIN_TRY(bytes, log.read(state.id(), index));
    bytes_read += bytes.size();
    if (auto replayed = partition.replay(bytes); !replayed)
      return Err{Error{replayed.error().code, "partition " + std::to_string(state.id()) +
                                                  ", entry " + std::to_string(index) + ": " +
                                                  replayed.error().context}};
  }
  return Unit{};
}

Status<Error> find_last_event(PartitionState& state, EventLogReader& log) {
  for (LogIndex index = state.last_index(); state.wants_last_event(); --index) {
    if (index == 0) {
      state.found_last_event(0);  // no event at all: entries of new leaders only
      break;
    }
    FLORIN_TRY(bytes, log.read(state.id(), index));
    FLORIN_TRY(entry, decode_entry(bytes));
    if (!entry.events.empty()) state.found_last_event(index);
  }
  return Unit{};
}

Result<RecoveredPartitions, Error> recover_partitions(
    std::vector<Partition*> by_id, EventLogReader& log, const std::string& log_name,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  RecoveredPartitions recovered;
  FLORIN_TRY(applied, load_stores(by_id, log, log_name, recovered));
  const auto replay = [&](const LogEntryView& entry) -> Status<Error> {
    Partition* partition = by_id.at(entry.partition);
    if (partition == nullptr || entry.index <= partition->state().last_index()) return Unit{};
    auto status = partition->replay(entry.bytes);
    if (!status && partition->state().is_damaged()) {
      leave_out(by_id, entry.partition, recovered);
      return Unit{};
    }
    if (!status)
      return Err{Error{status.error().code, std::string(entry.file_name) + " at offset " +
                                                std::to_string(entry.file_offset) + ": " +
                                                status.error().context}};
    ++recovered.entries_replayed;
    return Unit{};
  };
  FLORIN_TRY_VOID(log.scan(applied, replay, progress));
  for (Partition* partition : by_id)
    if (partition != nullptr) FLORIN_TRY_VOID(find_last_event(partition->state(), log));
  for (Partition* partition : by_id) {
    if (partition == nullptr) continue;
    partition->begin_deciding();
    recovered.open_transfers += partition->state().open_transfer_count();
  }
  return recovered;
}

}  // namespace florin
