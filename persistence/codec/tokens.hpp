// Tokens: a msgpack value flattened by one pass of msgpack's parser. Zero copy: text and binary
// point into the bytes that were parsed, which must outlive the tokens. Nothing is allocated by
// what the bytes claim (an array header that promises 4 billion elements costs one token). Private
// to the codecs: persistence/codec/*.cpp and actors/messages/message_codec.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::codec {

struct Token {
  enum class Kind : std::uint8_t { boolean, positive, negative, text, binary, array };
  Kind kind = Kind::boolean;
  std::uint64_t number = 0;    // value (two's complement), length, or number of elements
  const char* data = nullptr;  // of text and binary
};

// Deeper nesting than any stored value or reply has (a leg's specification in a reply with open transfers
// lies deepest, actors/messages/message_codec.cpp): refused.
inline constexpr int depth_max = 9;

// The tokens of one value. Keeps its memory from value to value.
class TokenList {
 public:
  void clear() { used_ = 0; }
  // To be written in place: a token that is copied is read back in larger pieces than it was written in, and the
  // processor waits for that (an eighth of the time that an entry takes).
  Token& append() {
    if (used_ == room_.size()) room_.resize(2 * used_ + 16);
    return room_[used_++];
  }
  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] std::span<const Token> all() const { return {room_.data(), used_}; }

 private:
  std::vector<Token> room_;
  std::size_t used_ = 0;
};

// All tokens of the single value that `bytes` is. nullptr = fine; else the reason, a static text.
const char* tokenize(std::string_view bytes, TokenList& tokens);

// One parse of an entry in pieces: first the tokens up to and with the header of the events' array,
// then those of each event. A piece is valid during the call only. Returning false stops the parse.
class EntryHandler {
 public:
  virtual ~EntryHandler() = default;
  virtual bool on_header(std::span<const Token> tokens) = 0;
  virtual bool on_event(std::span<const Token> tokens) = 0;
};
// nullptr = fine or stopped by the handler; else the reason.
const char* tokenize_entry(std::string_view bytes, EntryHandler& handler);

}  // namespace florin::codec
