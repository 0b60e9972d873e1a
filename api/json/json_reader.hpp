// Strict reading of a request body: JSON of RFC 8259 in UTF-8, objects whose keys are all known and come
// once, values of the right type. What does not fit is an InputFault that names the place.
//
// simdjson's DOM: it validates the whole body before the first look at it. What is read points into a parser
// of this thread and is valid until the next parse on it.
#pragma once

#include <simdjson.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "api/problem/problem_details.hpp"
#include "base/result.hpp"

namespace florin {

using JsonValue = simdjson::dom::element;
using JsonObject = simdjson::dom::object;
using JsonArray = simdjson::dom::array;

// May make room for simdjson behind the end of `body`; its text stays as it is.
Result<JsonObject, InputFault> parse_json_object(std::string& body);

// "/a~1b" for the key "a/b" (RFC 6901).
std::string json_pointer(std::string_view key);

InputFault unknown_field(std::string_view key);
InputFault duplicate_field(std::string_view key);
InputFault missing_field(std::string_view key);
// invalid_request at /key.
InputFault bad_field(std::string_view key, std::string_view detail);

// The values of an object by place in `names`; read_fields() fills them.
template <std::size_t N>
class JsonFields {
 public:
  [[nodiscard]] bool has(std::size_t i) const { return (seen_ >> i & 1U) != 0; }
  [[nodiscard]] const JsonValue& operator[](std::size_t i) const { return values_[i]; }

  // False when the key was seen before.
  bool put(std::size_t i, const JsonValue& value) {
    if (has(i)) return false;
    seen_ |= 1U << i;
    values_[i] = value;
    return true;
  }

 private:
  static_assert(N <= 32);
  std::array<JsonValue, N> values_;
  std::uint32_t seen_ = 0;
};

// Reads all fields even when some are wrong, and says each fault: `on_fault(make)`, where make() gives an InputFault. Clients mostly keep to one order: the
// search for a name goes on where the last one ended.
template <std::size_t N, class OnFault>
void read_each_field(const JsonObject& object, const std::array<std::string_view, N>& names,
                     JsonFields<N>& fields, OnFault&& on_fault) {
  std::size_t next = 0;
  for (const auto& field : object) {
    std::size_t tried = 0;
    while (tried < N && names[next] != field.key) {
      next = next + 1 == N ? 0 : next + 1;
      ++tried;
    }
    if (tried == N) {
      on_fault([&] { return unknown_field(field.key); });
      continue;
    }
    if (!fields.put(next, field.value)) on_fault([&] { return duplicate_field(field.key); });
    next = next + 1 == N ? 0 : next + 1;
  }
}

// The same, and returns the first fault: the rest may still tell whose request it was.
template <std::size_t N>
std::optional<InputFault> read_fields(const JsonObject& object,
                                      const std::array<std::string_view, N>& names,
                                      JsonFields<N>& fields) {
  std::optional<InputFault> fault;
  read_each_field(object, names, fields, [&](auto&& make) {
    if (!fault) fault = make();
  });
  return fault;
}

// Of a string value; nullopt when it is of another type.
std::optional<std::string_view> json_text(const JsonValue& value);

// Unicode characters in valid UTF-8.
std::size_t characters_in(std::string_view utf8) noexcept;

}  // namespace florin
