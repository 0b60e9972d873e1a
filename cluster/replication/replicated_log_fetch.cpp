// Catching up by the log itself: pieces of it out of the leader's journal, each entry checked against the hash
// chain before it is written. Committed entries only, so they may be evolved as they come. Whatever is lost on
// the way is asked for again from where the journal ends.
#include <algorithm>

#include "cluster/replication/replicated_log.hpp"

namespace florin {

void ReplicatedLog::serve_fetch(NodeNumber from, const FetchFrame& fetch) {
  Group* group = find_raft(fetch.group);
  if (group == nullptr) return;
  std::vector<std::string> entries;
  std::size_t bytes = 0;
  const LogIndex last = std::min(fetch.last, group->given);
  for (LogIndex index = fetch.first; index <= last && bytes < options_.piece_bytes; ++index) {
    auto entry = reader_.read(LogStreams::entries(group->number), index);
    if (!entry) break;  // not here either: another leader may have it
    bytes += entry->size();
    entries.push_back(std::move(*entry));
  }
  if (!entries.empty()) ports_.send(from, true, encode_entries_frame(fetch.group, fetch.first, entries));
}

// An entry that does not continue the chain ends the piece: nothing behind it is trusted.
void ReplicatedLog::take_entries(NodeNumber from, const EntriesFrame& frame) {
  Group* group = find_raft(frame.group);
  if (group == nullptr || !group->fetch || group->fetch->from != from || group->fetch->is_complete) return;
  LogIndex committed = group->state.hard.commit;
  if (frame.first != committed + 1) return;  // an answer that was asked for twice
  Hash previous = genesis_hash;
  if (committed > 0) {
    auto before = entry_at(*group, committed);
    if (!before) return void(failed_ = before.error());
    previous = chain_hash(**before);
  }
  for (const std::string_view bytes : frame.entries) {
    auto header = decode_entry_header(bytes);
    if (!header || header->partition != LogStreams::entries(group->number) ||
        header->index != committed + 1 || header->previous_hash != previous || committed >= group->fetch->last)
      break;
    previous = chain_hash(bytes);
    write(*group, ++committed, std::make_shared<const std::string>(bytes));
    if (header->term > group->state.hard.term) {
      group->state.hard.term = header->term;
      group->state.hard.vote = 0;
    }
  }
  group->fetch->is_asked = false;
  group->fetch->waited_ticks = 0;
  group->fetch->is_complete = committed == group->fetch->last;
  if (committed == group->state.hard.commit) return;
  group->state.hard.commit = committed;
  group->state_changed = true;
  needs_sync_ = true;
  fetched_.push_back(group->number);
}

void ReplicatedLog::go_on_fetching(Group& group) {
  if (!group.fetch) return;
  Fetch& fetch = *group.fetch;
  if (group.given >= fetch.last) {  // durable and given: now raft may hear of it
    engine_.step(LogStreams::raft_id(group.number), fetch.message);
    group.fetch.reset();
    return;
  }
  if (fetch.is_complete || (fetch.is_asked && fetch.waited_ticks < options_.fetch_patience_ticks)) return;
  fetch.is_asked = ports_.send(
      fetch.from, true,
      encode_fetch_frame({LogStreams::raft_id(group.number), group.state.hard.commit + 1, fetch.last}));
  fetch.waited_ticks = 0;
}

}  // namespace florin
