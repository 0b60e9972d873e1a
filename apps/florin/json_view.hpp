// What every view of the server's JSON needs: fields as text, lists, aligned lines. For the .cpp files of views only.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "apps/client/text_table.hpp"

namespace florin::cli {

inline std::string scalar_text(const simdjson::dom::element& value) {
  if (value.is_null()) return {};
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  bool flag = false;
  if (value.get(flag) == simdjson::SUCCESS) return flag ? "yes" : "no";
  return simdjson::minify(value);
}

// Any scalar as text; null and absent are empty.
inline std::string text_of(const simdjson::dom::element& object, std::string_view key) {
  simdjson::dom::element value;
  return object[key].get(value) == simdjson::SUCCESS ? scalar_text(value) : std::string();
}

inline bool flag_of(const simdjson::dom::element& object, std::string_view key) {
  return text_of(object, key) == "yes";
}

// Parses `body` and hands it to `render`; shows the body itself when it is not JSON.
template <class Render>
std::string with_json(std::string_view body, Render render) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS)
    return client::printable(body) + "\n";
  return render(document);
}

template <class Each>
void for_each(const simdjson::dom::element& object, std::string_view key, Each each) {
  simdjson::dom::array items;
  if (object[key].get(items) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element item : items) each(item);
}

// "name              value"; nothing without a value.
inline void field(std::string& out, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  out.append(name)
      .append(name.size() < 18 ? 18 - name.size() : 1, ' ')
      .append(client::printable(value))
      .append("\n");
}

// One line for each key.
inline void metadata_fields(std::string& out, const simdjson::dom::element& whose) {
  simdjson::dom::object metadata;
  if (whose["metadata"].get(metadata) != simdjson::SUCCESS) return;
  for (const auto pair : metadata)
    field(out, "metadata", std::string(pair.key) + " = " + scalar_text(pair.value));
}

}  // namespace florin::cli
