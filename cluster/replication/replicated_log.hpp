// ReplicatedLog: the raft groups of one node over its journal. Sans-I/O: the node's consensus thread and the
// simulator bring it messages, ticks and proposals, sync the journal when it says so, and carry what it sends.
//
//   receive / propose / confirm / tick ...  ->  begin_round()  ->  sync()  ->  end_round()
//
// Promises
//  - Entries, term, vote, commit index and configuration of a round are in the journal, synced as one block,
//    before anything that speaks of them is sent or told. What a round has to say of earlier rounds only (an
//    answer that commits an entry, a heartbeat) does not wait for that sync.
//  - committed() gives every entry of a group once, in order. leading() comes when all entries of earlier terms
//    have been given, so whoever decides next decides on everything that was ever acknowledged.
//  - What is proposed under an epoch that has ended is dropped: it may never enter the log behind other entries.
//  - confirmed() comes only when a majority has said, after confirm(), that no later leader is known to it.
//  - What a peer may not say (glue/bounds.go), and entries whose bytes are not what raft would take them for, are
//    refused and told by refused(): they reach neither raft nor the journal, and no frame ends the process.
//  - A replica too far behind for raft's log gets the missing entries out of the leader's journal, checked
//    against the hash chain, resumable entry by entry, one bounded piece at a time.
//
// Crash anywhere: before the sync the round never was; after it, the peers hear of it again from raft.
// Any error of the journal is final: the process must end. Threads: one at a time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/links/link_types.hpp"
#include "cluster/placement/replica_id.hpp"
#include "cluster/replication/group_state.hpp"
#include "cluster/replication/log_streams.hpp"
#include "cluster/replication/node_frame.hpp"
#include "cluster/replication/peer_fault.hpp"
#include "cluster/replication/replica_entry.hpp"
#include "persistence/event_log.hpp"

namespace florin {

using GroupNumber = std::uint32_t;  // the partition, or `partitions` for the meta group
using Epoch = std::uint64_t;  // of one time that this replica leads; never comes again in a process

class ReplicatedLogPorts {
 public:
  virtual ~ReplicatedLogPorts() = default;
  // False: dropped. `bulk`: pieces of a log, which may wait.
  virtual bool send(NodeNumber to, bool bulk, std::string frame) = 0;
  virtual void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) = 0;
  virtual void leading(GroupNumber group, Epoch epoch, consensus::Term term) = 0;
  virtual void following(GroupNumber group) = 0;  // the epoch has ended
  virtual void confirmed(GroupNumber group, Epoch epoch, std::uint64_t ticket) = 0;
  // Who leads as far as this replica knows; 0: nobody known.
  virtual void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) = 0;
  // A peer has sent what no honest peer sends; it was not taken.
  virtual void refused(NodeNumber from, PeerFault fault) = 0;
  // No: time does not pass for the groups, and what a node sends is lost (cluster/disk/).
  [[nodiscard]] virtual bool takes_part() const { return true; }
  [[nodiscard]] virtual bool takes_frames_of(NodeNumber) const { return true; }
};

struct ReplicatedLogOptions {
  NodeNumber self = 0;
  LogStreams streams;
  consensus::GroupLimits limits;
  std::uint64_t log_kept = 4096;     // entries that raft can still send, at least
  std::size_t tail_bytes = 4 << 20;  // of one group's newest entries, kept for slow followers
  std::size_t piece_bytes = limits::piece_bytes;  // of a fetched piece of the log, or one entry
  std::size_t round_bytes_soft = limits::round_bytes_soft;  // of frames, and of proposals
  // Messages of one round to one peer are one frame up to here: small ones do not wait behind, nor get lost with, large
  // ones.
  std::size_t frame_bytes_full = 1 << 20;
  std::uint32_t fetch_patience_ticks = 20;  // then a piece is asked for again
  // Then raft tells a replica once more that it needs entries which raft's log no longer has.
  std::uint32_t snapshot_patience_ticks = 20;
};

// One replica that this node hosts.
struct HostedGroup {
  GroupNumber group = 0;
  consensus::ReplicaId replica = 0;
  consensus::ConfState first_conf;  // of a new group
};

