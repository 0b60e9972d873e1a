// Who leads, since when, and whether it still does.
#include <algorithm>

#include "base/assert.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

using consensus::Role;

void ReplicatedLog::look_at_role(Group& group, const consensus::Ready& ready) {
  if (ready.lead != group.leader) {
    if (ready.lead != 0) ++group.elections;
    group.leader = ready.lead;
    ports_.leader_seen(group.number, ready.hard_state.term, node_of(ready.lead));
  }
  group.role = ready.role;
  const consensus::Term led = ready.role == Role::leader ? ready.hard_state.term : 0;
  if (led != group.led_term) stop_leading(group);
  if (led != group.led_term) group.held_commits.clear();
  group.led_term = led;
  if (led != 0) group.fetch.reset();  // who leads has all that is committed
}

// Leads from the moment when the first entry of its term is committed and given, and nothing is on its way:
// then all that anybody was ever told is in what was given.
void ReplicatedLog::maybe_lead(Group& group) {
  if (group.led_term == 0 || group.epoch != 0 || group.pause_ticks > 0) return;
  if (group.term_start_term != group.led_term || group.given != group.last) return;
  group.epoch = ++last_epoch_;
  group.next_proposal = group.last + 1;
  group.proposals.clear();
  group.progress.clear();
  group.ticket_wanted = group.ticket_asked = group.ticket_confirmed = 0;
  ports_.leading(group.number, group.epoch, group.state.hard.term);
}

void ReplicatedLog::stop_leading(Group& group) {
  if (group.epoch == 0) return;
  group.epoch = 0;
  ports_.following(group.number);
}

void ReplicatedLog::confirm(GroupNumber number, Epoch epoch, std::uint64_t ticket) {
  Group* group = find(number);
  if (group == nullptr || group->epoch == 0 || group->epoch != epoch) return;
  group->ticket_wanted = std::max(group->ticket_wanted, ticket);
}

// One question at a time for each group: its answer serves all who asked before it was put. Raft may drop it
// without a word, so it is put again, under another name, after an election timeout.
void ReplicatedLog::issue_confirms() {
  for (auto& [number, group] : groups_) {
    if (group.epoch == 0) continue;
    if (group.waits_for_answer()) {
      if (group.question_ticks < options_.limits.election_ticks) continue;
    } else if (!group.has_question()) {
      continue;
    }
    group.ticket_asked = group.ticket_wanted;
    group.question_ticks = 0;
    group.read_context = ++last_read_context_;
    engine_.read_index(LogStreams::raft_id(number), group.read_context);
  }
}

// What was committed when the question was put has been given by now, so the replica decides on at least that.
void ReplicatedLog::take_reads(Group& group, const Told& told) {
  for (const consensus::ReadState& read : told.reads) {
    if (group.epoch == 0 || read.context != group.read_context || !group.waits_for_answer())
      continue;
    group.ticket_confirmed = group.ticket_asked;
    ports_.confirmed(group.number, group.epoch, group.ticket_confirmed);
  }
}

}  // namespace florin
