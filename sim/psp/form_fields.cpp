// Fields between &, escapes of two digits.
#include "sim/psp/form_fields.hpp"

#include <charconv>

namespace florin::sim {
namespace {

std::optional<unsigned> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = digit_of(text[i + 1]);
    const auto low = digit_of(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high << 4U | *low);
    i += 2;
  }
  return out;
}

}  // namespace

std::optional<FormFields> FormFields::parse(std::string_view text) {
  FormFields out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    auto name = unescaped(field.substr(0, equals));
    auto value = unescaped(field.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    if (!out.fields_.emplace(std::move(*name), std::move(*value)).second) return std::nullopt;
  }
  return out;
}

const std::string& FormFields::text(std::string_view name) const {
  static const std::string none;
  const auto found = fields_.find(name);
  return found == fields_.end() ? none : found->second;
}

std::optional<std::int64_t> FormFields::number(std::string_view name) const {
  const std::string& value = text(name);
  std::int64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || read.ec != std::errc{} || read.ptr != value.data() + value.size() ||
      number < 0)
    return std::nullopt;
  return number;
}

}  // namespace florin::sim
