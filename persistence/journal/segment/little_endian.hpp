// Little-endian integers in byte buffers, for the journal's file formats.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <type_traits>

namespace florin::journal {

static_assert(std::endian::native == std::endian::little,
              "store() and load() must swap bytes here");

template <class T>
void store(char* into, T value) noexcept {
  static_assert(std::is_integral_v<T>);
  std::memcpy(into, &value, sizeof value);
}

template <class T>
T load(const char* from) noexcept {
  static_assert(std::is_integral_v<T>);
  T value{};
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void append(std::string& out, T value) {
  char bytes[sizeof value];
  store(bytes, value);
  out.append(bytes, sizeof value);
}

}  // namespace florin::journal
