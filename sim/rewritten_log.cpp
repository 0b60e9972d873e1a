// See rewritten_log.hpp.
#include "sim/rewritten_log.hpp"

#include <string>
#include <vector>

#include "persistence/codec/entry_codec.hpp"

namespace florin::sim {
namespace {

std::string encode(const DecodedEntry& entry) {
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : entry.events) builder.add(event);
  return builder.finish(entry.header);
}

// The first one from the middle on that can be later without being later than the next one.
std::size_t which(const std::vector<DecodedEntry>& log) {
  for (std::size_t at = log.size() / 2; at + 1 < log.size(); ++at)
    if (!log[at].events.empty() && log[at].header.time < log[at + 1].header.time) return at;
  return log.size();
}

}  // namespace

Result<std::size_t, Error> rewrite_log(const JournalOptions& options, PartitionId partition) {
  FLORIN_TRY(journal, Journal::open(options));
  std::vector<DecodedEntry> log;
  for (LogIndex index = 1; index <= journal->last_index(partition); ++index) {
    FLORIN_TRY(bytes, journal->read(partition, index));
    FLORIN_TRY(entry, decode_entry(bytes));
    log.push_back(std::move(entry));
  }
  const std::size_t first = which(log);
  if (first == log.size()) return std::size_t{0};
  ++log[first].header.time.us;
  for (std::size_t at = first; at < log.size(); ++at) {
    std::string bytes = encode(log[at]);
    if (at + 1 < log.size()) log[at + 1].header.previous_hash = chain_hash(bytes);
    FLORIN_TRY_VOID(journal->append({partition, log[at].header.index, std::move(bytes)}));
  }
  FLORIN_TRY_VOID(journal->sync());
  FLORIN_TRY_VOID(journal->close_cleanly());
  return log.size() - first;
}

}  // namespace florin::sim
