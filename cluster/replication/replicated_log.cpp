// Rounds: what came in goes to raft (replicated_log_commands.cpp), what raft says goes to the journal, then to the peers
// and the replicas.
#include "cluster/replication/replicated_log.hpp"

#include <algorithm>

#include "base/assert.hpp"
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
    : options_(options),
      engine_(engine),
      writer_(writer),
      reader_(reader),
      ports_(ports),
      fetcher_(options.piece_bytes, options.fetch_patience_ticks, ports),
      incoming_(options.streams),
      outgoing_(options.frame_bytes_full, ports) {}

Status<Error> ReplicatedLog::open(const ReplicaHere& hosted, const GroupState& state,
                                  LogIndex applied) {
  FLORIN_ASSERT(!hosts(hosted.group), "one replica of a group on a node");
  FLORIN_TRY(opened, open_group(hosted, state, applied, writer_, reader_));
  opened.config.limits = options_.limits;
  opened.config.entries = opened.entries;
  opened_.emplace(engine_.open(opened.config), hosted.group);
  groups_.emplace(hosted.group, std::move(opened.group));
  return Unit{};
}

void ReplicatedLog::close(GroupNumber number) {
  LogGroup* group = find(number);
  if (group == nullptr) return;
  group->is_closing = true;
  stop_leading(*group);
}

