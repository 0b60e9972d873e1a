// simdjson's DOM: it validates all of the text before the first look at it.
#include "psp/sessions/object_reader.hpp"

#include "psp/http_message.hpp"

namespace florin::psp::sessions {
namespace {

// One for each thread keeps its memory from answer to answer; what is longer than an answer may be, it refuses.
simdjson::dom::parser& thread_parser() {
  thread_local simdjson::dom::parser parser(answer_body_bytes_max);
  return parser;
}

}  // namespace

std::optional<ObjectReader> parse_object(std::string_view body) {
  simdjson::dom::element root;
  if (thread_parser().parse(body.data(), body.size(), true).get(root)) return std::nullopt;
  simdjson::dom::object object;
  if (root.get(object)) return std::nullopt;
  return ObjectReader(object);
}

// Of a key that comes twice nobody knows which one was meant.
std::optional<simdjson::dom::element> ObjectReader::find(std::string_view key) {
  std::optional<simdjson::dom::element> found;
  for (const auto& field : object_) {
    if (field.key != key) continue;
    if (found) is_sound_ = false;
    found = field.value;
  }
  if (found && found->is_null()) return std::nullopt;
  return found;
}

std::string ObjectReader::text(std::string_view key, Alphabet is_fit) {
  const auto value = find(key);
  if (!value) return {};
  std::string_view text;
  if (value->get(text) || !is_fit(text)) {
    is_sound_ = false;
    return {};
  }
  return std::string(text);
}

std::string ObjectReader::required_text(std::string_view key, Alphabet is_fit) {
  std::string found = text(key, is_fit);
  if (found.empty()) is_sound_ = false;
  return found;
}

std::string ObjectReader::note(std::string_view key, Alphabet is_fit) {
  const auto value = find(key);
  std::string_view text;
  if (!value || value->get(text) || !is_fit(text)) return {};
  return std::string(text);
}

// 1.0 and 1e2 are no integers: an amount that somebody's float has touched.
std::optional<std::int64_t> ObjectReader::integer(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  if (!value->is_int64() || value->get(number) || number < 0) {
    is_sound_ = false;
    return std::nullopt;
  }
  return number;
}

std::int64_t ObjectReader::required_integer(std::string_view key) {
  const auto found = integer(key);
  if (!found) is_sound_ = false;
  return found.value_or(0);
}

bool ObjectReader::required_flag(std::string_view key) {
  const auto value = find(key);
  bool flag = false;
  if (!value || value->get(flag)) is_sound_ = false;
  return flag;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  simdjson::dom::object object;
  if (value->get(object)) {
    is_sound_ = false;
    return std::nullopt;
  }
  return ObjectReader(object);
}

std::optional<simdjson::dom::array> ObjectReader::array(std::string_view key) {
  const auto value = find(key);
  simdjson::dom::array array;
  if (!value || value->get(array)) {
    is_sound_ = false;
    return std::nullopt;
  }
  return array;
}

ObjectReader::Reference ObjectReader::reference(std::string_view key, Alphabet is_fit) {
  const auto value = find(key);
  if (!value) return {};
  simdjson::dom::object object;
  if (value->get(object)) return {text(key, is_fit), std::nullopt};
  ObjectReader inner(object);
  Reference reference{inner.required_text("id", is_fit), object};
  if (!inner.is_sound()) is_sound_ = false;
  return reference;
}

}  // namespace florin::psp::sessions
