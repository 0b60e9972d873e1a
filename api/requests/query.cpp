// Percent-decoding, parameters, Prefer. Strict where a mistake would go unnoticed.
#include "api/requests/query.hpp"

#include <charconv>

#include "api/json/json_reader.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// All of `text` as a decimal number of at most four digits.
std::optional<std::uint32_t> small_number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  if (text.empty() || text.size() > 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::optional<InputFault> take_query_pair(std::string_view pair, const std::string_view* names,
                                          std::optional<std::string>* values, std::size_t count) {
  const auto equals = pair.find('=');
  const auto name = percent_decode(pair.substr(0, equals));
  auto value = percent_decode(equals == std::string_view::npos ? std::string_view{}
                                                               : pair.substr(equals + 1));
  if (!name || !value)
    return InputFault{EdgeCode::invalid_request, std::nullopt,
                      "The query has a broken percent escape."};
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i] != *name) continue;
    if (values[i]) return bad_field(names[i], "comes twice in the query.");
    values[i] = std::move(*value);
    return std::nullopt;
  }
  return bad_field(*name, "is not a parameter of this call.");
}

Result<std::uint32_t, InputFault> read_limit(const std::optional<std::string>& text) {
  if (!text) return static_cast<std::uint32_t>(limits::page_limit_default);
  const auto limit = small_number(*text);
  if (!limit || *limit == 0 || *limit > limits::page_limit_max)
    return Err{bad_field("limit", "must be a whole number from 1 to 100.")};
  return *limit;
}

std::optional<std::chrono::seconds> preferred_wait(std::string_view prefer) {
  while (!prefer.empty()) {
    const std::string_view one = prefer.substr(0, prefer.find(','));
    prefer.remove_prefix(one.size() == prefer.size() ? one.size() : one.size() + 1);
    const std::string_view preference = trimmed(one.substr(0, one.find(';')));
    const auto equals = preference.find('=');
    if (equals == std::string_view::npos) continue;
    if (!http_equal_ignoring_case(trimmed(preference.substr(0, equals)), "wait")) continue;
    std::string_view value = trimmed(preference.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    const auto seconds = small_number(value);
    if (seconds && *seconds <= 60) return std::chrono::seconds(*seconds);
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace florin
