// Reads the message header (consensus_message.hpp). Bytes come from another node: nothing is trusted.
#include "cluster/consensus/consensus_message.hpp"

#include "base/little_endian.hpp"

#include "base/assert.hpp"

namespace florin::consensus {
namespace {

constexpr std::uint8_t header_version = 2;

std::uint32_t u32_at(std::string_view bytes, std::size_t at) noexcept {
  return load_le<std::uint32_t>(bytes.substr(at));
}

std::uint16_t u16_at(std::string_view bytes, std::size_t at) noexcept {
  return load_le<std::uint16_t>(bytes.substr(at));
}

std::uint64_t u64_at(std::string_view bytes, std::size_t at) noexcept {
  return load_le<std::uint64_t>(bytes.substr(at));
}

bool known_kinds(std::string_view bytes, std::size_t entries) noexcept {
  for (std::size_t i = 0; i < entries; ++i) {
    const auto at = MessageView::header_size + i * MessageView::entry_size;
    if (u16_at(bytes, at + 20) > static_cast<std::uint16_t>(EntryKind::change)) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(MessageType type) noexcept {
  switch (type) {
    case MessageType::append: return "append";
    case MessageType::append_reply: return "append_reply";
    case MessageType::vote: return "vote";
    case MessageType::vote_reply: return "vote_reply";
    case MessageType::snapshot: return "snapshot";
    case MessageType::heartbeat: return "heartbeat";
    case MessageType::heartbeat_reply: return "heartbeat_reply";
    case MessageType::timeout_now: return "timeout_now";
    case MessageType::read_index: return "read_index";
    case MessageType::read_index_reply: return "read_index_reply";
    case MessageType::pre_vote: return "pre_vote";
    case MessageType::pre_vote_reply: return "pre_vote_reply";
  }
  return {};
}

std::optional<MessageView> MessageView::parse(std::string_view bytes) noexcept {
  if (bytes.size() < header_size || static_cast<std::uint8_t>(bytes[0]) != header_version)
    return std::nullopt;
  if (bytes[2] != 0 || bytes[3] != 0) return std::nullopt;
  if (to_string(static_cast<MessageType>(bytes[1])).empty()) return std::nullopt;
  const std::size_t entries = u32_at(bytes, 4);
  if (entries > (bytes.size() - header_size) / entry_size || !known_kinds(bytes, entries))
    return std::nullopt;
  return MessageView(bytes);
}

MessageType MessageView::type() const noexcept { return static_cast<MessageType>(bytes_[1]); }
std::uint32_t MessageView::entries() const noexcept { return u32_at(bytes_, 4); }
GroupId MessageView::group() const noexcept { return load_le<std::uint64_t>(bytes_.substr(8)); }
ReplicaId MessageView::from() const noexcept { return load_le<std::uint64_t>(bytes_.substr(16)); }
ReplicaId MessageView::to() const noexcept { return load_le<std::uint64_t>(bytes_.substr(24)); }
Term MessageView::term() const noexcept { return load_le<std::uint64_t>(bytes_.substr(32)); }
LogIndex MessageView::snapshot_index() const noexcept {
  return load_le<std::uint64_t>(bytes_.substr(40));
}
Term MessageView::snapshot_term() const noexcept {
  return load_le<std::uint64_t>(bytes_.substr(48));
}

CarriedEntry MessageView::entry(std::uint32_t number) const noexcept {
  FLORIN_ASSERT(number < entries());
  const auto at = header_size + number * entry_size;
  CarriedEntry entry;
  entry.term = u64_at(bytes_, at);
  entry.index = u64_at(bytes_, at + 8);
  entry.length = u32_at(bytes_, at + 16);
  entry.kind = static_cast<EntryKind>(u16_at(bytes_, at + 20));
  entry.raft_change = u16_at(bytes_, at + 22);
  entry.handle_index = u64_at(bytes_, at + 24);
  entry.check = u64_at(bytes_, at + 32);
  entry.replica = u64_at(bytes_, at + 40);
  return entry;
}

}  // namespace florin::consensus
