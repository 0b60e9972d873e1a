// Bytes of entries between their arrival and the journal.
#include "cluster/replication/group/entry_payloads.hpp"

namespace florin {

using consensus::EntryKind;

bool EntryPayloads::stage(const RaftMessage& message) {
  const std::size_t before = staged_.size();
  for (std::uint32_t i = 0; i < message.view.entries(); ++i) {
    const consensus::Entry said = consensus::entry_of(message.view.entry(i));
    if (said.kind == EntryKind::empty) continue;
    const auto is = raft_entry_of(message.payloads[i]);
    const auto header = decode_entry_header(message.payloads[i]);
    if (!is || *is != said || header->partition != stream_) {
      staged_.resize(before);
      return false;
    }
    staged_.push_back({said, std::make_shared<const std::string>(message.payloads[i])});
  }
  return true;
}

EntryBytes EntryPayloads::take(const consensus::Entry& entry) {
  while (!proposed_.empty() && proposed_.front().index < entry.index) proposed_.pop_front();
  if (!proposed_.empty() && proposed_.front().index == entry.index) {
    EntryBytes bytes = proposed_.front().bytes;
    if (handle_of(entry.index, *bytes, entry.kind) == entry.handle) {
      proposed_.pop_front();
      return bytes;
    }
  }
  for (const Staged& staged : staged_)
    if (staged.entry == entry) return staged.bytes;
  return nullptr;
}

Status<Error> EntryPayloads::check(const consensus::Entry& entry, std::string_view bytes) const {
  const auto header = decode_entry_header(bytes);
  if (header && header->partition == stream_ && header->index == entry.index &&
      header->term == entry.term)
    return Unit{};
  return Err{Error{Errc::corrupt, "partition " + std::to_string(stream_) + ": the bytes of entry " +
                                      std::to_string(entry.index) + ", term " +
                                      std::to_string(entry.term) + ", are of another"}};
}

}  // namespace florin
