// The header before each consensus message between nodes: what its receiver must know to stage payloads and to
// route, without reading protobuf. Little endian, 56 bytes and 48 for each entry of the log it carries:
//
//   u8 version = 2 | u8 type | u16 0 | u32 entries | u64 group | u64 from | u64 to | u64 term
//   | u64 snapshot index | u64 snapshot term | { u64 term | u64 index | u32 payload length | u16 kind
//   | u16 raft's type of the change | u64 index of the handle | u64 check of the handle | u64 changed replica } * entries
//
// The engine that steps the message makes the header again from the protobuf and refuses it when they differ, so
// what was read here is what raft will see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ids.hpp"

namespace florin::consensus {

using GroupId = std::uint64_t;
using ReplicaId = std::uint64_t;
using Term = std::uint64_t;

enum class EntryKind : std::uint32_t {
  // a new leader's first entry, or in the place of a change that was refused: no payload
  empty = 0,
  turn = 1,
  change = 2,  // of the membership
};

// Numbers of raft's protobuf; what is not listed never travels.
enum class MessageType : std::uint8_t {
  append = 3,
  append_reply = 4,
  vote = 5,
  vote_reply = 6,
  // a reference: the state itself travels elsewhere, and must be there before the message is stepped
  snapshot = 7,
  heartbeat = 8,
  heartbeat_reply = 9,
  timeout_now = 14,
  read_index = 15,
  read_index_reply = 16,
  pre_vote = 17,
  pre_vote_reply = 18,
};
std::string_view to_string(MessageType type) noexcept;

struct CarriedEntry {
  Term term = 0;
  LogIndex index = 0;
  std::uint32_t length = 0;  // of the payload beside the message; 0 for EntryKind::empty
  EntryKind kind = EntryKind::empty;
  // What raft will hand out of it, to be compared with the payload before raft sees the message. 0 where a kind has none.
  std::uint64_t handle_index = 0;
  std::uint64_t check = 0;
  std::uint16_t raft_change = 0;  // raft's own number
  ReplicaId replica = 0;
};

// A view of a message; the bytes must outlive it.
class MessageView {
 public:
  static constexpr std::size_t header_size = 56;
  static constexpr std::size_t entry_size = 48;

  // Nothing when the bytes are not a message: too short, unknown version, type or kind.
  static std::optional<MessageView> parse(std::string_view bytes) noexcept;

  [[nodiscard]] MessageType type() const noexcept;
  [[nodiscard]] GroupId group() const noexcept;
  [[nodiscard]] ReplicaId from() const noexcept;
  [[nodiscard]] ReplicaId to() const noexcept;
  [[nodiscard]] Term term() const noexcept;                // 0 for read_index
  [[nodiscard]] LogIndex snapshot_index() const noexcept;  // 0 unless MessageType::snapshot
  [[nodiscard]] Term snapshot_term() const noexcept;
  [[nodiscard]] std::uint32_t entries() const noexcept;
  [[nodiscard]] CarriedEntry entry(std::uint32_t number) const noexcept;  // number < entries()

 private:
  explicit MessageView(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace florin::consensus
