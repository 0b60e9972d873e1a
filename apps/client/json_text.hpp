// The little JSON that is written and peeked at without a parser. Whole documents are read with simdjson.
#pragma once

#include <string>
#include <string_view>

namespace florin::client {

// Value of the first string field `name` in `body`, or empty. Only for fields whose values need no escapes
// (Status, Transaction_id, code, posted): one memchr-speed scan instead of a parse per answer.
std::string_view peek_string(std::string_view body, std::string_view name) noexcept;

// Appends text as a JSON string with its quotes, escaping what must be.
void append_json_string(std::string& out, std::string_view text);

// A field of the object that `json` ends in the middle of, its comma included; `value` is text, or JSON as it stands.
void add_string(std::string& json, std::string_view key, std::string_view value);
void add_raw(std::string& json, std::string_view key, std::string_view value);

}  // namespace florin::client