class ReplicatedLog {
 public:
  // What is known of a group for people and metrics.
  struct Status {
    GroupNumber group = 0;
    consensus::Term term = 0;
    consensus::Role role = consensus::Role::follower;
    NodeNumber leader = 0;
    LogIndex commit = 0, last = 0;
    std::uint64_t elections = 0;  // leaders seen
    consensus::ConfState conf;
    bool is_fetching = false;
    consensus::ReplicaId replica = 0;           // this node's
    Epoch epoch = 0;                            // not 0: may propose under it
    std::vector<consensus::ReplicaId> retired;  // removed for ever, by committed entries
    // of a leader with learners: who lacks next to nothing
    std::vector<consensus::ReplicaId> caught_up;
    bool is_removed = false;   // this replica has applied its own removal
    bool is_changing = false;  // a change of replicas is in the log, and not yet in `conf`
  };

  // All outlive it.
  ReplicatedLog(ReplicatedLogOptions options, consensus::ConsensusEngine& engine,
                EventLogWriter& writer, EventLogReader& reader, ReplicatedLogPorts& ports);

  // Between rounds, or before the first. `applied`: what the state store of the group holds; the group's
  // committed entries up to its last known commit index must have been evolved by the caller (see
  // committed_index()). A record of a replica that is gone: the new one begins with the log it has left, which
  // is committed as far as the record says.
  florin::Status<Error> open(const HostedGroup& hosted, const GroupState& state, LogIndex applied);
  // In the next round: its record says `is_gone` from then on. At once an epoch ends, nothing more is told of the
  // group, and status() does not list it.
  void close(GroupNumber group);
  [[nodiscard]] bool hosts(GroupNumber group) const { return groups_.contains(group); }
  // 0: not hosted here, or not heard of yet.
  [[nodiscard]] consensus::Term term_of(GroupNumber group) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ? 0 : found->second.state.hard.term;
  }
  // How far a group's log was known to be committed when the node stopped.
  static LogIndex committed_index(const GroupState& state, LogIndex applied);

  // --- inputs, at any time -------------------------------------------------------------------------------
  void tick() { ticks_ += ports_.takes_part() ? 1 : 0; }
  // A frame of a peer; `from` has been authenticated. One whose frames are not taken is not heard. False: it is not one, or not from whom it says, or of a group
  // that is not there; refused() has told it.
  bool receive(NodeNumber from, std::string frame);
  // The next entry of a leading group. Dropped when the epoch is over. One that is a change of replicas must
  // have been found possible (Status); if raft refuses it, the epoch is over.
  void propose(GroupNumber group, Epoch epoch, LogIndex index, std::string entry);
  // Is this still the leader? Tickets of a group grow; the answer to one answers all before it.
  void confirm(GroupNumber group, Epoch epoch, std::uint64_t ticket);
  void transfer_leader(GroupNumber group, NodeNumber to);
  // While this replica leads: Status::caught_up is kept up to date (it is anyway while there are learners).
  void watch_progress(GroupNumber group, bool yes);
  void unreachable(NodeNumber node);
  // Reluctant: asks for no votes while a group has had no leader for less than some election time-outs. (What raft wants
  // to ask is not sent; it goes on granting votes to others. Who is handed a leadership takes it.)
  void set_reluctant(bool yes) { is_reluctant_ = yes; }

  // --- rounds ----------------------------------------------------------------------------------------------
  [[nodiscard]] bool has_work() const;
  // Proposals, and messages of peers, that the next round will take.
  [[nodiscard]] std::size_t waiting() const;
  // Lets raft work on what has come and appends its outcome to the journal.
  florin::Status<Error> begin_round();
  [[nodiscard]] bool in_round() const { return in_round_; }
  // Must the journal be synced before end_round()?
  [[nodiscard]] bool needs_sync() const { return needs_sync_; }
  // Sends, and tells what is committed.
  florin::Status<Error> end_round();
  // While a group is busy, its followers hear what is committed from its next entries: messages that say only that are
  // held back (unless a change of replicas is committed). Whoever runs the rounds calls release_commits() again and again while some are, at any time but inside a
  // round; the second call after a message was held back sends it.
  [[nodiscard]] bool holds_commits() const { return holds_commits_; }
  void release_commits();

  [[nodiscard]] std::vector<Status> status() const;

 private:
  struct Staged {
    consensus::Entry entry;  // as raft will hand it out
    EntryBytes bytes;
  };
  struct Proposal {
    LogIndex index;
    EntryBytes bytes;
  };
  struct TailEntry {
    consensus::Term term;
    EntryBytes bytes;
  };
  // An append without entries, for a replica that is up to date: all it says is what is committed.
  struct HeldCommit {
    consensus::ReplicaId to;
    std::string message;
    bool is_old;  // since before the last release_commits()
  };
  struct Fetch {
    NodeNumber from = 0;
    std::string message;  // raft's, stepped when everything is there
    LogIndex last = 0;
    consensus::Term last_term = 0;  // of entry `last`
    std::uint32_t waited_ticks = 0;
    bool is_asked = false;
    bool is_complete = false;
  };
  struct Group {
    GroupNumber number = 0;
    GroupState state;
    LogIndex last = 0;           // of the journal
    LogIndex given = 0;          // by committed()
    LogIndex fetched = 0;        // committed, and in the journal, because it was fetched
    std::deque<TailEntry> tail;  // newest entries, up to `last`
    std::size_t tail_bytes = 0;
    std::vector<Staged> staged;      // of messages stepped in this cycle
    std::deque<Proposal> proposals;  // not yet in a Ready
    std::optional<Fetch> fetch;
    // leading
    consensus::Role role = consensus::Role::follower;
    consensus::ReplicaId leader = 0;
    consensus::Term led_term = 0;         // 0: not the leader
    consensus::Term term_start_term = 0;  // of the newest entry without events
    Epoch epoch = 0;                      // 0: not leading
    LogIndex next_proposal = 0;
    std::uint32_t pause_ticks = 0;  // no epoch before that
    std::uint64_t ticket_wanted = 0, ticket_asked = 0, ticket_confirmed = 0;
    std::uint64_t read_context = 0;    // of the question under way
    std::uint32_t question_ticks = 0;  // since it was put
    std::uint64_t elections = 0;
    std::uint32_t leaderless_ticks = 0;
    consensus::ConfState conf;                      // in force
    std::map<LogIndex, consensus::Change> changes;  // in the log, not yet given
    std::vector<consensus::PeerProgress> progress;
    bool is_watched = false;
    bool is_removed = false;
    bool is_closing = false;
    bool awaits_conf = false;  // a change was given: the next Ready says what is in force
    bool is_opening = false;   // raft has not told its first Ready: it may not be named
    bool has_ready = false;    // waits for its advance
    bool state_changed = false;
    LogIndex compact_to = 0;                                       // 0: nothing to compact
    std::map<consensus::ReplicaId, std::uint32_t> snapshots_sent;  // ticks since
    std::vector<HeldCommit> held_commits;                          // the newest for each replica

    [[nodiscard]] LogIndex tail_first() const { return last - tail.size() + 1; }
    [[nodiscard]] bool has_question() const { return ticket_wanted > ticket_asked; }
    [[nodiscard]] bool waits_for_answer() const { return ticket_asked > ticket_confirmed; }
  };
  // What is left of a Ready when its cycle is over: its spans are gone then, the bytes of its messages are not.
  struct Told {
    GroupNumber group = 0;
    std::vector<consensus::OutMessage> messages;
    std::vector<consensus::ReadState> reads;
    LogIndex committed_last = 0;
    bool waits_for_sync = false;  // it speaks of what this round has written
  };
  struct Incoming {
    NodeNumber from;
    std::string bytes;
    NodeFrame frame;  // views of them
  };
  struct WaitingProposal {
    GroupNumber group;
    Epoch epoch;
    LogIndex index;
    EntryBytes bytes;
  };

  Group* find(GroupNumber group);
  // The replica of a group on a node; 0: none.
  static consensus::ReplicaId replica_on(const Group& group, NodeNumber node);
  Group* find_raft(consensus::GroupId id) {
    return has_group(id) ? find(static_cast<GroupNumber>(id - 1)) : nullptr;
  }
  [[nodiscard]] bool has_group(consensus::GroupId id) const {
    return id != 0 && id <= options_.streams.groups();
  }
  [[nodiscard]] std::optional<PeerFault> fault_in(NodeNumber from,
                                                  const std::optional<NodeFrame>& frame) const;
  static bool stage(std::vector<Staged>& staged, const Group& group, const RaftMessage& message);
  void issue_commands();
  void issue_frame(const Incoming& incoming);
  void issue_raft(NodeNumber from, const RaftMessage& message);
  void close_groups();
  void issue_proposals();
  void issue_confirms();
  void serve_fetch(NodeNumber from, const FetchFrame& fetch);
  void take_entries(NodeNumber from, const EntriesFrame& frame);
  void go_on_fetching(Group& group);
  void begin_fetching(Group& group, NodeNumber from, const RaftMessage& message);
  Result<bool, Error> has_entry(Group& group, LogIndex index, std::string_view bytes);
  void issue_compactions();
  void report_snapshots();
  void check(const Group& group, const consensus::Entry& entry, std::string_view bytes);
  void take_ready(const consensus::Ready& ready);
  void take_refusals(std::span<const consensus::Refused> refused);
  void take_progress(std::span<const consensus::ProgressReport> reports);
  [[nodiscard]] std::vector<consensus::ReplicaId> caught_up(const Group& group) const;
  static void note_change(Group& group, LogIndex index, const consensus::Change& change);
  static void retire(Group& group, LogIndex last);
  void append(Group& group, const consensus::Entry& entry);
  void write(Group& group, LogIndex index, consensus::Term term, EntryBytes bytes);
  void write_state(Group& group);
  EntryBytes take_payload(Group& group, const consensus::Entry& entry);
  Result<TailEntry, Error> entry_at(Group& group, LogIndex index);
  florin::Status<Error> tell(const Told& told);
  florin::Status<Error> send_messages(Group& group, const Told& told);
  [[nodiscard]] bool may_ask_for_votes(const Group& group) const;
  bool hold_back(Group& group, const consensus::OutMessage& message,
                 const consensus::MessageView& view);
  void send_raft(NodeNumber to, std::string_view message, const std::vector<EntryBytes>& payloads);
  void send_frames();
  Result<std::optional<std::vector<EntryBytes>>, Error> payloads_of(
      Group& group, const consensus::MessageView& view);
  florin::Status<Error> give_committed(Group& group, LogIndex last);
  void trim_tail(Group& group);
  void take_reads(Group& group, const Told& told);
  void look_at_role(Group& group, const consensus::Ready& ready);
  void maybe_lead(Group& group);
  void stop_leading(Group& group);
  void maybe_compact(Group& group);

  ReplicatedLogOptions options_;
  consensus::ConsensusEngine& engine_;
  EventLogWriter& writer_;
  EventLogReader& reader_;
  ReplicatedLogPorts& ports_;
  std::map<GroupNumber, Group> groups_;

  std::uint32_t ticks_ = 0;
  std::deque<Incoming> incoming_;  // its elements stay where they are
  std::vector<WaitingProposal> proposals_;
  std::vector<NodeNumber> unreachable_;
  std::vector<std::pair<GroupNumber, NodeNumber>> transfers_;
  std::map<consensus::CommandNumber, GroupNumber> proposed_;  // of this cycle
  std::map<consensus::CommandNumber, NodeNumber> stepped_;    // of this cycle: who has sent it
  std::map<consensus::CommandNumber, GroupNumber> opened_;    // of the next cycle

  std::vector<Told> told_;                    // of the round under way
  std::vector<GroupNumber> fetched_;          // groups that got pieces of their log in this round
  std::map<NodeNumber, std::string> frames_;  // being put together, one for each peer
  bool is_reluctant_ = false;
  bool holds_commits_ = false;
  bool in_round_ = false;
  bool needs_sync_ = false;
  Epoch last_epoch_ = 0;
  std::uint64_t last_read_context_ = 0;
  std::optional<Error> failed_;
};

}  // namespace florin
