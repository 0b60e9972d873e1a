// FieldFiller: an example of any value that lists its fields for the codec, with none of them at its default. Always the same one:
// golden files hold the bytes of some.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/sha256.hpp"
#include "persistence/codec/fields.hpp"

namespace florin {

// Gives every field of a value something that is not its default, each time another one.
class FieldFiller {
 public:
  template <class T>
  void fill(T& value) {
    if constexpr (codec::Described<T>) {
      codec::with_fields(value, [&](const auto&... field) { (fill(field.value), ...); });
    } else {
      scalar(value);
    }
  }

 private:
  void scalar(bool& value) { value = true; }
  void scalar(std::string& value) { value = "text-" + std::to_string(++count_); }
  void scalar(AccountId& value) { value = AccountId::from_trusted("a" + std::to_string(++count_)); }
  void scalar(Currency& value) { value = {{'E', 'U', 'R'}}; }
  void scalar(Timestamp& value) { value.us = 1'790'000'000'000'000 + ++count_; }
  void scalar(Sha256& value) { value.fill(static_cast<std::uint8_t>(++count_)); }
  void scalar(Uuid& value) { value.bytes.fill(static_cast<std::uint8_t>(++count_)); }
  void scalar(std::optional<Rejection>& value) { value = Rejection::account_frozen; }
  template <class E>
  requires std::is_enum_v<E>
  void scalar(E& value) { value = static_cast<E>(codec::EnumRange<E>::last); }
  template <std::integral T>
  void scalar(T& value) {
    value = static_cast<T>(++count_);
  }
  template <class T>
  void scalar(std::vector<T>& list) {
    list.resize(2);
    for (T& item : list) fill(item);
  }

  int count_ = 0;
};

template <class T>
T filled() {
  T value{};
  FieldFiller().fill(value);
  return value;
}

}  // namespace florin
