// A group out of the journal, and what happens to several of its parts at once.
#include "cluster/replication/group/log_group.hpp"

#include <algorithm>

#include "cluster/consensus/message_bounds.hpp"

namespace florin {
namespace {

// This replica's record: the one that is there, or that of a new replica, which has never voted.
GroupState record_of(const ReplicaHere& hosted, const GroupState& state, LogIndex applied) {
  GroupState record = state;
  if (state.replica == 0) record.snapshot.conf = hosted.first_conf;
  if (state.replica == 0 || state.is_gone) {
    record.replica = hosted.replica;
    record.hard.vote = 0;
    record.is_gone = false;
  }
  record.hard.commit = committed_at_stop(state, applied);
  return record;
}

Error ends_too_early(const LogGroup& group) {
  return Error{Errc::corrupt, "partition " + std::to_string(group.number) +
                                  ": the log ends at entry " + std::to_string(group.log.last()) +
                                  " but entry " + std::to_string(group.log.given()) +
                                  " was committed"};
}

Error term_is_poisoned(const LogGroup& group) {
  return Error{Errc::corrupt,
               "partition " + std::to_string(group.number) + ": its stored term " +
                   std::to_string(group.state.hard.term) +
                   " is above the bound, so it could never elect a leader again: a peer has "
                   "lied. With all nodes stopped, run florin mend-term on each of them"};
}

// Entries that raft still has to know; those that are not committed stay in memory.
Result<std::vector<consensus::Entry>, Error> load_entries(LogGroup& group) {
  std::vector<consensus::Entry> entries;
  for (LogIndex index = group.state.snapshot.index + 1; index <= group.log.last(); ++index) {
    FLORIN_TRY(bytes, group.log.stored(index));
    FLORIN_TRY(entry, raft_entry_of(bytes));
    // A term that is in the log was in force: fetched entries may be of later terms than our last vote.
    if (entry.term > group.state.hard.term)
      group.state.hard = {entry.term, 0, group.state.hard.commit};
    entries.push_back(entry);
    group.changes.note(index, entry.change);
    if (index > group.log.given())
      group.log.keep(entry.term, std::make_shared<const std::string>(std::move(bytes)));
  }
  return entries;
}

consensus::GroupConfig config_of(const LogGroup& group) {
  consensus::GroupConfig config;
  config.group = group.raft_id();
  config.replica = group.state.replica;
  config.incarnation = group.state.incarnation;
  config.hard_state = group.state.hard;
  config.applied = std::max(group.state.applied, group.state.snapshot.index);
  config.log_start_index = group.state.snapshot.index;
  config.log_start_term = group.state.snapshot.term;
  config.snapshot = group.state.snapshot;
  config.retired = group.state.retired;
  return config;
}

}  // namespace

Result<OpenedGroup, Error> open_group(const ReplicaHere& hosted, const GroupState& state,
                                      LogIndex applied, EventLogWriter& writer,
                                      EventLogReader& reader) {
  GroupState record = record_of(hosted, state, applied);
  GroupLog log(LogStreams::entries(hosted.group), record.hard.commit, writer, reader);
  LogGroup group(hosted.group, std::move(record), std::move(log));
  if (group.log.last() < group.log.given()) return Err{ends_too_early(group)};
  ++group.state.incarnation;
  FLORIN_TRY(entries, load_entries(group));
  group.retire(group.log.given());
  if (group.state.hard.term > consensus::term_max) return Err{term_is_poisoned(group)};
  group.is_opening = true;
  group.state_changed = true;  // the new incarnation
  consensus::GroupConfig config = config_of(group);
  return OpenedGroup{std::move(group), std::move(config), std::move(entries)};
}

bool LogGroup::is_retired(consensus::ReplicaId replica) const {
  return std::ranges::find(state.retired, replica) != state.retired.end();
}

std::vector<consensus::ReplicaId> LogGroup::caught_up(std::uint64_t promotion_lag_max) const {
  std::vector<consensus::ReplicaId> found;
  if (leadership.reign() == 0) return found;
  for (const consensus::PeerProgress& peer : progress) {
    const bool is_near = peer.state == consensus::PeerState::replicating &&
                         peer.match + promotion_lag_max / 2 >= log.last();
    if (peer.active && (is_near || peer.match >= log.last())) found.push_back(peer.replica);
  }
  return found;
}

Status<Error> LogGroup::write(LogIndex index, consensus::Term term, EntryBytes bytes) {
  changes.forget_from(index);
  return log.write(index, term, std::move(bytes));
}

void LogGroup::retire(LogIndex last) {
  for (const consensus::ReplicaId replica : changes.take_removed(last)) {
    if (is_retired(replica)) continue;
    state.retired.push_back(replica);
    state_changed = true;
  }
}

void LogGroup::take_state(const consensus::Ready& ready) {
  // What was fetched is committed, also what came in this very round; raft may not know it yet.
  const LogIndex commit = std::max(ready.hard_state.commit, state.hard.commit);
  state.hard = ready.hard_state;
  state.hard.commit = commit;
  state.applied = ready.applied;
  if (ready.reference) state.snapshot = *ready.reference;
  if (ready.install) state.snapshot = *ready.install;
  // `applied` alone is not worth a record: what raft applies again is the same.
  if (ready.hard_state_changed || ready.reference || ready.install || ready.conf)
    state_changed = true;
  if (ready.conf) changes.set_conf(*ready.conf);
  is_removed |= ready.removed;
}

void LogGroup::tick() {
  leadership.tick();
  if (fetch) ++fetch->waited_ticks;
  snapshots.tick();
}

void LogGroup::begin_reign(Reign reign) {
  leadership.begin(reign, log.last() + 1);
  payloads.forget_proposed();
  progress.clear();
}

}  // namespace florin
