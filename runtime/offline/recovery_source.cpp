// One pass over a directory's log: the chain of each group, its end, and who had replicas when.
#include "runtime/offline/recovery_source.hpp"

#include <algorithm>

#include "cluster/replication/replica_entry.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/journal/log_end.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "runtime/offline/cluster_log.hpp"

namespace florin {
namespace {

void note_damage(RecoverySource& source, const std::string& what) {
  if (source.damage.empty()) source.damage = what;
}

// Without the file that says how far the log has reached: a log that is too short is still a log.
Result<std::unique_ptr<Journal>, Error> open_journal(const DataDirectory& directory) {
  JournalOptions options = cluster_log_options(directory);
  options.read_only = true;
  return Journal::open(options);
}

// Does the entry continue the group's log? Takes it if so.
Status<Error> take(SourceGroup& group, const LogEntryView& view) {
  FLORIN_TRY(header, decode_entry_header(view.bytes));
  const auto wrong = [&](const std::string& what) {
    return Err{Error{Errc::corrupt, std::string(view.file_name) + ", offset " +
                                        std::to_string(view.file_offset) + ": entry " +
                                        std::to_string(view.index) + " " + what}};
  };
  if (header.partition != view.partition || header.index != view.index ||
      header.index != group.log.last + 1)
    return wrong("is out of place");
  if (header.previous_hash != group.last_hash) return wrong("does not continue the hash chain");
  if (header.term < group.log.last_term || header.term == 0) return wrong("is of an earlier term");
  FLORIN_TRY(change, change_in(view.bytes));
  if (change) group.changes.emplace_back(header.index, *change);
  group.log.last = header.index;
  group.log.last_term = header.term;
  group.last_hash = chain_hash(view.bytes);
  group.last_time = header.time;
  return Unit{};
}

// A broken chain ends its own group's log, a file that cannot be read ends all.
void verify(RecoverySource& source, const ProgressFunction& progress) {
  const LogStreams streams = source.streams();
  std::vector<LogIndex> after(streams.count(), UINT64_MAX);
  std::fill_n(after.begin(), streams.groups(), 0);
  std::vector<bool> is_broken(streams.groups(), false);
  const auto scanned = source.journal->scan(
      after,
      [&](const LogEntryView& view) -> Status<Error> {
        if (is_broken.at(view.partition)) return Unit{};
        if (const auto taken = take(source.groups.at(view.partition), view); !taken) {
          is_broken[view.partition] = true;
          note_damage(source,
                      name_of(view.partition, source.streams()) + ": " + taken.error().context);
        }
        return Unit{};
      },
      progress);
  if (!scanned) note_damage(source, scanned.error().context);
}

void read_record(RecoverySource& source, std::uint32_t group) {
  SourceGroup& found = source.groups.at(group);
  const LogStreams streams = source.streams();
  auto record = read_group_state(*source.journal, streams.state(group));
  found.is_whole = found.log.last == source.journal->last_index(LogStreams::entries(group));
  if (record) {
    found.record = std::move(*record);
  } else {
    found.is_whole = false;
    note_damage(source, name_of(group, source.streams()) + ": " + record.error().context);
  }
  LogIndex stored = 0;
  if (group != streams.partitions) {
    // The state is a cache: one that cannot be read says nothing.
    if (const auto index = stored_index(source.directory, static_cast<PartitionId>(group)))
      stored = *index;
  }
  found.log.heard = found.record.hard.term;
  found.log.committed = ReplicatedLog::committed_index(found.record, stored);
  if (found.log.committed > found.log.last) found.is_whole = false;
}

// How far the directory's log reached once, by its own note.
void compare_with_noted_end(RecoverySource& source) {
  const auto noted = journal::read_log_end(posix_file_system(), source.directory.log_end_path());
  if (!noted || !*noted || (*noted)->data_id != source.directory.identity().id) return;
  if ((*noted)->last_block <= source.blocks) return;
  note_damage(source, "its log ends with block " + std::to_string(source.blocks) + ", but block " +
                          std::to_string((*noted)->last_block) +
                          " was durable: log files are missing");
  for (SourceGroup& group : source.groups) group.is_whole = false;
}

}  // namespace

Result<RecoverySource, Error> RecoverySource::open(const std::string& path,
                                                   const ProgressFunction& progress) {
  FLORIN_TRY(directory, DataDirectory::open_existing(path, DirectoryUse::read));
  if (directory.identity().member.cluster.empty())
    return Err{Error{Errc::mismatch,
                     path +
                         " is of one node without a cluster: copy it whole, and start the node on "
                         "the copy"}};
  RecoverySource source{path, std::move(directory), nullptr, {}, {}, 0};
  source.groups.resize(source.streams().groups());
  auto journal = open_journal(source.directory);
  if (!journal) {
    note_damage(source, journal.error().context);
    for (SourceGroup& group : source.groups) group.is_whole = false;
    return source;
  }
  source.journal = std::move(*journal);
  source.blocks = source.journal->last_block();
  verify(source, progress);
  for (std::uint32_t group = 0; group < source.streams().groups(); ++group)
    read_record(source, group);
  compare_with_noted_end(source);
  return source;
}

}  // namespace florin
