// Writing side of the codecs: msgpack, by hand, in the shortest form of every number. Private to the
// codecs: persistence/codec/*.cpp and actors/messages/message_codec.cpp. Ten events per transfer pass through here:
// the most that a value can need is known before it is written, so room is asked for once and every field
// is then a few stores behind a pointer that stays in a register.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <memory>
#include <string>

#include "persistence/codec/fields.hpp"

// Everything that one value needs in one function. Not where a sanitizer watches each store: the compiler then spends a
// minute on what no release runs.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FLORIN_FLATTEN
#else
#define FLORIN_FLATTEN [[gnu::flatten]]
#endif

namespace florin::codec {

// Writes into `buffer` from `used` on; the buffer is longer than what is written until the owner
// cuts it.
class ByteSink {
 public:
  ByteSink(std::string& buffer, std::size_t used) : buffer_(buffer), used_(used) {}

  // At least `size` bytes to write to; wrote() says up to where they were.
  [[gnu::always_inline]] char* room(std::size_t size) {
    if (buffer_.size() < used_ + size) [[unlikely]]
      grow(size);
    return buffer_.data() + used_;
  }
  [[gnu::always_inline]] void wrote(const char* end) {
    used_ = static_cast<std::size_t>(end - buffer_.data());
  }
  void write(const char* data, std::size_t size) {
    char* at = room(size);
    std::memcpy(at, data, size);
    wrote(at + size);
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  [[gnu::noinline]] void grow(std::size_t size) {
    buffer_.resize(std::max({used_ + size, buffer_.size() + buffer_.size() / 2, first_size}));
  }
  static constexpr std::size_t first_size = 512;

  std::string& buffer_;
  std::size_t used_;
};

// What a value can need at most. Known to the compiler for everything but texts and lists.
struct EncodedMax {
  static constexpr std::size_t number = 9;
  static constexpr std::size_t head = 5;  // of a text, a list or binary

