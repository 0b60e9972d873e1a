// Rounds: what came in goes to raft, what raft says goes to the journal, then to the peers and the replicas.
#include "cluster/replication/replicated_log.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "cluster/consensus/message_bounds.hpp"
#include "cluster/partition_map.hpp"
#include "persistence/journal/journal.hpp"

namespace florin {

using consensus::EntryKind;
using consensus::Role;

namespace {

// All that a round writes is one block: its frames, and its proposals, each with one item beyond the bound.
constexpr std::size_t records_of_groups = std::size_t{16} << 20;
static_assert(limits::round_bytes_soft + limits::frame_bytes_max + limits::round_bytes_soft +
                  limits::entry_bytes_max + records_of_groups <=
              Journal::block_bytes_max);

}  // namespace

ReplicatedLog::ReplicatedLog(ReplicatedLogOptions options, consensus::ConsensusEngine& engine,
                             EventLogWriter& writer, EventLogReader& reader,
                             ReplicatedLogPorts& ports)
    : options_(options), engine_(engine), writer_(writer), reader_(reader), ports_(ports) {}

// A store is written only when its entry is committed: it may know more of that than the last record.
LogIndex ReplicatedLog::committed_index(const GroupState& state, LogIndex applied) {
  return std::max(state.hard.commit, applied);
}

Status<Error> ReplicatedLog::open(const HostedGroup& hosted, const GroupState& state,
                                  LogIndex applied) {
  FLORIN_ASSERT(!hosts(hosted.group), "one replica of a group on a node");
  Group group;
  group.number = hosted.group;
  group.state = state;
  if (state.replica == 0) group.state.snapshot.conf = hosted.first_conf;
  if (state.replica == 0 || state.is_gone) {
    group.state.replica = hosted.replica;
    group.state.hard.vote = 0;  // this replica has never voted
    group.state.is_gone = false;
  }
  group.last = reader_.last_index(LogStreams::entries(hosted.group));
  group.state.hard.commit = committed_index(state, applied);
  group.given = group.state.hard.commit;
  if (group.last < group.given)
    return Err{Error{Errc::corrupt, "partition " + std::to_string(hosted.group) +
                                        ": the log ends at entry " + std::to_string(group.last) +
                                        " but entry " + std::to_string(group.given) +
                                        " was committed"}};
  ++group.state.incarnation;

  std::vector<consensus::Entry> entries;
  for (LogIndex index = group.state.snapshot.index + 1; index <= group.last; ++index) {
    FLORIN_TRY(bytes, reader_.read(LogStreams::entries(hosted.group), index));
    FLORIN_TRY(entry, raft_entry_of(bytes));
    // A term that is in the log was in force: fetched entries may be of later terms than our last vote.
    if (entry.term > group.state.hard.term)
      group.state.hard = {entry.term, 0, group.state.hard.commit};
    entries.push_back(entry);
    note_change(group, index, entry.change);
    if (index <= group.given) continue;
    group.tail_bytes += bytes.size();
    group.tail.push_back({entry.term, std::make_shared<const std::string>(std::move(bytes))});
  }
  retire(group, group.given);
  if (group.state.hard.term > consensus::term_max)
    return Err{Error{Errc::corrupt,
                     "partition " + std::to_string(hosted.group) + ": its stored term " +
                         std::to_string(group.state.hard.term) +
                         " is above the bound, so it could never elect a leader again: a peer has "
                         "lied. With all nodes stopped, run florin mend-term on each of them"}};
  consensus::GroupConfig config;
  config.group = LogStreams::raft_id(hosted.group);
  config.replica = group.state.replica;
  config.incarnation = group.state.incarnation;
  config.limits = options_.limits;
  config.hard_state = group.state.hard;
  config.applied = std::max(group.state.applied, group.state.snapshot.index);
  config.log_start_index = group.state.snapshot.index;
  config.log_start_term = group.state.snapshot.term;
  config.snapshot = group.state.snapshot;
  config.retired = group.state.retired;
  config.entries = entries;
  opened_.emplace(engine_.open(config), hosted.group);
  group.is_opening = true;
  group.state_changed = true;  // the new incarnation
  groups_.emplace(hosted.group, std::move(group));
  return Unit{};
}

ReplicatedLog::Group* ReplicatedLog::find(GroupNumber group) {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

consensus::ReplicaId ReplicatedLog::replica_on(const Group& group, NodeNumber node) {
  for (const auto* list : {&group.conf.voters, &group.conf.learners})
    for (const consensus::ReplicaId replica : *list)
      if (node_of(replica) == node) return replica;
  return 0;
}

// --- inputs --------------------------------------------------------------------------------------------

bool ReplicatedLog::receive(NodeNumber from, std::string frame) {
  if (!ports_.takes_frames_of(from)) return true;
  Incoming& incoming = incoming_.emplace_back(Incoming{from, std::move(frame), {}});
  auto decoded = decode_node_frame(incoming.bytes);
  if (const auto fault = fault_in(from, decoded)) {
    incoming_.pop_back();
    ports_.refused(from, *fault);
    return false;
  }
  incoming.frame = std::move(*decoded);
  return true;
}

// What can be said of a frame without knowing anything of the group.
std::optional<PeerFault> ReplicatedLog::fault_in(NodeNumber from,
                                                 const std::optional<NodeFrame>& frame) const {
  if (!frame) return PeerFault::malformed;
  if (const auto* fetch = std::get_if<FetchFrame>(&*frame))
    return has_group(fetch->group) ? std::nullopt : std::optional(PeerFault::unknown_group);
  if (const auto* entries = std::get_if<EntriesFrame>(&*frame))
    return has_group(entries->group) ? std::nullopt : std::optional(PeerFault::unknown_group);
  for (const RaftMessage& message : std::get<RaftFrame>(*frame).messages) {
    if (node_of(message.view.from()) != from) return PeerFault::foreign_sender;
    if (!has_group(message.view.group())) return PeerFault::unknown_group;
    if (message.view.snapshot_index() > consensus::index_max) return PeerFault::out_of_bounds;
    // It is fetched for before raft looks at it.
    if (message.view.type() == consensus::MessageType::snapshot &&
        (message.view.snapshot_term() == 0 || message.view.snapshot_term() > message.view.term()))
      return PeerFault::malformed;
  }
  return std::nullopt;
}

void ReplicatedLog::propose(GroupNumber group, Epoch epoch, LogIndex index, std::string entry) {
  proposals_.push_back(
      {group, epoch, index, std::make_shared<const std::string>(std::move(entry))});
}

void ReplicatedLog::transfer_leader(GroupNumber group, NodeNumber to) {
  transfers_.push_back({group, to});
}

void ReplicatedLog::watch_progress(GroupNumber number, bool yes) {
  if (Group* group = find(number); group != nullptr) group->is_watched = yes;
}

void ReplicatedLog::unreachable(NodeNumber node) { unreachable_.push_back(node); }

bool ReplicatedLog::has_work() const {
  if (ticks_ > 0 || !incoming_.empty() || !proposals_.empty() || !transfers_.empty()) return true;
  return std::any_of(groups_.begin(), groups_.end(), [](const auto& item) {
    const Group& group = item.second;
    return group.has_ready || group.state_changed || group.is_closing ||
           (group.fetch && group.given >= group.fetch->last) ||
           (group.epoch != 0 && group.has_question() && !group.waits_for_answer());
  });
}

std::size_t ReplicatedLog::waiting() const {
  std::size_t count = proposals_.size();
  for (const Incoming& incoming : incoming_) {
    const auto* raft = std::get_if<RaftFrame>(&incoming.frame);
    count += raft != nullptr ? raft->messages.size() : 1;
  }
  return count;
}

// --- a round -------------------------------------------------------------------------------------------

Status<Error> ReplicatedLog::begin_round() {
  FLORIN_ASSERT(!in_round_, "one round at a time");
  if (failed_) return Err{*failed_};
  in_round_ = true;
  needs_sync_ = false;
  told_.clear();
  fetched_.clear();
  issue_commands();
  const auto report = engine_.cycle([this](const consensus::Ready& ready) { take_ready(ready); });
  take_refusals(report.refused);
  take_progress(report.progress);
  for (auto& [number, group] : groups_) {
    group.staged.clear();
    if (group.state_changed) write_state(group);
  }
  if (failed_) return Err{*failed_};
  for (const Told& told : told_)
    if (!told.waits_for_sync) FLORIN_TRY_VOID(tell(told));
  send_frames();
  return Unit{};
}

void ReplicatedLog::close(GroupNumber number) {
  Group* group = find(number);
  if (group == nullptr) return;
  group->is_closing = true;
  stop_leading(*group);
}

// The record is written in this round's block: a crash before that leaves the replica as it was.
void ReplicatedLog::close_groups() {
  for (auto it = groups_.begin(); it != groups_.end();) {
    Group& group = it->second;
    if (!group.is_closing) {
      ++it;
      continue;
    }
    engine_.close(LogStreams::raft_id(group.number));
    group.state.is_gone = true;
    write_state(group);
    needs_sync_ = true;
    it = groups_.erase(it);
  }
}

void ReplicatedLog::issue_commands() {
  close_groups();
  const bool is_tick = ticks_ > 0;
  for (auto& [number, group] : groups_)
    if (std::exchange(group.has_ready, false)) engine_.advance(LogStreams::raft_id(number));
  for (; ticks_ > 0; --ticks_) {
    engine_.tick_all();
    for (auto& [number, group] : groups_) {
      if (group.pause_ticks > 0) --group.pause_ticks;
      ++group.question_ticks;
      group.leaderless_ticks = group.leader == 0 ? group.leaderless_ticks + 1 : 0;
      if (group.fetch) ++group.fetch->waited_ticks;
      for (auto& [replica, ticks] : group.snapshots_sent) ++ticks;
    }
  }
  if (is_tick)
    for (auto& [number, group] : groups_)
      if (group.epoch != 0 && (group.is_watched || !group.conf.learners.empty()))
        engine_.report_progress(LogStreams::raft_id(number));
  issue_compactions();
  report_snapshots();
  for (const NodeNumber node : std::exchange(unreachable_, {}))
    for (auto& [number, group] : groups_)
      if (const auto replica = replica_on(group, node); replica != 0 && group.led_term != 0)
        engine_.report_unreachable(LogStreams::raft_id(number), replica);
  for (std::size_t bytes = 0; !incoming_.empty() && bytes < options_.round_bytes_soft;) {
    issue_frame(incoming_.front());
    bytes += incoming_.front().bytes.size();
    incoming_.pop_front();
  }
  for (auto& [number, group] : groups_) go_on_fetching(group);
  for (const auto& [number, to] : std::exchange(transfers_, {}))
    if (Group* group = find(number);
        group != nullptr && group->led_term != 0 && replica_on(*group, to) != 0)
      engine_.transfer_leader(LogStreams::raft_id(number), replica_on(*group, to));
  issue_proposals();
  issue_confirms();
}

void ReplicatedLog::issue_frame(const Incoming& incoming) {
  if (const auto* raft = std::get_if<RaftFrame>(&incoming.frame))
    for (const RaftMessage& message : raft->messages) issue_raft(incoming.from, message);
  else if (const auto* fetch = std::get_if<FetchFrame>(&incoming.frame))
    serve_fetch(incoming.from, *fetch);
  else
    take_entries(incoming.from, std::get<EntriesFrame>(incoming.frame));
}

// Payloads are staged for this cycle only: what raft does not take now it will be sent again. Who was removed for ever by
// an entry that is committed here has nothing to say any more: perhaps it does not know that yet.
void ReplicatedLog::issue_raft(NodeNumber from, const RaftMessage& message) {
  const consensus::MessageView& view = message.view;
  Group* group = find_raft(view.group());
  if (group == nullptr || group->is_opening || view.to() != group->state.replica) return;
  if (std::ranges::find(group->state.retired, view.from()) != group->state.retired.end()) return;
  if (view.type() == consensus::MessageType::snapshot && view.snapshot_index() > group->given)
    return begin_fetching(*group, from, message);
  if (!stage(group->staged, *group, message)) return ports_.refused(from, PeerFault::wrong_bytes);
  stepped_.emplace(engine_.step(LogStreams::raft_id(group->number), message.bytes), from);
}

// The bytes become our log when raft takes the message: they must be the entries that it is told of, to the last of
// what it will make of them after a restart. False: they are not, and nothing is staged.
bool ReplicatedLog::stage(std::vector<Staged>& staged, const Group& group,
                          const RaftMessage& message) {
  const std::size_t before = staged.size();
  for (std::uint32_t i = 0; i < message.view.entries(); ++i) {
    const consensus::Entry said = consensus::entry_of(message.view.entry(i));
    if (said.kind == EntryKind::empty) continue;
    const auto is = raft_entry_of(message.payloads[i]);
    const auto header = decode_entry_header(message.payloads[i]);
    if (!is || *is != said || header->partition != LogStreams::entries(group.number)) {
      staged.resize(before);
      return false;
    }
    staged.push_back({said, std::make_shared<const std::string>(message.payloads[i])});
  }
  return true;
}

// A group's proposals of one cycle stand side by side: so they enter the log together, or none does. Otherwise
// raft might refuse the first of them and take a later one, at an index that is not its own. For the same reason
// a change of replicas has a cycle of its own.
void ReplicatedLog::issue_proposals() {
  proposed_.clear();
  std::map<GroupNumber, bool> ends;  // with a proposal in this cycle; true: nothing more
  auto waiting_proposals = std::exchange(proposals_, {});
  std::size_t bytes = 0;
  std::ranges::stable_sort(waiting_proposals, {}, &WaitingProposal::group);
  for (WaitingProposal& waiting : waiting_proposals) {
    Group* group = find(waiting.group);
    if (group == nullptr || group->epoch == 0 || group->epoch != waiting.epoch) continue;
    if (bytes >=
        options_.round_bytes_soft) {  // this one and all behind it: in order, in the next round
      proposals_.push_back(std::move(waiting));
      continue;
    }
    bytes += waiting.bytes->size();
    const auto change = change_in(*waiting.bytes);
    if (!change) return void(failed_ = change.error());
    const auto [end, is_first] = ends.emplace(group->number, change->has_value());
    if (!is_first && (end->second || change->has_value())) {
      end->second = true;
      proposals_.push_back(std::move(waiting));
      continue;
    }
    FLORIN_ASSERT(waiting.index == group->next_proposal, "proposals of an epoch come in order");
    ++group->next_proposal;
    const consensus::GroupId id = LogStreams::raft_id(group->number);
    const auto command =
        *change ? engine_.propose_change(
                      id, **change, handle_of(waiting.index, *waiting.bytes, EntryKind::change))
                : engine_.propose(id, handle_of(waiting.index, *waiting.bytes));
    proposed_.emplace(command, group->number);
    group->proposals.push_back({waiting.index, std::move(waiting.bytes)});
  }
}

// A compaction must not name a group whose Ready is out: what a round finds is done in the next.
void ReplicatedLog::issue_compactions() {
  for (auto& [number, group] : groups_)
    if (const LogIndex to = std::exchange(group.compact_to, 0); to != 0)
      engine_.compact(LogStreams::raft_id(number), to);
}

// Raft sends nothing to a replica that it has sent a snapshot reference, until it hears how that ended. The
// replica answers when it has fetched everything. If the reference, or that answer, was lost, it is sent again.
void ReplicatedLog::report_snapshots() {
  for (auto& [number, group] : groups_) {
    if (group.led_term == 0) group.snapshots_sent.clear();
    std::erase_if(group.snapshots_sent, [&, id = LogStreams::raft_id(number)](const auto& sent) {
      if (sent.second < options_.snapshot_patience_ticks) return false;
      engine_.report_snapshot(id, sent.first, false);
      return true;
    });
  }
}

void ReplicatedLog::take_refusals(std::span<const consensus::Refused> refused) {
  for (const consensus::Refused& one : refused) {
    if (const auto opened = opened_.find(one.command); opened != opened_.end())
      failed_ = Error{Errc::corrupt, "partition " + std::to_string(opened->second) +
                                         ": its log and its record do not hold together (" +
                                         std::string(to_string(one.refusal)) + ")"};
    if (const auto stepped = stepped_.find(one.command); stepped != stepped_.end())
      if (const auto fault = fault_of(one.refusal)) ports_.refused(stepped->second, *fault);
    const auto proposed = proposed_.find(one.command);
    if (proposed == proposed_.end()) continue;  // the others are asked again, or told by a Ready
    // Everything that was decided behind it is lost too. Who leads starts anew when the log is quiet.
    Group& group = groups_.at(proposed->second);
    stop_leading(group);
    group.pause_ticks = options_.limits.election_ticks;
  }
  opened_.clear();
  stepped_.clear();
}

void ReplicatedLog::take_progress(std::span<const consensus::ProgressReport> reports) {
  for (const consensus::ProgressReport& report : reports)
    if (Group* group = find_raft(report.group); group != nullptr) group->progress = report.peers;
}

// As the engine will ask when a learner is to be promoted.
std::vector<consensus::ReplicaId> ReplicatedLog::caught_up(const Group& group) const {
  std::vector<consensus::ReplicaId> found;
  if (group.epoch == 0) return found;
  for (const consensus::PeerProgress& peer : group.progress) {
    const bool is_near = peer.state == consensus::PeerState::replicating &&
                         peer.match + options_.limits.promotion_lag_max / 2 >= group.last;
    if (peer.active && (is_near || peer.match >= group.last)) found.push_back(peer.replica);
  }
  return found;
}

// --- changes of replicas -------------------------------------------------------------------------------

void ReplicatedLog::note_change(Group& group, LogIndex index, const consensus::Change& change) {
  if (change.type != consensus::ChangeType::none) group.changes.emplace(index, change);
}

// What a committed entry has removed is gone for ever, whoever leads.
void ReplicatedLog::retire(Group& group, LogIndex last) {
  const auto end = group.changes.upper_bound(last);
  for (auto it = group.changes.begin(); it != end; it = group.changes.erase(it)) {
    const consensus::Change& change = it->second;
    group.awaits_conf = true;
    if (change.type != consensus::ChangeType::remove) continue;
    if (std::ranges::find(group.state.retired, change.replica) != group.state.retired.end())
      continue;
    group.state.retired.push_back(change.replica);
    group.state_changed = true;
  }
}

// --- what a Ready says ---------------------------------------------------------------------------------

void ReplicatedLog::take_ready(const consensus::Ready& ready) {
  Group* group = find_raft(ready.group);
  FLORIN_ASSERT(group != nullptr, "a Ready of a group that is not open");
  for (const consensus::Entry& entry : ready.entries) append(*group, entry);
  group->has_ready = true;
  // The first Ready waits for the record of the new incarnation: reads are named after it.
  const bool is_fetched = std::ranges::find(fetched_, group->number) != fetched_.end();
  const bool waits_for_sync = ready.must_sync || ready.install || ready.reference || ready.conf ||
                              group->is_opening || is_fetched;
  group->is_opening = false;
  GroupState state = group->state;
  state.hard = ready.hard_state;
  // What was fetched is committed, also what came in this very round; raft may not know it yet.
  state.hard.commit = std::max(ready.hard_state.commit, group->state.hard.commit);
  state.applied = ready.applied;
  if (ready.reference) state.snapshot = *ready.reference;
  if (ready.install) state.snapshot = *ready.install;
  // `applied` alone is not worth a record: what raft applies again is the same.
  if (ready.hard_state_changed || ready.reference || ready.install || ready.conf)
    group->state_changed = true;
  group->state = std::move(state);
  if (ready.conf) group->conf = *ready.conf;
  if (ready.conf) group->awaits_conf = false;
  group->is_removed |= ready.removed;
  needs_sync_ |= waits_for_sync;
  look_at_role(*group, ready);
  told_.push_back({group->number,
                   {ready.messages.begin(), ready.messages.end()},
                   {ready.reads.begin(), ready.reads.end()},
                   ready.committed_first <= ready.committed_last ? ready.committed_last : 0,
                   waits_for_sync});
}

void ReplicatedLog::append(Group& group, const consensus::Entry& entry) {
  // Fetched already: a committed entry is the same everywhere, and must not be taken out of the journal.
  if (entry.index <= group.state.hard.commit) return;
  EntryBytes bytes;
  if (entry.kind == EntryKind::empty) {
    std::string previous;
    if (entry.index > 1) {
      auto before = entry_at(group, entry.index - 1);
      if (!before) return void(failed_ = before.error());
      previous = *before->bytes;
    }
    auto made =
        make_empty_entry(LogStreams::entries(group.number), entry.term, entry.index, previous);
    if (!made) return void(failed_ = made.error());
    bytes = std::make_shared<const std::string>(std::move(*made));
    group.term_start_term = entry.term;
  } else {
    bytes = take_payload(group, entry);
    FLORIN_ASSERT(bytes != nullptr, "raft took an entry whose bytes nobody brought");
    check(group, entry, *bytes);
  }
  write(group, entry.index, entry.term, std::move(bytes));
  note_change(group, entry.index, entry.change);
  needs_sync_ = true;
}

// After a restart raft's log is made of these bytes: they must say what raft says.
void ReplicatedLog::check(const Group& group, const consensus::Entry& entry,
                          std::string_view bytes) {
  const auto header = decode_entry_header(bytes);
  if (header && header->partition == LogStreams::entries(group.number) &&
      header->index == entry.index && header->term == entry.term)
    return;
  failed_ = Error{Errc::corrupt, "partition " + std::to_string(group.number) +
                                     ": the bytes of entry " + std::to_string(entry.index) +
                                     ", term " + std::to_string(entry.term) + ", are of another"};
}

EntryBytes ReplicatedLog::take_payload(Group& group, const consensus::Entry& entry) {
  while (!group.proposals.empty() && group.proposals.front().index < entry.index)
    group.proposals.pop_front();
  if (!group.proposals.empty() && group.proposals.front().index == entry.index) {
    EntryBytes bytes = group.proposals.front().bytes;
    if (handle_of(entry.index, *bytes, entry.kind) == entry.handle) {
      group.proposals.pop_front();
      return bytes;
    }
  }
  for (const Staged& staged : group.staged)
    if (staged.entry == entry) return staged.bytes;
  return nullptr;
}

// Into the journal's block and the tail; replaces what was there and behind it.
void ReplicatedLog::write(Group& group, LogIndex index, consensus::Term term, EntryBytes bytes) {
  FLORIN_ASSERT(index <= group.last + 1 && index > group.given, "entries come without gaps");
  while (group.last >= index) {
    if (!group.tail.empty()) {
      group.tail_bytes -= group.tail.back().bytes->size();
      group.tail.pop_back();
    }
    --group.last;
  }
  group.changes.erase(group.changes.lower_bound(index), group.changes.end());
  if (auto status = writer_.append({LogStreams::entries(group.number), index, *bytes}); !status)
    failed_ = status.error();
  group.last = index;
  group.tail_bytes += bytes->size();
  group.tail.push_back({term, std::move(bytes)});
}

void ReplicatedLog::write_state(Group& group) {
  group.state_changed = false;
  const PartitionId stream = options_.streams.state(group.number);
  if (auto status = writer_.append({stream, 1, encode_group_state(group.state)}); !status)
    failed_ = status.error();
}

Result<ReplicatedLog::TailEntry, Error> ReplicatedLog::entry_at(Group& group, LogIndex index) {
  if (index <= group.last && index >= group.tail_first())
    return group.tail[index - group.tail_first()];
  FLORIN_TRY(bytes, reader_.read(LogStreams::entries(group.number), index));
  FLORIN_TRY(header, decode_entry_header(bytes));
  return TailEntry{header.term, std::make_shared<const std::string>(std::move(bytes))};
}

// --- the end of a round: everything is durable ---------------------------------------------------------

Status<Error> ReplicatedLog::end_round() {
  FLORIN_ASSERT(in_round_, "begin_round() first");
  if (failed_) return Err{*failed_};
  for (const GroupNumber number : fetched_) {
    Group& group = groups_.at(number);
    FLORIN_TRY_VOID(give_committed(group, group.fetched));
    trim_tail(group);
  }
  for (const Told& told : told_)
    if (told.waits_for_sync) FLORIN_TRY_VOID(tell(told));
  for (auto& [number, group] : groups_) maybe_lead(group);
  send_frames();
  in_round_ = false;
  return Unit{};
}

Status<Error> ReplicatedLog::tell(const Told& told) {
  Group& group = groups_.at(told.group);
  FLORIN_TRY_VOID(send_messages(group, told));
  FLORIN_TRY_VOID(give_committed(group, told.committed_last));
  take_reads(group, told);
  trim_tail(group);
  maybe_compact(group);
  return Unit{};
}

Status<Error> ReplicatedLog::send_messages(Group& group, const Told& told) {
  for (const consensus::OutMessage& message : told.messages) {
    const auto view = consensus::MessageView::parse(message.bytes);
    FLORIN_ASSERT(view.has_value(), "raft's own message");
    if (message.type == consensus::MessageType::pre_vote && !may_ask_for_votes(group)) continue;
    if (hold_back(group, message, *view)) continue;
    FLORIN_TRY(payloads, payloads_of(group, *view));
    if (!payloads) continue;
    if (message.type == consensus::MessageType::snapshot) group.snapshots_sent[message.to] = 0;
    send_raft(node_of(message.to), message.bytes, *payloads);
  }
  return Unit{};
}

// Whose clock is off should not lead; but nobody who leads is worse: the others may be behind, or may not be there.
bool ReplicatedLog::may_ask_for_votes(const Group& group) const {
  constexpr std::uint32_t patience_elections = 5;
  return !is_reluctant_ ||
         group.leaderless_ticks >= patience_elections * options_.limits.election_ticks;
}

// For raft it is a message that is late; entries that go to the same replica say all that it says. What says that a
// change is committed does not wait: its replica may be meant to lead at once.
bool ReplicatedLog::hold_back(Group& group, const consensus::OutMessage& message,
                              const consensus::MessageView& view) {
  if (message.type != consensus::MessageType::append) return false;
  const auto held = std::ranges::find(group.held_commits, message.to, &HeldCommit::to);
  if (view.entries() > 0 || !group.changes.empty()) {
    if (held != group.held_commits.end()) group.held_commits.erase(held);
    return false;
  }
  if (held != group.held_commits.end())
    held->message = message.bytes;
  else
    group.held_commits.push_back({message.to, std::string(message.bytes), false});
  holds_commits_ = true;
  return true;
}

void ReplicatedLog::release_commits() {
  FLORIN_ASSERT(!in_round_, "between rounds");
  holds_commits_ = false;
  for (auto& [number, group] : groups_) {
    std::erase_if(group.held_commits, [this](const HeldCommit& held) {
      if (held.is_old) send_raft(node_of(held.to), held.message, {});
      return held.is_old;
    });
    for (HeldCommit& held : group.held_commits) held.is_old = true;
    holds_commits_ |= !group.held_commits.empty();
  }
  send_frames();
}

void ReplicatedLog::send_raft(NodeNumber to, std::string_view message,
                              const std::vector<EntryBytes>& payloads) {
  std::size_t size = message.size();
  for (const EntryBytes& payload : payloads) size += payload->size();
  std::string& frame = frames_[to];
  if (!frame.empty() && frame.size() + size > options_.frame_bytes_full) send_frames();
  append_raft_message(frame, message, payloads);
}

void ReplicatedLog::send_frames() {
  for (auto& [node, frame] : frames_) {
    if (frame.empty()) continue;
    if (!ports_.send(node, false, std::exchange(frame, {}))) unreachable_.push_back(node);
  }
}

// Nothing when the log no longer has them: within one cycle a leader may send entries, then hear of a later leader
// that replaces them. Such a message is lost, as any may be.
Result<std::optional<std::vector<EntryBytes>>, Error> ReplicatedLog::payloads_of(
    Group& group, const consensus::MessageView& view) {
  std::optional<std::vector<EntryBytes>> payloads(std::in_place);
  for (std::uint32_t i = 0; i < view.entries(); ++i) {
    const consensus::CarriedEntry carried = view.entry(i);
    if (carried.kind == EntryKind::empty) continue;
    if (carried.index > group.last) return std::optional<std::vector<EntryBytes>>();
    FLORIN_TRY(entry, entry_at(group, carried.index));
    if (entry.term != carried.term || entry.bytes->size() != carried.length)
      return std::optional<std::vector<EntryBytes>>();
    payloads->push_back(std::move(entry.bytes));
  }
  return payloads;
}

Status<Error> ReplicatedLog::give_committed(Group& group, LogIndex last) {
  if (last <= group.given) return Unit{};
  std::vector<EntryBytes> entries;
  const LogIndex first = group.given + 1;
  for (LogIndex index = first; index <= last; ++index) {
    FLORIN_TRY(entry, entry_at(group, index));
    entries.push_back(std::move(entry.bytes));
  }
  group.given = last;
  retire(group, last);
  ports_.committed(group.number, first, std::move(entries));
  return Unit{};
}

// Entries that are not committed stay: they are wanted soon, and the journal would have to be read for them.
void ReplicatedLog::trim_tail(Group& group) {
  while (!group.tail.empty() && group.tail_bytes > options_.tail_bytes &&
         group.tail_first() <= group.given) {
    group.tail_bytes -= group.tail.front().bytes->size();
    group.tail.pop_front();
  }
}

void ReplicatedLog::maybe_compact(Group& group) {
  const LogIndex applied = group.state.applied;
  if (applied >= group.state.snapshot.index + 2 * options_.log_kept)
    group.compact_to = applied - options_.log_kept;
}

std::vector<ReplicatedLog::Status> ReplicatedLog::status() const {
  std::vector<Status> all;
  for (const auto& [number, group] : groups_) {
    if (group.is_closing) continue;
    all.push_back({number, group.state.hard.term, group.role, node_of(group.leader), group.given,
                   group.last, group.elections, group.conf, group.fetch.has_value(),
                   group.state.replica, group.epoch, group.state.retired, caught_up(group),
                   group.is_removed, !group.changes.empty() || group.awaits_conf});
  }
  return all;
}

}  // namespace florin
