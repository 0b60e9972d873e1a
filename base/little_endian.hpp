// Integers as little-endian bytes, and texts behind their length, for what travels between nodes and for small records.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace florin {

template <std::unsigned_integral T>
void append_le(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
}

// `bytes` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
T load_le(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value =
        static_cast<T>(value | (static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
  return value;
}

// Takes a value from the front; nullopt when there are too few bytes.
template <std::unsigned_integral T>
std::optional<T> take_le(std::string_view& bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  const T value = load_le<T>(bytes);
  bytes.remove_prefix(sizeof(T));
  return value;
}

// u16 length | text. What is longer is cut.
inline void append_text(std::string& out, std::string_view text) {
  text = text.substr(0, 65'535);
  append_le(out, static_cast<std::uint16_t>(text.size()));
  out.append(text);
}

inline std::optional<std::string> take_text(std::string_view& bytes) {
  const auto size = take_le<std::uint16_t>(bytes);
  if (!size || *size > bytes.size()) return std::nullopt;
  std::string text(bytes.substr(0, *size));
  bytes.remove_prefix(*size);
  return text;
}

}  // namespace florin
