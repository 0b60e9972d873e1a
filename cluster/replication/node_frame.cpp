// Frames to bytes and back; lengths are checked before anything is believed.
#include "cluster/replication/node_frame.hpp"

#include "base/little_endian.hpp"

namespace florin {
namespace {

enum Kind : std::uint8_t { raft = 1, fetch = 2, entries = 3 };

template <class T>
bool take(std::string_view& in, T& value) {
  const auto taken = take_le<T>(in);
  value = taken.value_or(0);
  return taken.has_value();
}

bool take_bytes(std::string_view& in, std::size_t length, std::string_view& out) {
  if (in.size() < length) return false;
  out = in.substr(0, length);
  in.remove_prefix(length);
  return true;
}

std::optional<RaftMessage> take_message(std::string_view& in) {
  std::uint32_t length = 0;
  std::string_view bytes;
  if (!take(in, length) || !take_bytes(in, length, bytes)) return std::nullopt;
  const auto view = consensus::MessageView::parse(bytes);
  if (!view) return std::nullopt;
  RaftMessage message{*view, bytes, std::vector<std::string_view>(view->entries())};
  for (std::uint32_t i = 0; i < view->entries(); ++i)
    if (!take_bytes(in, view->entry(i).length, message.payloads[i])) return std::nullopt;
  return message;
}

std::optional<NodeFrame> decode_raft(std::string_view in) {
  RaftFrame frame;
  do {
    auto message = take_message(in);
    if (!message) return std::nullopt;
    frame.messages.push_back(std::move(*message));
  } while (!in.empty());
  return frame;
}

std::optional<NodeFrame> decode_fetch(std::string_view in) {
  FetchFrame frame;
  if (!take(in, frame.group) || !take(in, frame.first) || !take(in, frame.last) || !in.empty())
    return std::nullopt;
  if (frame.first == 0 || frame.first > frame.last) return std::nullopt;
  return frame;
}

std::optional<NodeFrame> decode_entries(std::string_view in) {
  EntriesFrame frame;
  std::uint32_t count = 0;
  if (!take(in, frame.group) || !take(in, frame.first) || !take(in, count)) return std::nullopt;
  if (frame.first == 0 || count == 0 || count > in.size() / sizeof(std::uint32_t))
    return std::nullopt;
  frame.entries.resize(count);
  for (auto& entry : frame.entries) {
    std::uint32_t length = 0;
    if (!take(in, length) || !take_bytes(in, length, entry)) return std::nullopt;
  }
  if (!in.empty()) return std::nullopt;
  return frame;
}

}  // namespace

void append_raft_message(std::string& frame, std::string_view message,
                         const std::vector<EntryBytes>& payloads) {
  if (frame.empty()) append_le(frame, std::uint8_t{raft});
  append_le(frame, static_cast<std::uint32_t>(message.size()));
  frame.append(message);
  for (const auto& payload : payloads) frame.append(*payload);
}

std::string encode_fetch_frame(const FetchFrame& frame) {
  std::string out;
  append_le(out, std::uint8_t{fetch});
  append_le(out, std::uint64_t{frame.group});
  append_le(out, std::uint64_t{frame.first});
  append_le(out, std::uint64_t{frame.last});
  return out;
}

std::string encode_entries_frame(consensus::GroupId group, LogIndex first,
                                 const std::vector<std::string>& list) {
  std::string out;
  append_le(out, std::uint8_t{entries});
  append_le(out, std::uint64_t{group});
  append_le(out, std::uint64_t{first});
  append_le(out, static_cast<std::uint32_t>(list.size()));
  for (const std::string& entry : list) {
    append_le(out, static_cast<std::uint32_t>(entry.size()));
    out.append(entry);
  }
  return out;
}

std::optional<NodeFrame> decode_node_frame(std::string_view in) {
  std::uint8_t kind = 0;
  if (!take(in, kind)) return std::nullopt;
  switch (kind) {
    case raft: return decode_raft(in);
    case fetch: return decode_fetch(in);
    case entries: return decode_entries(in);
    default: return std::nullopt;
  }
}

}  // namespace florin
