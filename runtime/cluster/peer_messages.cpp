// The small frames of the messages channel, to bytes and back.
#include "runtime/cluster/peer_messages.hpp"

#include "actors/message_codec.hpp"
#include "base/little_endian.hpp"

namespace florin {
namespace {

template <class T>
T get(std::string_view in, std::size_t at) {
  return load_le<T>(in.substr(at));
}

constexpr std::size_t led_bytes = 10;

}  // namespace

std::string encode_peer_messages(PeerMessage kind, PartitionId to,
                                 std::span<const Message> messages) {
  std::string frame(1, static_cast<char>(kind));
  encode_messages(frame, to, messages);
  return frame;
}

std::string encode_peer_replies(std::span<const Reply> replies) {
  std::string frame(1, static_cast<char>(PeerMessage::replies));
  encode_replies(frame, replies);
  return frame;
}

std::string frame_of(PeerMessage kind, std::string_view body) {
  std::string frame(1, static_cast<char>(kind));
  return frame.append(body);
}

std::string encode_read(const ReadQuestion& question) {
  std::string frame(1, static_cast<char>(PeerMessage::read));
  append_le(frame, question.number);
  append_le(frame, std::uint16_t{question.partition});
  append_le(frame, std::uint64_t{question.index});
  return frame;
}

std::optional<ReadQuestion> decode_read(std::string_view body) {
  if (body.size() != 18) return std::nullopt;
  return ReadQuestion{get<std::uint64_t>(body, 0), get<std::uint16_t>(body, 8),
                      get<std::uint64_t>(body, 10)};
}

std::string encode_entry_answer(const ReadAnswer& answer) {
  std::string frame(1, static_cast<char>(PeerMessage::entry));
  append_le(frame, answer.number);
  append_le(frame, std::uint8_t{answer.entry.has_value()});
  if (answer.entry) frame.append(*answer.entry);
  return frame;
}

std::optional<ReadAnswer> decode_entry_answer(std::string_view body) {
  if (body.size() < 9 || body[8] < 0 || body[8] > 1) return std::nullopt;
  ReadAnswer answer{get<std::uint64_t>(body, 0), std::nullopt};
  if (body[8] == 1)
    answer.entry = std::string(body.substr(9));
  else if (body.size() != 9)
    return std::nullopt;
  return answer;
}

std::optional<std::pair<PeerMessage, std::string_view>> open_peer_message(std::string_view frame) {
  if (frame.empty()) return std::nullopt;
  const auto kind = static_cast<std::uint8_t>(frame.front());
  if (kind < 1 || kind > static_cast<std::uint8_t>(PeerMessage::outcome)) return std::nullopt;
  return std::pair{static_cast<PeerMessage>(kind), frame.substr(1)};
}

}  // namespace florin
