// Frames between the replicated logs of two nodes. Little endian.
//
//   raft     u8 1 | { u32 bytes of the message | message | payloads of its entries, in order } * one or more
//   fetch    u8 2 | u64 group | u64 first | u64 last          "send me these committed entries"
//   entries  u8 3 | u64 group | u64 first | u32 count | { u32 length | bytes } * count
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/consensus/consensus_message.hpp"
#include "cluster/replication/replica_entry.hpp"

namespace florin {

struct RaftMessage {
  consensus::MessageView view;
  std::string_view bytes;
  std::vector<std::string_view> payloads;  // one for each carried entry; empty for EntryKind::empty
};
struct RaftFrame {
  std::vector<RaftMessage> messages;  // of any groups, in order
};
struct FetchFrame {
  consensus::GroupId group = 0;
  LogIndex first = 0, last = 0;
};
struct EntriesFrame {
  consensus::GroupId group = 0;
  LogIndex first = 0;
  std::vector<std::string_view> entries;
};
using NodeFrame = std::variant<RaftFrame, FetchFrame, EntriesFrame>;

// Adds a message to a frame, or makes the frame when it is empty.
void append_raft_message(std::string& frame, std::string_view message,
                         const std::vector<EntryBytes>& payloads);
std::string encode_fetch_frame(const FetchFrame& fetch);
// What the frame has beside the bytes of its entries.
inline constexpr std::size_t entries_frame_bytes_first = 21;
inline constexpr std::size_t entries_frame_bytes_per_entry = 4;
std::string encode_entries_frame(consensus::GroupId group, LogIndex first,
                                 const std::vector<std::string>& entries);
// Views into `bytes`. Nothing when they are not a frame: lengths are checked, payloads are not looked at.
std::optional<NodeFrame> decode_node_frame(std::string_view bytes);

}  // namespace florin
