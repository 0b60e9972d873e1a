// Frames on the messages channel between nodes: what partitions tell each other, what clients of one node ask
// partitions led by another, and the answers. Little endian.
//
//   tell     u8 1 | messages (actors/messages/message_codec.hpp)
//   ask      u8 2 | asker | u64 frame | messages, each with the request number of the asker
//   replies  u8 3 | asker | replies, with these numbers
//   leaders  u8 4 | facts (cluster/membership/facts_frame.hpp)              "I lead these"
//   read     u8 5 | asker | u64 number | u16 partition | u64 index          "send me this entry"
//   entry    u8 6 | asker | u64 number | u16 partition | u64 index | u8 1 | bytes       the answer; u8 0: not there
//   command  u8 7 | asker | command (cluster_commands.hpp)                  an operator's, to who leads the meta group
//   outcome  u8 8 | asker | its outcome
//   clock    u8 9 | question or answer (cluster/clock/clock_frame.hpp)      "what does your clock show?"
//   disk     u8 10 | word or answer (cluster/disk/disk_frame.hpp)           "this is on my disk"
//   heads    u8 11 | cluster/replication/chain_heads.hpp                    "my replicas have come to this"
//
// `asker` is the u64 incarnation of the process that asks: every number in the frame is one of that process, and an
// answer for another incarnation is nobody's. `frame` counts the ask frames of a process from 1: each is taken once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/messages/message_codec.hpp"
#include "actors/messages/messages.hpp"

namespace florin {

enum class PeerMessage : std::uint8_t {
  tell = 1,
  ask = 2,
  replies = 3,
  leaders = 4,
  read = 5,
  entry = 6,
  command = 7,
  outcome = 8,
  clock = 9,
  disk = 10,
  heads = 11,
};

// A frame out of its kind and what another header encodes.
std::string frame_of(PeerMessage kind, std::string_view body);
std::string frame_of(PeerMessage kind, Incarnation asker, std::string_view body);
// Of a body that begins with it.
std::optional<Incarnation> take_asker(std::string_view& body);

std::string encode_tell(PartitionId to, std::span<const Message> messages);

struct AskFrame {
  Incarnation asker = 0;
  std::uint64_t frame = 0;
  MessageBatch batch;
};
std::string encode_ask(Incarnation asker, std::uint64_t frame, PartitionId to,
                       std::span<const Message> messages);
Result<AskFrame, Error> decode_ask(std::string_view body, FormatLevel reads = format_level_own);

struct RepliesFrame {
  Incarnation asker = 0;
  std::vector<Reply> replies;
};
std::string encode_peer_replies(Incarnation asker, std::span<const Reply> replies);
Result<RepliesFrame, Error> decode_peer_replies(std::string_view body,
                                                FormatLevel reads = format_level_own);

struct ReadQuestion {
  Incarnation asker = 0;
  std::uint64_t number = 0;
  PartitionId partition = 0;
  LogIndex index = 0;
};
std::string encode_read(const ReadQuestion& question);
std::optional<ReadQuestion> decode_read(std::string_view body);

struct ReadAnswer {
  ReadQuestion question;
  std::optional<std::string> entry;
};
std::string encode_entry_answer(const ReadAnswer& answer);
std::optional<ReadAnswer> decode_entry_answer(std::string_view body);

// The frame's kind, and what is behind it.
std::optional<std::pair<PeerMessage, std::string_view>> open_peer_message(std::string_view frame);

}  // namespace florin
