// See form.hpp.
#include "apps/florin_psp/wire/form.hpp"

#include <algorithm>

namespace florin::sandbox {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// How many bytes follow this lead byte; -1: it leads nothing (RFC 3629).
int bytes_behind(unsigned char lead) noexcept {
  if (lead < 0x80) return 0;
  if (lead >= 0xC2 && lead < 0xE0) return 1;
  if (lead >= 0xE0 && lead < 0xF0) return 2;
  if (lead >= 0xF0 && lead < 0xF5) return 3;
  return -1;
}

// Overlong forms, surrogates and what is above U+10FFFF show in the second byte.
bool is_second_byte(unsigned char lead, unsigned char second) noexcept {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second < 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second < 0x90;
  return true;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const int more = bytes_behind(lead);
    if (more < 0 || at + static_cast<std::size_t>(more) >= text.size()) return false;
    for (int i = 1; i <= more; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
      if ((byte & 0xC0) != 0x80 || (i == 1 && !is_second_byte(lead, byte))) return false;
    }
    at += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

}  // namespace

std::string form_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
  }
  return out;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

Result<Form, std::string> Form::parse(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    if (form.entries_.size() == entries_max)
      return Err{std::string("more than ") + std::to_string(entries_max) + " parameters"};
    const auto equals = std::min(field.find('='), field.size());
    const auto name = form_decode(field.substr(0, equals));
    const auto value = form_decode(field.substr(std::min(equals + 1, field.size())));
    if (!name || !value || name->empty())
      return Err{std::string("the parameters are not form-encoded UTF-8")};
    form.set(*name, *value);
  }
  return form;
}

void Form::set(std::string_view name, std::string_view value) {
  for (Entry& entry : entries_) {
    if (entry.first != name) continue;
    entry.second = value;
    return;
  }
  entries_.emplace_back(name, value);
}

const std::string* Form::find(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.first == name) return &entry.second;
  return nullptr;
}

std::vector<Form::Entry> Form::children(std::string_view name) const {
  std::vector<Entry> found;
  for (const auto& [path, value] : entries_) {
    if (path.size() < name.size() + 2 || !path.starts_with(name) || path[name.size()] != '[' ||
        path.back() != ']')
      continue;
    const std::string inner = path.substr(name.size() + 1, path.size() - name.size() - 2);
    if (inner.find_first_of("[]") == std::string::npos) found.emplace_back(inner, value);
  }
  return found;
}

std::string Form::canonical() const {
  std::vector<Entry> sorted = entries_;
  std::sort(sorted.begin(), sorted.end());
  std::string out;
  for (const auto& [name, value] : sorted) {
    if (!out.empty()) out += '&';
    out += form_encode(name) + '=' + form_encode(value);
  }
  return out;
}

}  // namespace florin::sandbox
