// Opens a data directory without a node, and replays its log up to a moment of the past.
#include "runtime/offline/replay.hpp"

namespace florin {

Result<OfflineLog, Error> OfflineLog::open(const std::string& data_dir) {
  FLORIN_TRY(directory, DataDirectory::open_existing(data_dir));
  JournalOptions options;
  options.directory = directory.log_path();
  options.data_id = directory.identity().id;
  options.partitions = directory.identity().partitions;
  options.read_only = true;
  options.prepare_ahead = false;
  FLORIN_TRY(journal, Journal::open(options));
  return OfflineLog{std::move(directory), std::move(journal)};
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
                                        " is of another partition: " + account.str() + " lives in p" +
                                        std::to_string(home)}};
  MemoryStateStore store;
  PartitionState state(home, map, store, SIZE_MAX);
  std::uint64_t entries = 0;
  std::vector<LogIndex> after(map.partitions(), UINT64_MAX);  // the other partitions are left out
  after[home] = 0;
  FLORIN_TRY_VOID(log.journal->scan(
      after,
      [&](const LogEntryView& view) -> Status<Error> {
        FLORIN_TRY(entry, decode_entry(view.bytes));
        if (is_after(until, entry.header)) return Unit{};
        Ordinal ordinal = 0;
        for (const Event& event : entry.events) {
          const Position at{entry.header.index, ordinal++, home};
          if (until.position && at > *until.position) break;
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
  balance.position = {state.last_index(), state.last_ordinal(), home};
  balance.time = state.last_time();
  balance.entries = entries;
  return balance;
}

}  // namespace florin
