// Load, replay, recovered: in that order, for all partitions of a node in one reading of its log.
#include "actors/partition/partition_recovery.hpp"

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

// Up to which entry each store is; partitions hosted elsewhere are left out of the reading.
Result<std::vector<LogIndex>, Error> load_stores(const std::vector<Partition*>& by_id,
                                                 const EventLogReader& log,
                                                 const std::string& log_name) {
  std::vector<LogIndex> applied(by_id.size(), std::numeric_limits<LogIndex>::max());
  for (std::size_t p = 0; p < by_id.size(); ++p) {
    if (by_id[p] == nullptr) continue;
    FLORIN_TRY_VOID(by_id[p]->load());
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
    const std::vector<Partition*>& by_id, EventLogReader& log, const std::string& log_name,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  RecoveredPartitions recovered;
  FLORIN_TRY(applied, load_stores(by_id, log, log_name));
  const auto replay = [&](const LogEntryView& entry) -> Status<Error> {
    Partition* partition = by_id.at(entry.partition);
    if (partition == nullptr || entry.index <= partition->state().last_index()) return Unit{};
    auto status = partition->replay(entry.bytes);
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
    partition->recovered();
    recovered.open_transfers += partition->state().open_transfer_count();
  }
  return recovered;
}

}  // namespace florin
