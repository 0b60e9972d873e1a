// The newest entries in memory over the journal.
#include "cluster/replication/group/group_log.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {

Result<GroupLog::Entry, Error> GroupLog::at(LogIndex index) const {
  if (index <= last_ && index >= tail_first()) return tail_[index - tail_first()];
  FLORIN_TRY(bytes, stored(index));
  FLORIN_TRY(header, decode_entry_header(bytes));
  return Entry{header.term, std::make_shared<const std::string>(std::move(bytes))};
}

Result<std::optional<std::vector<EntryBytes>>, Error> GroupLog::payloads_of(
    const consensus::MessageView& message) const {
  std::optional<std::vector<EntryBytes>> payloads(std::in_place);
  for (std::uint32_t i = 0; i < message.entries(); ++i) {
    const consensus::CarriedEntry carried = message.entry(i);
    if (carried.kind == consensus::EntryKind::empty) continue;
    if (carried.index > last_) return std::optional<std::vector<EntryBytes>>();
    FLORIN_TRY(entry, at(carried.index));
    if (entry.term != carried.term || entry.bytes->size() != carried.length)
      return std::optional<std::vector<EntryBytes>>();
    payloads->push_back(std::move(entry.bytes));
  }
  return payloads;
}

void GroupLog::keep(consensus::Term term, EntryBytes bytes) {
  tail_bytes_ += bytes->size();
  tail_.push_back({term, std::move(bytes)});
}

Status<Error> GroupLog::write(LogIndex index, consensus::Term term, EntryBytes bytes) {
  FLORIN_ASSERT(index <= last_ + 1 && index > given_, "entries come without gaps");
  while (last_ >= index) {
    if (!tail_.empty()) {
      tail_bytes_ -= tail_.back().bytes->size();
      tail_.pop_back();
    }
    --last_;
  }
  auto status = writer_->append({stream_, index, *bytes});
  last_ = index;
  keep(term, std::move(bytes));
  return status;
}

Result<std::vector<EntryBytes>, Error> GroupLog::take_committed(LogIndex last) {
  std::vector<EntryBytes> entries;
  for (LogIndex index = given_ + 1; index <= last; ++index) {
    FLORIN_TRY(entry, at(index));
    entries.push_back(std::move(entry.bytes));
  }
  given_ = std::max(given_, last);
  return entries;
}

// Entries that are not committed stay: they are wanted soon, and the journal would have to be read for them.
void GroupLog::trim(std::size_t bytes_max) {
  while (!tail_.empty() && tail_bytes_ > bytes_max && tail_first() <= given_) {
    tail_bytes_ -= tail_.front().bytes->size();
    tail_.pop_front();
  }
}

}  // namespace florin