  template <class T>
  static constexpr std::size_t of(const T& value) {
    if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
      return head + value.size();
    } else if constexpr (std::same_as<T, std::unique_ptr<const Metadata>>) {
      return value ? of(*value) : head;
    } else if constexpr (IsVector<T>::value) {
      std::size_t sum = head;
      for (const auto& item : value) sum += of(static_cast<const typename T::value_type&>(item));
      return sum;
    } else if constexpr (Described<const T>) {
      std::size_t sum = head;
      with_fields(value, [&](const auto&... field) { ((sum += of(field.value)), ...); });
      return sum;
    } else if constexpr (std::same_as<T, AccountId>) {
      return head + std::max(AccountId::size_max, AccountId::inline_max);
    } else {  // numbers, enumerators, hashes, ids, WideMinor: at most twice a number, or binary
      return head + std::max(2 * number, sizeof(T));
    }
  }
};

// Each put() writes one value at `at` and returns where the next one goes.
class Put {
 public:
  static char* array(char* at, std::size_t size) {
    if (size < 16) [[likely]]
      return byte(at, 0x90 | size);
    if (size <= 0xffff)
      return tagged(at, 0xdc, __builtin_bswap16(static_cast<std::uint16_t>(size)));
    return tagged(at, 0xdd, __builtin_bswap32(static_cast<std::uint32_t>(size)));
  }
  static char* integer(char* at, std::uint64_t value) {
    if (value < 0x80) [[likely]]
      return byte(at, value);
    if (value <= 0xff) return tagged(at, 0xcc, static_cast<std::uint8_t>(value));
    if (value <= 0xffff)
      return tagged(at, 0xcd, __builtin_bswap16(static_cast<std::uint16_t>(value)));
    if (value <= 0xffff'ffff)
      return tagged(at, 0xce, __builtin_bswap32(static_cast<std::uint32_t>(value)));
    return tagged(at, 0xcf, __builtin_bswap64(value));
  }

  template <class T>
  static char* value(char* at, const T& value) {
    if constexpr (Described<const T>)
      return fields(at, value);
    else if constexpr (IsVector<T>::value)
      return list(at, value);
    else
      return scalar(at, value);
  }
  // The fields of `value` as one array, with `before` leading integers in front.
  template <class T, class... Before>
  static char* fields(char* at, const T& value, Before... before) {
    with_fields(value, [&](const auto&... field) {
      at = array(at, sizeof...(before) + sizeof...(field));
      ((at = integer(at, before)), ...);
      ((at = Put::value(at, field.value)), ...);
    });
    return at;
  }

 private:
  static char* byte(char* at, std::uint64_t value) {
    *at = static_cast<char>(static_cast<std::uint8_t>(value));
    return at + 1;
  }
  // A msgpack type byte and its number, already in the order of the wire.
  template <class T>
  static char* tagged(char* at, std::uint8_t type, T number) {
    *at = static_cast<char>(type);
    std::memcpy(at + 1, &number, sizeof number);
    return at + 1 + sizeof number;
  }
  static char* negative(char* at, std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (value >= -32) return byte(at, bits);
    if (value >= INT8_MIN) return tagged(at, 0xd0, static_cast<std::uint8_t>(bits));
    if (value >= INT16_MIN)
      return tagged(at, 0xd1, __builtin_bswap16(static_cast<std::uint16_t>(bits)));
    if (value >= INT32_MIN)
      return tagged(at, 0xd2, __builtin_bswap32(static_cast<std::uint32_t>(bits)));
    return tagged(at, 0xd3, __builtin_bswap64(bits));
  }
  static char* text_head(char* at, std::size_t size) {
    if (size < 32) [[likely]]
      return byte(at, 0xa0 | size);
    if (size <= 0xff) return tagged(at, 0xd9, static_cast<std::uint8_t>(size));
    if (size <= 0xffff)
      return tagged(at, 0xda, __builtin_bswap16(static_cast<std::uint16_t>(size)));
    return tagged(at, 0xdb, __builtin_bswap32(static_cast<std::uint32_t>(size)));
  }

  static char* scalar(char* at, bool value) { return byte(at, value ? 0xc3 : 0xc2); }
  template <std::unsigned_integral T>
  static char* scalar(char* at, T value) {
    return integer(at, value);
  }
  template <std::signed_integral T>
  static char* scalar(char* at, T value) {
    if (value >= 0) [[likely]]
      return integer(at, static_cast<std::uint64_t>(value));
    return negative(at, value);
  }
  template <class E>
  requires std::is_enum_v<E>
  static char* scalar(char* at, E value) { return integer(at, static_cast<std::uint64_t>(value)); }
  static char* scalar(char* at, Timestamp value) { return scalar(at, value.us); }
  static char* scalar(char* at, const std::optional<Rejection>& value) {
    return integer(at, value ? static_cast<std::uint64_t>(*value) : 0);
  }
  static char* scalar(char* at, std::string_view value) {
    at = text_head(at, value.size());
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
    return at + value.size();
  }
  static char* scalar(char* at, const std::string& value) {
    return scalar(at, std::string_view(value));
  }
  static char* scalar(char* at, const AccountId& value) {
    if (value.size() > AccountId::inline_max) [[unlikely]]
      return scalar(at, value.view());
    at = text_head(at, value.size());
    value.copy_inline(at);  // a copy of fixed size costs less than one of the right size
    return at + value.size();
  }
  static char* scalar(char* at, const Currency& value) {
    return scalar(at, value.is_none() ? std::string_view("") : value.view());
  }
  static char* scalar(char* at, const Uuid& value) { return scalar(at, value.bytes); }
  template <std::size_t Size>
  static char* scalar(char* at, const std::array<std::uint8_t, Size>& value) {
    static_assert(Size <= 0xff);
    at = tagged(at, 0xc4, static_cast<std::uint8_t>(Size));
    std::memcpy(at, value.data(), Size);
    return at + Size;
  }
  static char* scalar(char* at, WideMinor value) {  // two's complement: high half, low half
    at = array(at, 2);
    at = scalar(at, static_cast<std::int64_t>(value >> 64));
    return integer(at, static_cast<std::uint64_t>(value));
  }
  static char* scalar(char* at, const std::unique_ptr<const Metadata>& value) {
    return value ? list(at, *value) : array(at, 0);
  }
  template <class List>
  static char* list(char* at, const List& values) {
    at = array(at, values.size());
    for (const auto& item : values)
      at = value(at, static_cast<const typename List::value_type&>(item));
    return at;
  }
};

class FieldWriter {
 public:
  explicit FieldWriter(ByteSink& sink) : sink_(sink) {}

  void array(std::size_t size) { sink_.wrote(Put::array(sink_.room(EncodedMax::head), size)); }
  void integer(std::uint64_t value) {
    sink_.wrote(Put::integer(sink_.room(EncodedMax::number), value));
  }
  template <class T>
  FLORIN_FLATTEN void value(const T& value) {
    sink_.wrote(Put::value(sink_.room(EncodedMax::of(value)), value));
  }
  // The fields of `value` as one array, with `before` leading integers in front.
  template <class T, class... Before>
  FLORIN_FLATTEN void fields(const T& value, Before... before) {
    char* at = sink_.room(EncodedMax::of(value) + sizeof...(before) * EncodedMax::number);
    sink_.wrote(Put::fields(at, value, before...));
  }

 private:
  ByteSink& sink_;
};

}  // namespace florin::codec
