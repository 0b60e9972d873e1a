// Opens a data directory without a node, and replays its log up to a moment of the past.
#include "runtime/offline/replay.hpp"

#include "cluster/replication/replicated_log.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/lmdb/lmdb_state_store.hpp"

namespace florin {

Result<StoredState, Error> StoredState::open(const std::string& directory) {
  StoredState state;
  auto raw = LmdbStateStore::open(directory, {.read_only = true});
  if (!raw && raw.error().code == Errc::missing) return state;
  if (!raw) return Err{std::move(raw).error()};
  state.raw_ = std::move(*raw);
  auto checked = CheckedStateStore::read_only(*state.raw_);
  if (!checked) return Err{Error{checked.error().code, directory + ": " + checked.error().context}};
  state.checked_ = std::move(*checked);
  return state;
}

Result<LogIndex, Error> stored_index(const DataDirectory& directory, PartitionId partition) {
  FLORIN_TRY(store, StoredState::open(directory.state_path(partition)));
  if (!store.is_there()) return LogIndex{0};
  FLORIN_TRY(row, store.rows().get(Table::meta, partition_meta_key));
  if (!row) return LogIndex{0};
  FLORIN_TRY(meta, decode_partition_meta(*row));
  return meta.applied_index;
}

Result<OfflineLog, Error> OfflineLog::open(const std::string& data_dir) {
  FLORIN_TRY(directory, DataDirectory::open_existing(data_dir, DirectoryUse::read));
  JournalOptions options;
  options.directory = directory.log_path();
  options.end_file = directory.log_end_path();
  options.data_id = directory.identity().id;
  options.partitions = 0;  // as the log says: a cluster's has more streams than partitions
  options.read_only = true;
  options.prepare_ahead = false;
  FLORIN_TRY(journal, Journal::open(options));
  OfflineLog log{std::move(directory), std::move(journal), {}, {}};
  const std::uint32_t partitions = log.directory.identity().partitions;
  const LogStreams streams{partitions};
  if (log.journal->partitions() == partitions) return log;
  if (log.journal->partitions() != streams.count())
    return Err{Error{Errc::mismatch, data_dir + ": the log has " +
                                         std::to_string(log.journal->partitions()) +
                                         " streams, which does not go with " +
                                         std::to_string(partitions) + " partitions"}};
  for (std::uint32_t p = 0; p < partitions; ++p) {
    FLORIN_TRY(state, read_group_state(*log.journal, streams.state(p)));
    FLORIN_TRY(stored, stored_index(log.directory, static_cast<PartitionId>(p)));
    log.committed.push_back(ReplicatedLog::committed_index(state, stored));
    log.gone.push_back(state.is_gone);
  }
  return log;
}

Status<Error> OfflineLog::scan(std::vector<LogIndex> after,
                               const std::function<Status<Error>(const LogEntryView&)>& visit,
                               const ProgressFunction& progress) const {
  after.resize(journal->partitions(), UINT64_MAX);
  return journal->scan(
      after,
      [&](const LogEntryView& view) -> Status<Error> {
        if (is_of_cluster() && view.index > committed.at(view.partition)) return Unit{};
        return visit(view);
      },
      progress);
}

namespace {

bool is_after(const ReplayUntil& until, const EntryHeader& header) {
  if (until.position && header.index > until.position->index) return true;
  return until.time && header.time > *until.time;
}

}  // namespace

Result<HistoricalBalance, Error> replay_account(OfflineLog& log, const AccountId& account,
                                                const ReplayUntil& until,
                                                const ProgressFunction& progress) {
  const PartitionMap map(log.directory.identity().partitions);
  const PartitionId home =
      until.position && account.is_system() ? until.position->partition : map.partition_of(account);
  if (until.position && until.position->partition != home)
    return Err{Error{Errc::invalid, "position " + until.position->to_string() +
                                        " is of another partition: " + account.str() +
                                        " lives in p" + std::to_string(home)}};
  if (log.is_of_cluster() && log.gone.at(home))
    return Err{
        Error{Errc::missing, "the replica of partition " + std::to_string(home) +
                                 " has moved to another node: ask that one's data directory"}};
  MemoryStateStore store;
  PartitionState state(home, map, store, SIZE_MAX);
  std::uint64_t entries = 0;
  std::vector<LogIndex> after(map.partitions(), UINT64_MAX);  // the other partitions are left out
  after[home] = 0;
  FLORIN_TRY_VOID(log.scan(
      after,
      [&](const LogEntryView& view) -> Status<Error> {
        FLORIN_TRY(entry, decode_entry(view.bytes));
        if (is_after(until, entry.header)) return Unit{};
        Ordinal ordinal = 0;
        for (const Event& event : entry.events) {
          const Position at{entry.header.index, ordinal++, home};
          if (until.position && at > *until.position) break;
          if (auto wrong = state.contradiction(event, at))
            return Err{Error{Errc::corrupt, "entry " + std::to_string(entry.header.index) +
                                                " of partition " + std::to_string(home) + ": " +
                                                *wrong}};
          state.apply(event, at, entry.header.time);
        }
        ++entries;
        return Unit{};
      },
      progress));
  const AccountState* found = state.account(account);
  if (found == nullptr)
    return Err{Error{Errc::missing, "account " + account.str() + " did not exist then"}};
  HistoricalBalance balance;
  balance.account = make_account_view(*found, home);
  balance.position = state.last_position();
  balance.time = state.last_time();
  balance.entries = entries;
  return balance;
}

}  // namespace florin
