// ConsensusEngine: raft for many groups of one node, without I/O, clock or threads of its own.
//
// Commands are collected; one cycle() executes them all and hands out at most one Ready for each group that has
// something to say. The caller then does, in this order (ADR-0007; each condition was paid for in simulation):
//   1. write hard state, entries, configuration and references of all Readys as ONE atomic block; fsync if any of
//      them says must_sync. A crash before that is as if the cycle never was.
//   2. install the snapshot of a Ready that has one, send the messages, apply the committed entries in order;
//   3. advance(group) for each Ready, then go on collecting. It rides in the next cycle().
// Nothing is sent before it is durable. Between a Ready and its advance() no other command may name that group
// (asserted); its ticks are held. A membership change is applied inside advance() and told by the next Ready.
//
// Bytes of turns never enter the engine: it replicates 24-byte handles, the caller keeps and carries the bytes.
//
// Threads: one caller at a time. A bug of the engine or a state it cannot go on from ends the process: it calls
// the on_panic hook, then aborts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "cluster/consensus/consensus_message.hpp"

namespace florin::consensus {

using CommandNumber = std::uint32_t;  // position of a command in its cycle, from 0

// What raft replicates for the bytes of a turn or of a change. The engine reads `kind`; the rest is the caller's.
struct Handle {
  std::uint64_t index = 0;
  std::uint64_t check = 0;
  std::uint32_t length = 0;
  EntryKind kind = EntryKind::turn;
  bool operator==(const Handle&) const = default;
};

struct ConfState {
  std::vector<ReplicaId> voters, learners;  // each ascending
  bool operator==(const ConfState&) const = default;
};

struct HardState {
  Term term = 0;
  ReplicaId vote = 0;
  LogIndex commit = 0;
  bool operator==(const HardState&) const = default;
};

// The state after entry `index`: no bytes, only what raft must know of it.
struct SnapshotRef {
  LogIndex index = 0;
  Term term = 0;
  ConfState conf;
  bool operator==(const SnapshotRef&) const = default;
};

enum class ChangeType : std::uint8_t { none = 0, add_learner = 1, promote = 2, remove = 3 };

struct Change {
  ChangeType type = ChangeType::none;
  ReplicaId replica = 0;
  bool operator==(const Change&) const = default;
};

struct Entry {
  Term term = 0;
  LogIndex index = 0;
  EntryKind kind = EntryKind::empty;
  Handle handle;  // as proposed; meaningless for EntryKind::empty
  Change change;  // only for EntryKind::change
  bool operator==(const Entry&) const = default;
};

// Raft's number of a change; ChangeType::none: not one that a group of ours knows.
ChangeType change_of_raft(std::uint16_t raft) noexcept;
// The entry that raft will hand out of a message, once it has taken it.
Entry entry_of(const CarriedEntry& carried) noexcept;

// Bounds of a group. Raft counts bytes, ours are all alike, so these are entries (within a quarter).
struct GroupLimits {
  // followers wait 1 to 2 times this; must exceed heartbeat_ticks
  std::uint32_t election_ticks = 10;
  std::uint32_t heartbeat_ticks = 1;
  std::uint32_t entries_per_message_max = 64;
  std::uint32_t messages_in_flight_max = 64;     // to one follower
  std::uint32_t entries_uncommitted_max = 4096;  // more proposals are refused: too_many_uncommitted
  std::uint32_t entries_committed_per_ready_max = 4096;
  std::uint32_t promotion_lag_max = 256;  // entries that a learner may lack when it is promoted
};

// What was durable. `snapshot` is the last reference that a Ready told (or {0, 0, first configuration}), `entries`
// are all from log_start + 1 on, with log_start <= snapshot.index <= applied; log_start is {0, 0} for a whole log.
// The configuration at `applied` is worked out from the changes in between.
struct GroupConfig {
  GroupId group = 0;      // not 0
  ReplicaId replica = 0;  // never used before by another replica, not even by one that is gone
  // larger at each open of this replica: late answers to reads are told apart by it
  std::uint64_t incarnation = 0;
  GroupLimits limits;
  HardState hard_state;
  LogIndex applied = 0;
  LogIndex log_start_index = 0;
  Term log_start_term = 0;
  SnapshotRef snapshot;
  std::vector<ReplicaId> retired;  // removed replicas whose ids must not come back
  std::span<const Entry> entries;
};

// Why a command had no effect. None of them harms: the caller may try again, or tell who asked.
enum class Refusal : std::uint32_t {
  unknown_group = 1,
  group_exists,
  bad_state,      // open: what was given does not hold together; the disk lied
  bad_message,    // not a peer's message, or its header and its protobuf disagree
  wrong_replica,  // addressed to another replica (an earlier one of this node)
  unknown_peer,   // an answer from a replica that is not in the configuration
  not_leader,
  no_leader,             // read_index: ask again after an election
  transfer_in_progress,  // leadership is on its way to another replica
  too_many_uncommitted,
  not_applied,     // compact: beyond what was applied
  change_pending,  // one change at a time, and none before the leader has applied an entry of its term
  bad_replica_id,
  replica_id_used,
  already_member,
  not_a_member,  // hand_over: not another voter
  not_a_learner,
  learner_behind,  // promote: its log is not near the leader's
  last_voter,
  removes_leader,  // transfer the leadership first
  // What no honest peer says (glue/bounds.go): the message has changed nothing.
  term_too_far,   // further ahead than elections can have gone
  out_of_bounds,  // a field above its bound, or of entries that this replica cannot have
};
std::string_view to_string(Refusal refusal) noexcept;

struct Refused {
  CommandNumber command = 0;
  Refusal refusal = Refusal::unknown_group;
  bool operator==(const Refused&) const = default;
};

enum class Role : std::uint8_t { follower = 0, candidate = 1, leader = 2, pre_candidate = 3 };

struct OutMessage {
  ReplicaId to = 0;
  MessageType type = MessageType::append;
  LogIndex first = 0;  // of the entries whose payloads travel beside it
  std::uint32_t count = 0;
  std::string_view bytes;  // header (consensus_message.hpp) and protobuf
};

struct ReadState {
  std::uint64_t context = 0;  // as given to read_index()
  LogIndex index = 0;         // the read may be served once this is applied
};

// Spans live until on_ready() returns, the bytes of messages until the next cycle().
struct Ready {
  GroupId group = 0;
  bool must_sync = false;
  bool hard_state_changed = false;
  // this replica is no longer in the configuration: write this, then close the group
  bool removed = false;
  HardState hard_state;  // always whole
  LogIndex applied = 0;  // before this Ready
  ReplicaId lead = 0;    // 0: none known
  Role role = Role::follower;
  std::optional<ConfState> conf;  // in force from now on
  // the leader's: the caller's state must be at it before advance()
  std::optional<SnapshotRef> install;
  // ours, replaces the last one; the log before it may go once it is durable
  std::optional<SnapshotRef> reference;
  std::span<const Entry> entries;  // the first replaces its index and all behind it
  LogIndex committed_first = 1, committed_last = 0;  // to be applied; empty when first > last
  std::span<const OutMessage> messages;
  std::span<const ReadState> reads;
};

enum class PeerState : std::uint8_t { probing = 0, replicating = 1, needs_snapshot = 2 };

struct PeerProgress {
  ReplicaId replica = 0;
  LogIndex match = 0, next = 0;
  PeerState state = PeerState::probing;
  bool active = false;  // heard of since the last check of the quorum
  bool learner = false;
};

struct ProgressReport {
  GroupId group = 0;
  std::vector<PeerProgress> peers;  // ascending, the leader too
};

// What a cycle has to say beside its Readys; valid until the next.
struct CycleReport {
  std::span<const Refused> refused;  // ascending by command
  std::span<const ProgressReport> progress;
};

class ConsensusEngine {
 public:
  virtual ~ConsensusEngine() = default;
  ConsensusEngine() = default;
  ConsensusEngine(const ConsensusEngine&) = delete;
  ConsensusEngine& operator=(const ConsensusEngine&) = delete;

