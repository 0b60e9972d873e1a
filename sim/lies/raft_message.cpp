// The bytes: raftpb by field numbers, the header by docs/FORMATS.md.
#include "sim/lies/raft_message.hpp"

#include <string_view>

namespace florin::sim {
namespace {

template <class T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i & 0xFF));
}

void varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}
void number(std::string& out, std::uint64_t field, std::uint64_t value) {
  varint(out, field << 3);
  varint(out, value);
}
void bytes(std::string& out, std::uint64_t field, std::string_view value) {
  varint(out, field << 3 | 2);
  varint(out, value.size());
  out.append(value);
}

std::string handle_of(const CraftedEntry& entry) {
  std::string handle;
  put(handle, entry.index);
  put(handle, entry.check);
  put(handle, static_cast<std::uint32_t>(entry.payload.size()));
  put(handle, entry.kind);
  return handle;
}

// Type, term, index and data of an entry. Without data: what raft itself writes.
std::string entry_of(std::uint64_t type, std::uint64_t term, std::uint64_t index,
                     const std::optional<std::string>& data) {
  std::string out;
  number(out, 1, type);
  number(out, 2, term);
  number(out, 3, index);
  if (data) bytes(out, 4, *data);
  return out;
}

std::string entry_of(const CraftedEntry& entry) {
  if (entry.kind == 0) return entry_of(0, entry.term, entry.index, std::nullopt);
  if (entry.kind == 1) return entry_of(0, entry.term, entry.index, handle_of(entry));
  std::string change;
  number(change, 1, 0);
  number(change, 2, entry.raft_change);
  number(change, 3, entry.replica);
  bytes(change, 4, handle_of(entry));
  return entry_of(1, entry.term, entry.index, change);
}

std::string header_of(const CraftedMessage& m) {
  std::string out;
  put(out, std::uint8_t{2});
  put(out, m.type);
  put(out, std::uint16_t{0});
  put(out, static_cast<std::uint32_t>(m.entries.size()));
  for (const std::uint64_t value : {m.group, m.from, m.to, m.term}) put(out, value);
  put(out, m.snapshot_index);
  put(out, m.snapshot_term);
  for (const CraftedEntry& entry : m.entries) {
    put(out, entry.term);
    put(out, entry.index);
    put(out, static_cast<std::uint32_t>(entry.payload.size()));
    put(out, static_cast<std::uint16_t>(entry.kind));
    put(out, static_cast<std::uint16_t>(entry.raft_change));
    put(out, entry.kind == 0 ? std::uint64_t{0} : entry.index);
    put(out, entry.check);
    put(out, entry.replica);
  }
  return out;
}

std::string snapshot_of(const CraftedMessage& m) {
  std::string conf, metadata, out;
  for (const std::uint64_t id : m.voters) number(conf, 1, id);
  for (const std::uint64_t id : m.learners) number(conf, 2, id);
  number(conf, 5, 0);
  bytes(metadata, 1, conf);
  number(metadata, 2, m.snapshot_index);
  number(metadata, 3, m.snapshot_term);
  bytes(out, 2, metadata);
  return out;
}

}  // namespace

std::string CraftedMessage::message() const {
  std::string out = header_of(*this);
  number(out, 1, type);
  number(out, 2, to);
  number(out, 3, from);
  number(out, 4, term);
  number(out, 5, log_term);
  number(out, 6, index);
  for (const CraftedEntry& entry : entries) bytes(out, 7, entry_of(entry));
  if (read) bytes(out, 7, entry_of(0, 0, 0, read));
  number(out, 8, commit);
  bytes(out, 9, snapshot_of(*this));
  number(out, 10, reject ? 1 : 0);
  number(out, 11, reject_hint);
  if (!context.empty()) bytes(out, 12, context);
  return out;
}

std::string CraftedMessage::frame() const {
  const std::string bytes = message();
  std::string out(1, '\x01');
  put(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
  for (const CraftedEntry& entry : entries) out.append(entry.payload);
  return out;
}

}  // namespace florin::sim
