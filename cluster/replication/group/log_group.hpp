// LogGroup: all that a node keeps of one raft group: the record of its state, and the parts that have one job each. Pure
// but for the journal, which it writes through GroupLog. Who calls it, and when, is in ReplicatedLog.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cluster/replication/group/entry_payloads.hpp"
#include "cluster/replication/group/group_changes.hpp"
#include "cluster/replication/group/group_log.hpp"
#include "cluster/replication/group/held_commits.hpp"
#include "cluster/replication/group/leadership.hpp"
#include "cluster/replication/group/sent_snapshots.hpp"
#include "cluster/replication/group_state.hpp"

namespace florin {

// A log that is fetched, because raft's leader no longer has what this replica lacks (log_fetcher.hpp).
struct FetchUnderWay {
  NodeNumber from = 0;
  std::string message;  // raft's, stepped when everything is there
  LogIndex last = 0;
  consensus::Term last_term = 0;  // of entry `last`
  std::uint32_t waited_ticks = 0;
  bool is_asked = false;
  bool is_complete = false;
};

struct LogGroup {
  LogGroup(GroupNumber group, GroupState record, GroupLog entries)
      : number(group),
        state(std::move(record)),
        log(std::move(entries)),
        payloads(LogStreams::entries(group)) {}

  GroupNumber number;
  GroupState state;
  GroupLog log;
  EntryPayloads payloads;
  GroupChanges changes;
  Leadership leadership;
  HeldCommits held_commits;
  SentSnapshots snapshots;
  std::optional<FetchUnderWay> fetch;
  LogIndex fetched = 0;  // committed, and in the journal, because it was fetched
  std::vector<consensus::PeerProgress> progress;
  bool is_watched = false;
  bool is_removed = false;
  bool is_closing = false;
  bool is_opening = false;     // raft has not told its first Ready: it may not be named
  bool has_ready = false;      // waits for its advance
  bool state_changed = false;  // its record is written in the next round
  LogIndex compact_to = 0;     // 0: nothing to compact

  [[nodiscard]] consensus::GroupId raft_id() const { return LogStreams::raft_id(number); }
  [[nodiscard]] bool is_retired(consensus::ReplicaId replica) const;
  // Of a leader: who lacks next to nothing, as the engine will ask when a learner is to be promoted.
  [[nodiscard]] std::vector<consensus::ReplicaId> caught_up(std::uint64_t promotion_lag_max) const;

  // Into the journal's block, in the place of what was there and behind it.
  Status<Error> write(LogIndex index, consensus::Term term, EntryBytes bytes);
  // What committed entries up to `last` have removed is gone for ever.
  void retire(LogIndex last);
  // What raft says of this replica: into the record, which is written when it is worth it.
  void take_state(const consensus::Ready& ready);
  void tick();
  // What is on the way when a reign begins.
  void begin_reign(Reign reign);
};

// A group as it comes out of the journal, and what raft is told of it: `config` with `entries`.
struct OpenedGroup {
  LogGroup group;
  consensus::GroupConfig config;
  std::vector<consensus::Entry> entries;
};

// How far a group's log was known to be committed when the node stopped. A store is written only when its entry is
// committed: it may know more of that than the last record.
inline LogIndex committed_at_stop(const GroupState& state, LogIndex applied) {
  return std::max(state.hard.commit, applied);
}

// `applied`: what the state store of the group holds.
Result<OpenedGroup, Error> open_group(const ReplicaHere& hosted, const GroupState& state,
                                      LogIndex applied, EventLogWriter& writer,
                                      EventLogReader& reader);

}  // namespace florin
