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
//  - What is proposed under a reign that has ended is dropped: it may never enter the log behind other entries.
//  - confirmed() comes only when a majority has said, after confirm(), that no later leader is known to it.
//  - What a peer may not say (glue/bounds.go), and entries whose bytes are not what raft would take them for, are
//    refused and told by refused(): they reach neither raft nor the journal, and no frame ends the process.
//  - A replica too far behind for raft's log gets the missing entries out of the leader's journal, checked
//    against the hash chain, resumable entry by entry, one bounded piece at a time.
//
// It composes parts with one job each: what belongs to one group (group/), what comes in (IncomingFrames, ProposalQueue),
// what leaves (OutgoingFrames), and logs that are fetched (LogFetcher). Here is their order in a round, and nothing else.
//
// Crash anywhere: before the sync the round never was; after it, the peers hear of it again from raft.
// Any error of the journal is final: the process must end. Threads: one at a time.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/replication/group/log_group.hpp"
#include "cluster/replication/incoming_frames.hpp"
#include "cluster/replication/log_fetcher.hpp"
#include "cluster/replication/outgoing_frames.hpp"
#include "cluster/replication/proposal_queue.hpp"
#include "cluster/replication/replicated_log_ports.hpp"
#include "persistence/event_log.hpp"

namespace florin {

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
    Reign reign = 0;                            // not 0: may propose under it
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
  florin::Status<Error> open(const ReplicaHere& hosted, const GroupState& state, LogIndex applied);
  // In the next round: its record says `is_gone` from then on. At once a reign ends, nothing more is told of the
  // group, and status() does not list it.
  void close(GroupNumber group);
  [[nodiscard]] bool hosts(GroupNumber group) const { return groups_.contains(group); }
  // 0: not hosted here, or not heard of yet.
  [[nodiscard]] consensus::Term term_of(GroupNumber group) const {
    const LogGroup* const found = find(group);
    return found == nullptr ? 0 : found->state.hard.term;
  }
  // How far a group's log was known to be committed when the node stopped.
  static LogIndex committed_index(const GroupState& state, LogIndex applied) {
    return committed_at_stop(state, applied);
  }

  // --- inputs, at any time -------------------------------------------------------------------------------
  void tick() { ticks_ += ports_.takes_part() ? 1 : 0; }
  // A frame of a peer; `from` has been authenticated. One whose frames are not taken is not heard. False: it is not one, or not from whom it says, or of a group
  // that is not there; refused() has told it.
  bool receive(NodeNumber from, std::string frame);
  // The next entry of a leading group. Dropped when the reign is over. One that is a change of replicas must
  // have been found possible (Status); if raft refuses it, the reign is over.
  void propose(GroupNumber group, Reign reign, LogIndex index, std::string entry) {
    proposals_.add(group, reign, index, std::move(entry));
  }
  // Is this still the leader? Tickets of a group grow; the answer to one answers all before it.
  void confirm(GroupNumber group, Reign reign, std::uint64_t ticket);
  void hand_over(GroupNumber group, NodeNumber to) { hand_overs_.push_back({group, to}); }
  // While this replica leads: Status::caught_up is kept up to date (it is anyway while there are learners).
  void watch_progress(GroupNumber group, bool yes);
  void unreachable(NodeNumber node) { outgoing_.unreachable(node); }
  // Reluctant: asks for no votes while a group has had no leader for less than some election time-outs. (What raft wants
  // to ask is not sent; it goes on granting votes to others. Who is handed a leadership takes it.)
  void set_reluctant(bool yes) { is_reluctant_ = yes; }

  // --- rounds ----------------------------------------------------------------------------------------------
  [[nodiscard]] bool has_work() const;
  // Proposals, and messages of peers, that the next round will take.
  [[nodiscard]] std::size_t waiting() const { return proposals_.size() + incoming_.messages(); }
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
  // What is left of a Ready when its cycle is over: its spans are gone then, the bytes of its messages are not.
  struct Told {
    GroupNumber group = 0;
    std::vector<consensus::OutMessage> messages;
    std::vector<consensus::ReadState> reads;
    LogIndex committed_last = 0;
    bool waits_for_sync = false;  // it speaks of what this round has written
  };

  LogGroup* find(GroupNumber group);
  [[nodiscard]] const LogGroup* find(GroupNumber group) const;
  // Of a number that raft, or a peer's frame that has been checked, says.
  LogGroup* find_raft(consensus::GroupId id) {
    return id == 0 ? nullptr : find(static_cast<GroupNumber>(id - 1));
  }
  // Any error is final: the round that meets it ends with it.
  void note(const florin::Status<Error>& status) {
    if (!status) failed_ = status.error();
  }

  // What came in, to raft (replicated_log_commands.cpp).
  void issue_commands();
  void close_groups();
  void issue_ticks();
  void issue_compactions();
  void report_snapshots();
  void report_unreachable();
  void issue_frame(const IncomingFrames::Incoming& incoming);
  void issue_raft(NodeNumber from, const RaftMessage& message);
  void take_entries(NodeNumber from, const EntriesFrame& frame);
  void issue_hand_overs();
  void issue_proposals();
  void issue_confirms();

  // What raft says, to the journal.
  void take_ready(const consensus::Ready& ready);
  void look_at_role(LogGroup& group, const consensus::Ready& ready);
  florin::Status<Error> append(LogGroup& group, const consensus::Entry& entry);
  Result<EntryBytes, Error> bytes_of(LogGroup& group, const consensus::Entry& entry);
  void take_refusals(std::span<const consensus::Refused> refused);
  void take_progress(std::span<const consensus::ProgressReport> reports);
  void write_state(LogGroup& group);

  // What is durable, to peers and replicas.
  florin::Status<Error> tell(const Told& told);
  florin::Status<Error> send_messages(LogGroup& group, const Told& told);
  [[nodiscard]] bool may_ask_for_votes(const LogGroup& group) const;
  bool hold_back(LogGroup& group, const consensus::OutMessage& message,
                 const consensus::MessageView& view);
  florin::Status<Error> give_committed(LogGroup& group, LogIndex last);
  void take_reads(LogGroup& group, const Told& told);
  void maybe_lead(LogGroup& group);
  void stop_leading(LogGroup& group);
  void maybe_compact(LogGroup& group);

  ReplicatedLogOptions options_;
  consensus::ConsensusEngine& engine_;
  EventLogWriter& writer_;
  EventLogReader& reader_;
  ReplicatedLogPorts& ports_;
  LogFetcher fetcher_;
  std::map<GroupNumber, LogGroup> groups_;

  std::uint32_t ticks_ = 0;
  IncomingFrames incoming_;
  ProposalQueue proposals_;
  OutgoingFrames outgoing_;
  std::vector<std::pair<GroupNumber, NodeNumber>> hand_overs_;
  std::map<consensus::CommandNumber, GroupNumber> proposed_;  // of this cycle
  std::map<consensus::CommandNumber, NodeNumber> stepped_;    // of this cycle: who has sent it
  std::map<consensus::CommandNumber, GroupNumber> opened_;    // of the next cycle

  std::vector<Told> told_;            // of the round under way
  std::vector<GroupNumber> fetched_;  // groups that got pieces of their log in this round
  bool is_reluctant_ = false;
  bool holds_commits_ = false;
  bool in_round_ = false;
  bool needs_sync_ = false;
  Reign last_reign_ = 0;
  std::uint64_t last_read_context_ = 0;
  std::optional<Error> failed_;
};

}  // namespace florin
