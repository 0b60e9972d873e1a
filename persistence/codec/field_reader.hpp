// Reading side of the codecs: strict, and never throws. The first field that is not as described
// makes the reader fail; everything after reads as defaults, so that callers check once, at the
// end. Private to the codecs: persistence/codec/*.cpp and actors/messages/message_codec.cpp.
#pragma once

#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "persistence/codec/fields.hpp"
#include "persistence/codec/tokens.hpp"

namespace florin::codec {

class FieldReader {
 public:
  explicit FieldReader(std::span<const Token> tokens)
      : at_(tokens.data()), end_(tokens.data() + tokens.size()) {}

  // Fails when something is left, too. Empty = all was as described.
  [[nodiscard]] std::string finish() {
    if (why_ == nullptr && at_ != end_) fail("(end)", "more fields than expected");
    return why_ == nullptr ? std::string{} : "field " + std::string(field_) + ": " + why_;
  }
  [[nodiscard]] bool ok() const { return why_ == nullptr; }
  void fail(const char* field, const char* why) {
    if (why_ == nullptr) {
      field_ = field;
      why_ = why;
    }
    at_ = end_;
  }

  void array(const char* field, std::uint64_t size) {
    const Token* token = take(field, Token::Kind::array);
    if (token != nullptr && token->number != size) fail(field, "wrong number of fields");
  }
  // Number of elements, never more than there are tokens.
  std::size_t list(const char* field) {
    const Token* token = take(field, Token::Kind::array);
    if (token == nullptr) return 0;
    if (token->number <= static_cast<std::uint64_t>(end_ - at_)) return token->number;
    fail(field, "list is longer than its bytes");
    return 0;
  }
  std::uint64_t unsigned_integer(const char* field, std::uint64_t min, std::uint64_t max) {
    const Token* token = take(field, Token::Kind::positive);
    if (token == nullptr) return min;
    if (token->number >= min && token->number <= max) return token->number;
    fail(field, "out of range");
    return min;
  }
  std::int64_t signed_integer(const char* field) {
    if (at_ != end_ && at_->kind == Token::Kind::negative)
      return static_cast<std::int64_t>((at_++)->number);
    return static_cast<std::int64_t>(
        unsigned_integer(field, 0, std::numeric_limits<std::int64_t>::max()));
  }
  std::string_view text(const char* field) { return bytes(field, Token::Kind::text); }
  std::string_view binary(const char* field) { return bytes(field, Token::Kind::binary); }

  template <class T>
  void value(const char* field, T& out) {
    if constexpr (Described<T>) {
      fields(field, out);
    } else {
      scalar(field, out);
    }
  }
  template <class T>
  void fields(const char* field, T& out) {
    [[maybe_unused]] const FieldCount row{
        at_ != end_ && at_->kind == Token::Kind::array ? at_->number : 0};
    if constexpr (requires { make_room(out, row); }) make_room(out, row);
    with_fields(out, [&](const auto&... f) {
      array(field, sizeof...(f));
      (value(f.name, f.value), ...);
    });
    if constexpr (requires { leave_room(out, row); }) leave_room(out, row);
  }

 private:
  const Token* take(const char* field, Token::Kind kind) {
    if (at_ != end_ && at_->kind == kind) return at_++;
    fail(field, at_ == end_ ? "missing" : "wrong type");
    return nullptr;
  }
  std::string_view bytes(const char* field, Token::Kind kind) {
    const Token* token = take(field, kind);
    return token == nullptr ? std::string_view{} : std::string_view(token->data, token->number);
  }

  void scalar(const char* field, bool& out) {
    const Token* token = take(field, Token::Kind::boolean);
    out = token != nullptr && token->number != 0;
  }
  template <std::unsigned_integral T>
  void scalar(const char* field, T& out) {
    out = static_cast<T>(unsigned_integer(field, 0, std::numeric_limits<T>::max()));
  }
  template <std::signed_integral T>
  void scalar(const char* field, T& out) {
    const std::int64_t number = signed_integer(field);
    out = static_cast<T>(number);
    if (out != number) fail(field, "out of range");
  }
  template <class E>
  requires std::is_enum_v<E>
  void scalar(const char* field, E& out) {
    out = static_cast<E>(unsigned_integer(field, EnumRange<E>::first, EnumRange<E>::last));
  }
  void scalar(const char* field, Timestamp& out) { out.us = signed_integer(field); }
  void scalar(const char* field, std::optional<Rejection>& out) {
    const std::uint64_t number = unsigned_integer(field, 0, EnumRange<Rejection>::last);
    out = number == 0 ? std::nullopt : std::optional(static_cast<Rejection>(number));
  }
  void scalar(const char* field, std::string& out) { out = text(field); }
  void scalar(const char* field, AccountId& out) {
    const std::string_view id = text(field);
    if (id.size() > AccountId::size_max) return fail(field, "account id is too long");
    out = id.empty() ? AccountId{} : AccountId::from_trusted(id);
  }
  void scalar(const char* field, Currency& out) {
    const std::string_view code = text(field);
    out = Currency{};
    if (code.empty()) return;
    if (code.size() != out.code.size()) return fail(field, "currency is not three letters");
    for (const char letter : code)
      if (letter < 'A' || letter > 'Z') return fail(field, "currency is not three letters");
    std::memcpy(out.code.data(), code.data(), code.size());
  }
  void scalar(const char* field, Uuid& out) { scalar(field, out.bytes); }
  template <std::size_t Size>
  void scalar(const char* field, std::array<std::uint8_t, Size>& out) {
    const std::string_view data = binary(field);
    if (data.size() != Size) return fail(field, "wrong length");
    std::memcpy(out.data(), data.data(), Size);
  }
  void scalar(const char* field, WideMinor& out) {
    array(field, 2);
    const auto high = static_cast<WideMinor>(signed_integer(field));
    out = high * (static_cast<WideMinor>(1) << 64) +
          static_cast<WideMinor>(
              unsigned_integer(field, 0, std::numeric_limits<std::uint64_t>::max()));
  }
  void scalar(const char* field, std::unique_ptr<const Metadata>& out) {
    Metadata metadata;
    scalar(field, metadata);
    out = metadata.empty() ? nullptr : std::make_unique<const Metadata>(std::move(metadata));
  }
  template <class List>
  requires IsVector<List>::value void scalar(const char* field, List& out) {
    using T = typename List::value_type;
    const std::size_t size = list(field);
    out.clear();
    out.reserve(size);
    for (std::size_t i = 0; i < size && ok(); ++i) {
      T item{};
      value(field, item);
      out.push_back(std::move(item));
    }
  }

  const Token* at_;
  const Token* end_;
  const char* field_ = nullptr;
  const char* why_ = nullptr;
};

}  // namespace florin::codec
