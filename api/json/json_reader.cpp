// Parsing and the texts of faults.
#include "api/json/json_reader.hpp"

namespace florin {
namespace {

// One parser for each thread of the server keeps its memory from request to request.
simdjson::dom::parser& thread_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

InputFault not_an_object() {
  return {EdgeCode::invalid_request, "", "The body must be a JSON object."};
}

// A key as an answer shows it: a client's giant key is not sent back to it. Cut between characters.
std::string_view shown(std::string_view key) {
  constexpr std::size_t bytes_max = 200;
  if (key.size() <= bytes_max) return key;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(key[end]) & 0xC0U) == 0x80U) --end;
  return key.substr(0, end);
}

std::string quoted(std::string_view before, std::string_view key, std::string_view after) {
  return std::string(before).append(shown(key)).append(after);
}

}  // namespace

static_assert(http_body_padding >= simdjson::SIMDJSON_PADDING);

Result<JsonObject, InputFault> parse_json_object(std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  JsonValue root;
  const auto error = thread_parser().parse(body.data(), body.size(), false).get(root);
  if (error) {
    return Err{
        InputFault{EdgeCode::invalid_json, std::nullopt,
                   std::string("The body is not valid JSON: ") + simdjson::error_message(error)}};
  }
  JsonObject object;
  if (root.get(object)) return Err{not_an_object()};
  return object;
}

std::string json_pointer(std::string_view key) {
  std::string pointer = "/";
  for (const char c : shown(key)) {
    if (c == '~')
      pointer.append("~0");
    else if (c == '/')
      pointer.append("~1");
    else
      pointer += c;
  }
  return pointer;
}

InputFault unknown_field(std::string_view key) {
  return {EdgeCode::unknown_field, json_pointer(key), quoted("The key '", key, "' is not known.")};
}

InputFault duplicate_field(std::string_view key) {
  return {EdgeCode::duplicate_field, json_pointer(key), quoted("The key '", key, "' comes twice.")};
}

InputFault missing_field(std::string_view key) {
  return {EdgeCode::invalid_request, json_pointer(key), quoted("'", key, "' is required.")};
}

InputFault bad_field(std::string_view key, std::string_view detail) {
  return {EdgeCode::invalid_request, json_pointer(key), quoted("'", key, "' ").append(detail)};
}

std::optional<std::string_view> json_text(const JsonValue& value) {
  std::string_view text;
  if (value.get(text)) return std::nullopt;
  return text;
}

std::size_t characters_in(std::string_view utf8) noexcept {
  std::size_t count = 0;
  for (const char c : utf8)
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
  return count;
}

}  // namespace florin