  // The group's first Ready, in this cycle, tells its configuration; no other command names the group before
  // (asserted), and it misses this cycle's ticks.
  virtual CommandNumber open(const GroupConfig& config) = 0;
  virtual CommandNumber close(GroupId group) = 0;
  virtual CommandNumber advance(GroupId group) = 0;

  virtual CommandNumber tick_all() = 0;
  // The caller has staged the payloads of the message's entries, and checked that it came from whom it says.
  virtual CommandNumber step(GroupId group, std::string_view message) = 0;
  // Neighbouring proposals of one group enter the log together, or none does.
  virtual CommandNumber propose(GroupId group, const Handle& handle) = 0;
  // Refused, it may leave an empty entry in the log: whatever was decided for its index and behind is to be dropped.
  virtual CommandNumber propose_change(GroupId group, const Change& change,
                                       const Handle& handle) = 0;
  // May be lost without a word (leader gone, message lost): ask again after an election timeout, with another context.
  virtual CommandNumber read_index(GroupId group, std::uint64_t context) = 0;
  virtual CommandNumber hand_over(GroupId group, ReplicaId to) = 0;
  virtual CommandNumber campaign(GroupId group) = 0;
  // Takes a reference at `index` (if the last one is older) and forgets the log up to it. A follower that lacks
  // these entries will be sent a MessageType::snapshot: the caller then brings it the state.
  virtual CommandNumber compact(GroupId group, LogIndex index) = 0;
  virtual CommandNumber report_unreachable(GroupId group, ReplicaId peer) = 0;
  // How a MessageType::snapshot ended; until then the peer gets no entries.
  virtual CommandNumber report_snapshot(GroupId group, ReplicaId peer, bool installed) = 0;
  virtual CommandNumber report_progress(GroupId group) = 0;  // leader only

  // on_ready must not call the engine.
  virtual CycleReport cycle(const std::function<void(const Ready&)>& on_ready) = 0;
};

}  // namespace florin::consensus
