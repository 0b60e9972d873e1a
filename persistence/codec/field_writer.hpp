// Writing side of the codecs: msgpack::packer into a std::string. Private to
// persistence/codec/*.cpp. No temporaries: the buffer is grown ahead of the bytes, so that most
// writes are one bounds check and a copy of a few bytes (ten events per transfer pass through
// here).
#pragma once

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
  explicit FieldWriter(ByteSink& sink) : out_(sink) {}

  void array(std::size_t size) { out_.pack_array(static_cast<std::uint32_t>(size)); }
  void integer(std::uint64_t value) { out_.pack_uint64(value); }

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
    out_.pack_uint64(value);
  }
  template <std::signed_integral T>
  void scalar(T value) {
    out_.pack_int64(value);
  }
  template <class E>
  requires std::is_enum_v<E>
  void scalar(E value) { out_.pack_uint64(static_cast<std::uint64_t>(value)); }
  void scalar(Timestamp value) { out_.pack_int64(value.us); }
  void scalar(const std::optional<Rejection>& value) {
    out_.pack_uint64(value ? static_cast<std::uint64_t>(*value) : 0);
  }
  void scalar(std::string_view value) {
    out_.pack_str(static_cast<std::uint32_t>(value.size()));
    out_.pack_str_body(value.data(), static_cast<std::uint32_t>(value.size()));
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
    out_.pack_bin_body(reinterpret_cast<const char*>(value.data()), Size);
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

  msgpack::packer<ByteSink> out_;
};

}  // namespace florin::codec
