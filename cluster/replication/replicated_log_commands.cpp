// What came in since the last round, as commands for raft: in this order, each kind at one place.
#include <utility>

#include "base/assert.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

using consensus::EntryKind;

void ReplicatedLog::issue_commands() {
  close_groups();
  for (auto& [number, group] : groups_)
    if (std::exchange(group.has_ready, false)) engine_.advance(group.raft_id());
  issue_ticks();
  issue_compactions();
  report_snapshots();
  report_unreachable();
  incoming_.take_round(options_.round_bytes_soft,
                       [this](const IncomingFrames::Incoming& incoming) { issue_frame(incoming); });
  for (auto& [number, group] : groups_)
    if (const auto message = fetcher_.go_on(group)) engine_.step(group.raft_id(), *message);
  issue_hand_overs();
  issue_proposals();
  issue_confirms();
}

// The record is written in this round's block: a crash before that leaves the replica as it was.
void ReplicatedLog::close_groups() {
  for (auto it = groups_.begin(); it != groups_.end();) {
    LogGroup& group = it->second;
    if (!group.is_closing) {
      ++it;
      continue;
    }
    engine_.close(group.raft_id());
    group.state.is_gone = true;
    write_state(group);
    needs_sync_ = true;
    it = groups_.erase(it);
  }
}

void ReplicatedLog::issue_ticks() {
  if (ticks_ == 0) return;
  for (; ticks_ > 0; --ticks_) {
    engine_.tick_all();
    for (auto& [number, group] : groups_) group.tick();
  }
  for (auto& [number, group] : groups_)
    if (group.leadership.reign() != 0 &&
        (group.is_watched || !group.changes.conf().learners.empty()))
      engine_.report_progress(group.raft_id());
}

// A compaction must not name a group whose Ready is out: what a round finds is done in the next.
void ReplicatedLog::issue_compactions() {
  for (auto& [number, group] : groups_)
    if (const LogIndex to = std::exchange(group.compact_to, 0); to != 0)
      engine_.compact(group.raft_id(), to);
}

void ReplicatedLog::report_snapshots() {
  for (auto& [number, group] : groups_) {
    if (!group.leadership.is_raft_leader()) group.snapshots.clear();
    for (const auto replica : group.snapshots.take_lost(options_.snapshot_patience_ticks))
      engine_.report_snapshot(group.raft_id(), replica, false);
  }
}

void ReplicatedLog::report_unreachable() {
  for (const NodeNumber node : outgoing_.take_unreachable())
    for (auto& [number, group] : groups_)
      if (const auto replica = group.changes.replica_on(node);
          replica != 0 && group.leadership.is_raft_leader())
        engine_.report_unreachable(group.raft_id(), replica);
}

void ReplicatedLog::issue_frame(const IncomingFrames::Incoming& incoming) {
  if (failed_) return;
  if (const auto* raft = get_if<RaftFrame>(&incoming.frame)) {
    for (const RaftMessage& message : raft->messages) issue_raft(incoming.from, message);
  } else if (const auto* fetch = get_if<FetchFrame>(&incoming.frame)) {
    if (const LogGroup* group = find_raft(fetch->group))
      fetcher_.serve(*group, incoming.from, *fetch);
  } else {
    take_entries(incoming.from, get<EntriesFrame>(incoming.frame));
  }
}

// Payloads are staged for this cycle only: what raft does not take now it will be sent again. Who was removed for ever by
// an entry that is committed here has nothing to say any more: perhaps it does not know that yet.
void ReplicatedLog::issue_raft(NodeNumber from, const RaftMessage& message) {
  const consensus::MessageView& view = message.view;
  LogGroup* group = find_raft(view.group());
  if (group == nullptr || group->is_opening || view.to() != group->state.replica) return;
  if (group->is_retired(view.from())) return;
  if (view.type() == consensus::MessageType::snapshot && view.snapshot_index() > group->log.given())
    return LogFetcher::begin(*group, from, message);
  if (!group->payloads.stage(message)) return ports_.refused(from, PeerFault::wrong_bytes);
  stepped_.emplace(engine_.step(group->raft_id(), message.bytes), from);
}

void ReplicatedLog::take_entries(NodeNumber from, const EntriesFrame& frame) {
  LogGroup* group = find_raft(frame.group);
  if (group == nullptr) return;
  const auto taken = fetcher_.take(*group, from, frame);
  if (!taken) return void(failed_ = taken.error());
  if (!*taken) return;
  needs_sync_ = true;
  fetched_.push_back(group->number);
}

void ReplicatedLog::issue_hand_overs() {
  for (const auto& [number, to] : std::exchange(hand_overs_, {}))
    if (LogGroup* group = find(number); group != nullptr && group->leadership.is_raft_leader())
      if (const auto replica = group->changes.replica_on(to); replica != 0)
        engine_.hand_over(group->raft_id(), replica);
}

void ReplicatedLog::issue_proposals() {
  proposed_.clear();
  auto taken =
      proposals_.take_cycle(options_.round_bytes_soft, [this](GroupNumber number, Reign reign) {
        const LogGroup* group = find(number);
        return group != nullptr && group->leadership.is_in(reign);
      });
  if (!taken) return void(failed_ = taken.error());
  for (ProposalQueue::Proposal& one : *taken) {
    LogGroup& group = groups_.at(one.group);
    const LogIndex next = group.leadership.take_next_proposal();
    FLORIN_ASSERT(one.index == next, "proposals of a reign come in order");
    const auto command =
        one.change ? engine_.propose_change(group.raft_id(), *one.change,
                                            handle_of(one.index, *one.bytes, EntryKind::change))
                   : engine_.propose(group.raft_id(), handle_of(one.index, *one.bytes));
    proposed_.emplace(command, group.number);
    group.payloads.propose(one.index, std::move(one.bytes));
  }
}

void ReplicatedLog::issue_confirms() {
  for (auto& [number, group] : groups_) {
    LeaderQuestion& question = group.leadership.question();
    if (group.leadership.reign() == 0 || !question.is_due(options_.limits.election_ticks)) continue;
    question.put(++last_read_context_);
    engine_.read_index(group.raft_id(), last_read_context_);
  }
}

}  // namespace florin