LogGroup* ReplicatedLog::find(GroupNumber group) {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

const LogGroup* ReplicatedLog::find(GroupNumber group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

// --- inputs --------------------------------------------------------------------------------------------

bool ReplicatedLog::receive(NodeNumber from, std::string frame) {
  if (!ports_.takes_frames_of(from)) return true;
  const auto fault = incoming_.add(from, std::move(frame));
  if (fault) ports_.refused(from, *fault);
  return !fault;
}

void ReplicatedLog::confirm(GroupNumber number, Reign reign, std::uint64_t ticket) {
  LogGroup* group = find(number);
  if (group == nullptr || !group->leadership.is_in(reign)) return;
  group->leadership.question().want(ticket);
}

void ReplicatedLog::watch_progress(GroupNumber number, bool yes) {
  if (LogGroup* group = find(number); group != nullptr) group->is_watched = yes;
}

bool ReplicatedLog::has_work() const {
  if (ticks_ > 0 || !incoming_.empty() || proposals_.size() > 0 || !hand_overs_.empty())
    return true;
  return std::any_of(groups_.begin(), groups_.end(), [](const auto& item) {
    const LogGroup& group = item.second;
    return group.has_ready || group.state_changed || group.is_closing ||
           (group.fetch && group.log.given() >= group.fetch->last) ||
           (group.leadership.reign() != 0 && group.leadership.question().is_new());
  });
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
  if (failed_) return Err{*failed_};
  const auto report = engine_.cycle([this](const consensus::Ready& ready) { take_ready(ready); });
  if (failed_) return Err{*failed_};
  take_refusals(report.refused);
  take_progress(report.progress);
  for (auto& [number, group] : groups_) {
    group.payloads.end_cycle();
    if (group.state_changed) write_state(group);
  }
  if (failed_) return Err{*failed_};
  for (const Told& told : told_)
    if (!told.waits_for_sync) FLORIN_TRY_VOID(tell(told));
  outgoing_.send();
  return Unit{};
}

// Everything is durable.
Status<Error> ReplicatedLog::end_round() {
  FLORIN_ASSERT(in_round_, "begin_round() first");
  if (failed_) return Err{*failed_};
  for (const GroupNumber number : fetched_) {
    LogGroup& group = groups_.at(number);
    FLORIN_TRY_VOID(give_committed(group, group.fetched));
    group.log.trim(options_.tail_bytes);
  }
  for (const Told& told : told_)
    if (told.waits_for_sync) FLORIN_TRY_VOID(tell(told));
  for (auto& [number, group] : groups_) maybe_lead(group);
  outgoing_.send();
  in_round_ = false;
  return Unit{};
}

void ReplicatedLog::release_commits() {
  FLORIN_ASSERT(!in_round_, "between rounds");
  holds_commits_ = false;
  for (auto& [number, group] : groups_) {
    group.held_commits.release([this](consensus::ReplicaId to, const std::string& message) {
      outgoing_.add(node_of(to), message, {});
    });
    holds_commits_ |= !group.held_commits.empty();
  }
  outgoing_.send();
}

// --- what raft says ------------------------------------------------------------------------------------

// What comes behind an entry that could not be written would leave a gap: nothing more is taken, also not of other groups.
void ReplicatedLog::take_ready(const consensus::Ready& ready) {
  LogGroup* group = find_raft(ready.group);
  FLORIN_ASSERT(group != nullptr, "a Ready of a group that is not open");
  for (const consensus::Entry& entry : ready.entries)
    if (!failed_) note(append(*group, entry));
  if (failed_) return;
  group->has_ready = true;
  // The first Ready waits for the record of the new incarnation: reads are named after it.
  const bool is_fetched = std::ranges::find(fetched_, group->number) != fetched_.end();
  const bool waits_for_sync = ready.must_sync || ready.install || ready.reference || ready.conf ||
                              group->is_opening || is_fetched;
  group->is_opening = false;
  group->take_state(ready);
  needs_sync_ |= waits_for_sync;
  look_at_role(*group, ready);
  told_.push_back({group->number,
                   {ready.messages.begin(), ready.messages.end()},
                   {ready.reads.begin(), ready.reads.end()},
                   ready.committed_first <= ready.committed_last ? ready.committed_last : 0,
                   waits_for_sync});
}

void ReplicatedLog::look_at_role(LogGroup& group, const consensus::Ready& ready) {
  const consensus::Term term = ready.hard_state.term;
  if (group.leadership.see_leader(ready.lead))
    ports_.leader_seen(group.number, term, node_of(ready.lead));
  const consensus::Term led = ready.role == Role::leader ? term : 0;
  if (group.leadership.is_other_term(led)) {
    stop_leading(group);
    group.held_commits.clear();
  }
  group.leadership.see_role(ready.role, led);
  if (led != 0) group.fetch.reset();  // who leads has all that is committed
}

Status<Error> ReplicatedLog::append(LogGroup& group, const consensus::Entry& entry) {
  // Fetched already: a committed entry is the same everywhere, and must not be taken out of the journal.
  if (entry.index <= group.state.hard.commit) return Unit{};
  FLORIN_TRY(bytes, bytes_of(group, entry));
  auto written = group.write(entry.index, entry.term, std::move(bytes));
  group.changes.note(entry.index, entry.change);
  needs_sync_ = true;
  return written;
}

Result<EntryBytes, Error> ReplicatedLog::bytes_of(LogGroup& group, const consensus::Entry& entry) {
  if (entry.kind != EntryKind::empty) {
    EntryBytes bytes = group.payloads.take(entry);
    FLORIN_ASSERT(bytes != nullptr, "raft took an entry whose bytes nobody brought");
    FLORIN_TRY_VOID(group.payloads.check(entry, *bytes));
    return bytes;
  }
  std::string previous;
  if (entry.index > 1) {
    FLORIN_TRY(before, group.log.at(entry.index - 1));
    previous = *before.bytes;
  }
  FLORIN_TRY(
      made, make_empty_entry(LogStreams::entries(group.number), entry.term, entry.index, previous));
  group.leadership.term_begins(entry.term);
  return EntryBytes(std::make_shared<const std::string>(std::move(made)));
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
    LogGroup& group = groups_.at(proposed->second);
    stop_leading(group);
    group.leadership.pause(options_.limits.election_ticks);
  }
  opened_.clear();
  stepped_.clear();
}

void ReplicatedLog::take_progress(std::span<const consensus::ProgressReport> reports) {
  for (const consensus::ProgressReport& report : reports)
    if (LogGroup* group = find_raft(report.group); group != nullptr) group->progress = report.peers;
}

void ReplicatedLog::write_state(LogGroup& group) {
  group.state_changed = false;
  const PartitionId stream = options_.streams.state(group.number);
  note(writer_.append({stream, 1, encode_group_state(group.state)}));
}

// --- what is durable -----------------------------------------------------------------------------------

Status<Error> ReplicatedLog::tell(const Told& told) {
  LogGroup& group = groups_.at(told.group);
  FLORIN_TRY_VOID(send_messages(group, told));
  FLORIN_TRY_VOID(give_committed(group, told.committed_last));
  take_reads(group, told);
  group.log.trim(options_.tail_bytes);
  maybe_compact(group);
  return Unit{};
}

Status<Error> ReplicatedLog::send_messages(LogGroup& group, const Told& told) {
  for (const consensus::OutMessage& message : told.messages) {
    const auto view = consensus::MessageView::parse(message.bytes);
    FLORIN_ASSERT(view.has_value(), "raft's own message");
    if (message.type == consensus::MessageType::pre_vote && !may_ask_for_votes(group)) continue;
    if (hold_back(group, message, *view)) continue;
    FLORIN_TRY(payloads, group.log.payloads_of(*view));
    if (!payloads) continue;
    if (message.type == consensus::MessageType::snapshot) group.snapshots.sent(message.to);
    outgoing_.add(node_of(message.to), message.bytes, *payloads);
  }
  return Unit{};
}

// Whose clock is off should not lead; but nobody who leads is worse: the others may be behind, or may not be there.
bool ReplicatedLog::may_ask_for_votes(const LogGroup& group) const {
  constexpr std::uint32_t patience_elections = 5;
  return !is_reluctant_ ||
         group.leadership.leaderless_ticks() >= patience_elections * options_.limits.election_ticks;
}

// What says that a change is committed does not wait: its replica may be meant to lead at once.
bool ReplicatedLog::hold_back(LogGroup& group, const consensus::OutMessage& message,
                              const consensus::MessageView& view) {
  if (message.type != consensus::MessageType::append) return false;
  if (view.entries() > 0 || group.changes.is_any_in_log()) {
    group.held_commits.drop(message.to);
    return false;
  }
  group.held_commits.hold(message.to, message.bytes);
  holds_commits_ = true;
  return true;
}

Status<Error> ReplicatedLog::give_committed(LogGroup& group, LogIndex last) {
  const LogIndex first = group.log.given() + 1;
  if (last < first) return Unit{};
  FLORIN_TRY(entries, group.log.take_committed(last));
  group.retire(last);
  ports_.committed(group.number, first, std::move(entries));
  return Unit{};
}

// What was committed when the question was put has been given by now, so the replica decides on at least that.
void ReplicatedLog::take_reads(LogGroup& group, const Told& told) {
  for (const consensus::ReadState& read : told.reads) {
    const Reign reign = group.leadership.reign();
    if (reign == 0) continue;
    if (const auto ticket = group.leadership.question().answered(read.context))
      ports_.confirmed(group.number, reign, *ticket);
  }
}

void ReplicatedLog::maybe_lead(LogGroup& group) {
  if (!group.leadership.may_decide(group.log)) return;
  group.begin_reign(++last_reign_);
  ports_.leading(group.number, last_reign_, group.state.hard.term);
}

void ReplicatedLog::stop_leading(LogGroup& group) {
  if (group.leadership.end()) ports_.following(group.number);
}

void ReplicatedLog::maybe_compact(LogGroup& group) {
  const LogIndex applied = group.state.applied;
  if (applied >= group.state.snapshot.index + 2 * options_.log_kept)
    group.compact_to = applied - options_.log_kept;
}

std::vector<ReplicatedLog::Status> ReplicatedLog::status() const {
  std::vector<Status> all;
  for (const auto& [number, group] : groups_) {
    if (group.is_closing) continue;
    const Leadership& lead = group.leadership;
    all.push_back({number, group.state.hard.term, lead.role(), node_of(lead.leader()),
                   group.log.given(), group.log.last(), lead.elections(), group.changes.conf(),
                   group.fetch.has_value(), group.state.replica, lead.reign(), group.state.retired,
                   group.caught_up(options_.limits.promotion_lag_max), group.is_removed,
                   group.changes.is_changing()});
  }
  return all;
}

}  // namespace florin
