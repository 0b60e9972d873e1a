// Catching up by the log itself: pieces of it out of the leader's journal, each entry checked against the hash
// chain before it is written. Committed entries only, so they may be evolved as they come. Whatever is lost on
// the way is asked for again from where the journal ends.
//
// Raft does not hear of these entries before all of them are there: until then its log is what it was, and the
// journal's may be longer, or differ from it behind the last committed entry. That is safe, because everything
// up to the wanted entry is on a majority without this replica, and the leader of this term has it too: raft
// here cannot win an election, and whatever leader speaks to it has the same entries.
#include <algorithm>

#include "cluster/replication/replicated_log.hpp"

namespace florin {

void ReplicatedLog::serve_fetch(NodeNumber from, const FetchFrame& fetch) {
  Group* group = find_raft(fetch.group);
  if (group == nullptr) return;
  std::vector<std::string> entries;
  std::size_t bytes = 0;
  const LogIndex last = std::min(fetch.last, group->given);
  for (LogIndex index = fetch.first; index <= last; ++index) {
    auto entry = reader_.read(LogStreams::entries(group->number), index);
    if (!entry) break;  // not here either: another leader may have it
    bytes += entry->size() + entries_frame_bytes_per_entry;
    // One always goes, however large: a link takes it.
    if (!entries.empty() && bytes > options_.piece_bytes - entries_frame_bytes_first) break;
    entries.push_back(std::move(*entry));
  }
  if (!entries.empty())
    ports_.send(from, true, encode_entries_frame(fetch.group, fetch.first, entries));
}

// Only for the leader of the term that raft is in: from then on no other leader's entries are taken, and this
// replica does not lead. Raft hears of a later leader by its heartbeats, and is then told again. What is asked
// for last counts: the leader that was asked before may be gone.
void ReplicatedLog::begin_fetching(Group& group, NodeNumber from, const RaftMessage& message) {
  const consensus::MessageView& view = message.view;
  if (view.term() != group.state.hard.term || group.led_term != 0) return;
  Fetch fetch;
  fetch.from = from;
  fetch.message = std::string(message.bytes);
  fetch.last = view.snapshot_index();
  fetch.last_term = view.snapshot_term();
  fetch.is_complete = group.state.hard.commit >= fetch.last;
  if (group.fetch && group.fetch->from == from) {
    // A lower one replaces it, too: the higher may have been a lie of that node, and nobody would ever have that entry. If
    // it is an older message of an honest one, raft asks for the rest.
    if (group.fetch->last == fetch.last) return;
    fetch.is_asked = group.fetch->is_asked;
    fetch.waited_ticks = group.fetch->waited_ticks;
  }
  group.fetch = std::move(fetch);
}

// An entry that is there already is not written again: that would take away those behind it, which this replica
// may have acknowledged.
Result<bool, Error> ReplicatedLog::has_entry(Group& group, LogIndex index, std::string_view bytes) {
  if (index > group.last) return false;
  FLORIN_TRY(there, entry_at(group, index));
  return *there.bytes == bytes;
}

// An entry that does not continue the chain ends the piece: nothing behind it is trusted.
void ReplicatedLog::take_entries(NodeNumber from, const EntriesFrame& frame) {
  Group* group = find_raft(frame.group);
  if (group == nullptr || !group->fetch || group->fetch->from != from || group->fetch->is_complete)
    return;
  Fetch& fetch = *group->fetch;
  LogIndex committed = group->state.hard.commit;
  if (frame.first > committed + 1) return;  // an answer that was asked for twice
  Hash previous = genesis_hash;
  if (committed > 0) {
    auto before = entry_at(*group, committed);
    if (!before) return void(failed_ = before.error());
    previous = chain_hash(*before->bytes);
  }
  for (std::size_t i = committed + 1 - frame.first;
       i < frame.entries.size() && committed < fetch.last; ++i) {
    const std::string_view bytes = frame.entries[i];
    const auto header = decode_entry_header(bytes);
    const LogIndex index = committed + 1;
    if (!header || header->partition != LogStreams::entries(group->number) ||
        header->index != index || header->previous_hash != previous || header->term == 0 ||
        header->term > fetch.last_term ||
        (index == fetch.last && header->term != fetch.last_term)) {
      ports_.refused(from, PeerFault::wrong_bytes);
      break;
    }
    const auto there = has_entry(*group, index, bytes);
    if (!there) return void(failed_ = there.error());
    if (!*there) {
      const auto change = change_in(bytes);
      if (!change) {
        ports_.refused(from, PeerFault::wrong_bytes);
        break;
      }
      write(*group, index, header->term, std::make_shared<const std::string>(bytes));
      if (*change) note_change(*group, index, **change);
    }
    previous = chain_hash(bytes);
    committed = index;
  }
  if (committed == group->state.hard.commit) return;
  fetch.is_asked = false;
  fetch.waited_ticks = 0;
  fetch.is_complete = committed >= fetch.last;
  group->state.hard.commit = group->fetched = committed;
  group->state_changed = true;
  needs_sync_ = true;
  fetched_.push_back(group->number);
}

void ReplicatedLog::go_on_fetching(Group& group) {
  if (!group.fetch || group.is_opening) return;
  Fetch& fetch = *group.fetch;
  if (group.given >= fetch.last) {  // durable and given: now raft may hear of it
    engine_.step(LogStreams::raft_id(group.number), fetch.message);
    group.fetch.reset();
    return;
  }
  // Raft's own log may have got there meanwhile.
  fetch.is_complete = group.state.hard.commit >= fetch.last;
  if (fetch.is_complete || (fetch.is_asked && fetch.waited_ticks < options_.fetch_patience_ticks))
    return;
  fetch.is_asked = ports_.send(fetch.from, true,
                               encode_fetch_frame({LogStreams::raft_id(group.number),
                                                   group.state.hard.commit + 1, fetch.last}));
  fetch.waited_ticks = 0;
}

}  // namespace florin
