// Writing side of the codecs: msgpack::packer into a std::string. Private to
// the codecs: persistence/codec/*.cpp and actors/message_codec.cpp. No temporaries: the buffer is
// grown ahead of the bytes, so that most writes are one bounds check and a copy of a few bytes (ten
// events per transfer pass through here).
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <msgpack/pack.hpp>
#include <string>

#include "persistence/codec/fields.hpp"

namespace florin::codec {

// Writes into `buffer` from `used` on; the buffer is longer than what is written until the owner
// cuts it.
class ByteSink {
 public:
  ByteSink(std::string& buffer, std::size_t used) : buffer_(buffer) { open(used, ahead); }

  // Always inline: with the size known, the copy of a header is one store (half of the time was
  // calls).
  [[gnu::always_inline]] void write(const char* data, std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]]
      grow(size);
    std::memcpy(at_, data, size);
    at_ += size;
  }
  [[gnu::always_inline]] void byte(std::uint8_t value) {
    const char c = static_cast<char>(value);
    write(&c, 1);
  }
  // A msgpack type byte and its number, already in the order of the wire.
  template <class T>
  [[gnu::always_inline]] void tagged(std::uint8_t type, T number) {
    std::array<char, 1 + sizeof(T)> bytes;
    bytes[0] = static_cast<char>(type);
    std::memcpy(bytes.data() + 1, &number, sizeof number);
    write(bytes.data(), bytes.size());
  }
  // For texts, which are mostly short: copies of fixed size cost less than a call.
  [[gnu::always_inline]] void write_text(std::string_view text) {
    const std::size_t size = text.size();
    if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]] grow(size);
    const char* from = text.data();
    if (size > 16) {
      std::memcpy(at_, from, size);
    } else if (size >= 8) {  // two halves that overlap
      std::memcpy(at_, from, 8);
      std::memcpy(at_ + size - 8, from + size - 8, 8);
    } else {
      for (std::size_t i = 0; i < size; ++i) at_[i] = from[i];
    }
    at_ += size;
  }
  [[nodiscard]] std::size_t used() const { return static_cast<std::size_t>(at_ - buffer_.data()); }

 private:
  static constexpr std::size_t ahead = 320;  // more than most events need

  [[gnu::noinline]] void grow(std::size_t size) { open(used(), size + ahead); }
  void open(std::size_t used, std::size_t room) {
    if (buffer_.size() < used + room) buffer_.resize(used + room);
    at_ = buffer_.data() + used;
    end_ = buffer_.data() + buffer_.size();
  }

  std::string& buffer_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

class FieldWriter {
 public:
  explicit FieldWriter(ByteSink& sink) : sink_(sink), out_(sink) {}

  void array(std::size_t size) {
    if (size < 16) [[likely]] return sink_.byte(static_cast<std::uint8_t>(0x90 | size));
    out_.pack_array(static_cast<std::uint32_t>(size));
  }
  // The shortest form, as pack_uint64() gives it: nearly all fields are small numbers.
  [[gnu::always_inline]] void integer(std::uint64_t value) {
    if (value < 0x80) return sink_.byte(static_cast<std::uint8_t>(value));
    if (value > 0xff && value <= 0xffff)
      return sink_.tagged(0xcd, __builtin_bswap16(static_cast<std::uint16_t>(value)));
    if (value > 0xffff && value <= 0xffff'ffff)
      return sink_.tagged(0xce, __builtin_bswap32(static_cast<std::uint32_t>(value)));
    out_.pack_uint64(value);
  }

  template <class T>
  void value(const T& value) {
    if constexpr (Described<const T>) {
      fields(value);
    } else if constexpr (IsVector<T>::value) {
      list(value);
    } else {
      scalar(value);
    }
  }

  // The fields of `value` as one array, with `before` leading integers in front.
  template <class T, class... Before>
  void fields(const T& value, Before... before) {
    with_fields(value, [&](const auto&... field) {
      array(sizeof...(before) + sizeof...(field));
      (integer(before), ...);
      (this->value(field.value), ...);
    });
  }

 private:
  void scalar(bool value) { value ? out_.pack_true() : out_.pack_false(); }
  template <std::unsigned_integral T>
  void scalar(T value) {
    integer(value);
  }
  template <std::signed_integral T>
  void scalar(T value) {
    if (value >= 0) [[likely]] return integer(static_cast<std::uint64_t>(value));
    out_.pack_int64(value);
  }
  template <class E>
  requires std::is_enum_v<E>
  void scalar(E value) { integer(static_cast<std::uint64_t>(value)); }
  void scalar(Timestamp value) { scalar(value.us); }
  void scalar(const std::optional<Rejection>& value) {
    integer(value ? static_cast<std::uint64_t>(*value) : 0);
  }
  void scalar(std::string_view value) {
    if (value.size() < 32) [[likely]]
      sink_.byte(static_cast<std::uint8_t>(0xa0 | value.size()));
    else
      out_.pack_str(static_cast<std::uint32_t>(value.size()));
    sink_.write_text(value);
  }
  void scalar(const std::string& value) { scalar(std::string_view(value)); }
  void scalar(const AccountId& value) { scalar(value.view()); }
  void scalar(const Currency& value) {
    scalar(value.is_none() ? std::string_view("") : value.view());
  }
  void scalar(const Uuid& value) { scalar(value.bytes); }
  template <std::size_t Size>
  void scalar(const std::array<std::uint8_t, Size>& value) {
    out_.pack_bin(Size);
    sink_.write(reinterpret_cast<const char*>(value.data()), Size);
  }
  void scalar(WideMinor value) {  // two's complement: high half, low half
    array(2);
    out_.pack_int64(static_cast<std::int64_t>(value >> 64));
    out_.pack_uint64(static_cast<std::uint64_t>(value));
  }
  void scalar(const std::unique_ptr<const Metadata>& value) { value ? list(*value) : array(0); }
  template <class List>
  void list(const List& values) {
    array(values.size());
    for (const auto& item : values) value(static_cast<const typename List::value_type&>(item));
  }

  ByteSink& sink_;
  msgpack::packer<ByteSink> out_;
};

}  // namespace florin::codec
