// The small frames of the messages channel, to bytes and back.
#include "actors/asks/peer_messages.hpp"

#include "base/little_endian.hpp"

namespace florin {
namespace {

Error no_asker(const char* what) {
  return Error{Errc::corrupt, std::string(what) + " from a peer: does not say whose it is"};
}

std::string begin(PeerMessage kind, Incarnation asker) {
  std::string frame(1, static_cast<char>(kind));
  append_le(frame, asker);
  return frame;
}

void put(std::string& frame, const ReadQuestion& question) {
  append_le(frame, question.number);
  append_le(frame, std::uint16_t{question.partition});
  append_le(frame, std::uint64_t{question.index});
}

std::optional<ReadQuestion> take_question(std::string_view& body) {
  const auto asker = take_asker(body);
  const auto number = take_le<std::uint64_t>(body);
  const auto partition = take_le<std::uint16_t>(body);
  const auto index = take_le<std::uint64_t>(body);
  if (!asker || !number || !partition || !index) return std::nullopt;
  return ReadQuestion{*asker, *number, *partition, *index};
}

}  // namespace

std::string frame_of(PeerMessage kind, std::string_view body) {
  std::string frame(1, static_cast<char>(kind));
  return frame.append(body);
}

std::string frame_of(PeerMessage kind, Incarnation asker, std::string_view body) {
  return begin(kind, asker).append(body);
}

std::optional<Incarnation> take_asker(std::string_view& body) {
  const auto asker = take_le<std::uint64_t>(body);
  return asker && *asker != 0 ? asker : std::nullopt;
}

std::string encode_tell(PartitionId to, std::span<const Message> messages) {
  std::string frame(1, static_cast<char>(PeerMessage::tell));
  encode_messages(frame, to, messages);
  return frame;
}

std::string encode_ask(Incarnation asker, std::uint64_t frame, PartitionId to,
                       std::span<const Message> messages) {
  std::string out = begin(PeerMessage::ask, asker);
  append_le(out, frame);
  encode_messages(out, to, messages);
  return out;
}

Result<AskFrame, Error> decode_ask(std::string_view body, FormatLevel reads) {
  const auto asker = take_asker(body);
  const auto frame = take_le<std::uint64_t>(body);
  if (!asker || !frame) return Err{no_asker("a question")};
  FLORIN_TRY(batch, decode_messages(body, reads));
  return AskFrame{*asker, *frame, std::move(batch)};
}

std::string encode_peer_replies(Incarnation asker, std::span<const Reply> replies) {
  std::string frame = begin(PeerMessage::replies, asker);
  encode_replies(frame, replies);
  return frame;
}

Result<RepliesFrame, Error> decode_peer_replies(std::string_view body, FormatLevel reads) {
  const auto asker = take_asker(body);
  if (!asker) return Err{no_asker("replies")};
  FLORIN_TRY(replies, decode_replies(body, reads));
  return RepliesFrame{*asker, std::move(replies)};
}

std::string encode_read(const ReadQuestion& question) {
  std::string frame = begin(PeerMessage::read, question.asker);
  put(frame, question);
  return frame;
}

std::optional<ReadQuestion> decode_read(std::string_view body) {
  const auto question = take_question(body);
  return body.empty() ? question : std::nullopt;
}

std::string encode_entry_answer(const ReadAnswer& answer) {
  std::string frame = begin(PeerMessage::entry, answer.question.asker);
  put(frame, answer.question);
  append_le(frame, std::uint8_t{answer.entry.has_value()});
  if (answer.entry) frame.append(*answer.entry);
  return frame;
}

std::optional<ReadAnswer> decode_entry_answer(std::string_view body) {
  const auto question = take_question(body);
  const auto has_entry = take_le<std::uint8_t>(body);
  if (!question || !has_entry || *has_entry > 1) return std::nullopt;
  if (*has_entry == 1) return ReadAnswer{*question, std::string(body)};
  if (!body.empty()) return std::nullopt;
  return ReadAnswer{*question, std::nullopt};
}

std::optional<std::pair<PeerMessage, std::string_view>> open_peer_message(std::string_view frame) {
  if (frame.empty()) return std::nullopt;
  const auto kind = static_cast<std::uint8_t>(frame.front());
  if (kind < 1 || kind > static_cast<std::uint8_t>(PeerMessage::heads)) return std::nullopt;
  return std::pair{static_cast<PeerMessage>(kind), frame.substr(1)};
}

}  // namespace florin
