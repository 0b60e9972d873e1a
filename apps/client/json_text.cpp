// See json_text.hpp.
#include "apps/client/json_text.hpp"

namespace florin::client {

namespace {
std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
    ++at;
  return at;
}
}  // namespace

std::string_view peek_string(std::string_view body, std::string_view name) noexcept {
  for (std::size_t from = 0;;) {
    const std::size_t found = body.find(name, from);
    if (found == std::string_view::npos) return {};
    from = found + name.size();
    if (found == 0 || body[found - 1] != '"' || from >= body.size() || body[from] != '"') continue;
    std::size_t at = skip_spaces(body, from + 1);
    if (at >= body.size() || body[at] != ':') continue;
    at = skip_spaces(body, at + 1);
    if (at >= body.size() || body[at] != '"') continue;
    const std::size_t end = body.find('"', at + 1);
    return end == std::string_view::npos ? std::string_view{} : body.substr(at + 1, end - at - 1);
  }
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out.append("\\u00");
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void add_string(std::string& json, std::string_view key, std::string_view value) {
  std::string text;
  append_json_string(text, value);
  add_raw(json, key, text);
}

void add_raw(std::string& json, std::string_view key, std::string_view value) {
  if (json.back() != '{') json += ',';
  append_json_string(json, key);
  json += ':';
  json += value;
}

}  // namespace florin::client
