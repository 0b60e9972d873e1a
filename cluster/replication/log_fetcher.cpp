// Serving, asking for and checking pieces of a log.
#include "cluster/replication/log_fetcher.hpp"

#include <algorithm>

namespace florin {

void LogFetcher::serve(const LogGroup& group, NodeNumber from, const FetchFrame& fetch) {
  std::vector<std::string> entries;
  std::size_t bytes = 0;
  const LogIndex last = std::min(fetch.last, group.log.given());
  for (LogIndex index = fetch.first; index <= last; ++index) {
    auto entry = group.log.stored(index);
    if (!entry) break;  // not here either: another leader may have it
    bytes += entry->size() + entries_frame_bytes_per_entry;
    // One always goes, however large: a link takes it.
    if (!entries.empty() && bytes > piece_bytes_ - entries_frame_bytes_first) break;
    entries.push_back(std::move(*entry));
  }
  if (!entries.empty())
    ports_.send(from, true, encode_entries_frame(fetch.group, fetch.first, entries));
}

// Only for the leader of the term that raft is in: from then on no other leader's entries are taken, and this
// replica does not lead. Raft hears of a later leader by its heartbeats, and is then told again. What is asked
// for last counts: the leader that was asked before may be gone.
void LogFetcher::begin(LogGroup& group, NodeNumber from, const RaftMessage& message) {
  const consensus::MessageView& view = message.view;
  if (view.term() != group.state.hard.term || group.leadership.is_raft_leader()) return;
  FetchUnderWay fetch;
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

namespace {

// An entry that is there already is not written again: that would take away those behind it, which this replica
// may have acknowledged.
Result<bool, Error> has_entry(const LogGroup& group, LogIndex index, std::string_view bytes) {
  if (index > group.log.last()) return false;
  FLORIN_TRY(there, group.log.at(index));
  return *there.bytes == bytes;
}

bool continues_chain(const LogGroup& group, LogIndex index, const Hash& previous,
                     const EntryHeader& header) {
  const FetchUnderWay& fetch = *group.fetch;
  return header.partition == LogStreams::entries(group.number) && header.index == index &&
         header.previous_hash == previous && header.term != 0 && header.term <= fetch.last_term &&
         (index != fetch.last || header.term == fetch.last_term);
}

}  // namespace

// False: it is not the entry that belongs there.
Result<bool, Error> LogFetcher::take_entry(LogGroup& group, LogIndex index, Hash previous,
                                           std::string_view bytes) {
  const auto header = decode_entry_header(bytes);
  if (!header || !continues_chain(group, index, previous, *header)) return false;
  FLORIN_TRY(there, has_entry(group, index, bytes));
  if (there) return true;
  const auto change = change_in(bytes);
  if (!change) return false;
  FLORIN_TRY_VOID(group.write(index, header->term, std::make_shared<const std::string>(bytes)));
  if (*change) group.changes.note(index, **change);
  return true;
}

// An entry that does not continue the chain ends the piece: nothing behind it is trusted.
Result<bool, Error> LogFetcher::take(LogGroup& group, NodeNumber from, const EntriesFrame& frame) {
  if (!group.fetch || group.fetch->from != from || group.fetch->is_complete) return false;
  FetchUnderWay& fetch = *group.fetch;
  LogIndex committed = group.state.hard.commit;
  if (frame.first > committed + 1) return false;  // an answer that was asked for twice
  Hash previous = genesis_hash;
  if (committed > 0) {
    FLORIN_TRY(before, group.log.at(committed));
    previous = chain_hash(*before.bytes);
  }
  for (std::size_t i = committed + 1 - frame.first;
       i < frame.entries.size() && committed < fetch.last; ++i) {
    const std::string_view bytes = frame.entries[i];
    FLORIN_TRY(taken, take_entry(group, committed + 1, previous, bytes));
    if (!taken) {
      ports_.refused(from, PeerFault::wrong_bytes);
      break;
    }
    previous = chain_hash(bytes);
    ++committed;
  }
  if (committed == group.state.hard.commit) return false;
  fetch.is_asked = false;
  fetch.waited_ticks = 0;
  fetch.is_complete = committed >= fetch.last;
  group.state.hard.commit = group.fetched = committed;
  group.state_changed = true;
  return true;
}

std::optional<std::string> LogFetcher::go_on(LogGroup& group) {
  if (!group.fetch || group.is_opening) return std::nullopt;
  FetchUnderWay& fetch = *group.fetch;
  if (group.log.given() >= fetch.last) {  // durable and given: now raft may hear of it
    std::string message = std::move(fetch.message);
    group.fetch.reset();
    return message;
  }
  // Raft's own log may have got there meanwhile.
  fetch.is_complete = group.state.hard.commit >= fetch.last;
  if (fetch.is_complete || (fetch.is_asked && fetch.waited_ticks < patience_ticks_))
    return std::nullopt;
  fetch.is_asked =
      ports_.send(fetch.from, true,
                  encode_fetch_frame({group.raft_id(), group.state.hard.commit + 1, fetch.last}));
  fetch.waited_ticks = 0;
  return std::nullopt;
}

}  // namespace florin
