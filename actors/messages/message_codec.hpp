// Messages and replies <-> bytes, for the links between nodes. Many to one partition go together:
//
//   messages = msgpack array [version, to, message...], message = array [kind, field...]
//   replies  = msgpack array [version, reply...],       reply   = array [kind, request, position, subject, array [field...]]
//
// kind = the wire number in the declaration (of a message in the list of who hears it, of a reply in messages.hpp); the fields are listed in message_fields.hpp.
// Loss on the way is harmless: whoever sent a message sends it again (actors/README.md).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages/messages.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

inline constexpr std::uint32_t message_format_version = 1;
inline constexpr std::uint32_t reply_format_version = 2;

struct MessageBatch {
  PartitionId to = 0;
  std::vector<Message> messages;
};

// Add the bytes at the end of `into`. A reply's body must not be a null pointer.
void encode_messages(std::string& into, PartitionId to, std::span<const Message> messages);
void encode_replies(std::string& into, std::span<const Reply> replies);

// Strict, as the bytes come from a peer: another version, an unknown kind or enumerator, a wrong type or
// number of fields, a length beyond the bytes and trailing bytes are Errc::corrupt, with the field in the
// text; none of the batch is given then. Shape only: whether `to` is ours and what an amount means is the
// receiver's to check. Never throw, never read beyond `bytes`; the memory taken is bounded by their number. What is above
// the format level `reads` is unknown.
Result<MessageBatch, Error> decode_messages(std::string_view bytes,
                                            FormatLevel reads = format_level_own);
Result<std::vector<Reply>, Error> decode_replies(std::string_view bytes,
                                                 FormatLevel reads = format_level_own);

}  // namespace florin
