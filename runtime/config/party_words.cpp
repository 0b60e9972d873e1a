// Letters are ASCII, whatever the locale.
#include "runtime/config/party_words.hpp"

#include <algorithm>

namespace florin {
namespace {

bool is_loopback_url(std::string_view url) {
  for (const std::string_view begin : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!url.starts_with(begin)) continue;
    const std::string_view rest = url.substr(begin.size());
    if (rest.empty() || rest.front() == ':' || rest.front() == '/') return true;
  }
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_host_letter(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-';
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.front() != '0' &&
         std::ranges::all_of(text, is_digit);
}

}  // namespace

bool is_header_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_base_url(std::string_view text) {
  constexpr std::string_view secure = "https://";
  const bool has_host = text.starts_with(secure) && text.size() > secure.size();
  return (has_host || is_loopback_url(text)) && !text.ends_with('/') &&
         text.find_first_of(" @?#") == std::string_view::npos && is_header_text(text);
}

bool is_public_key_pin(std::string_view text) {
  constexpr std::string_view begin = "sha256//";
  constexpr std::size_t base64_size = 44;
  return text.size() == begin.size() + base64_size && text.starts_with(begin) &&
         text.ends_with('=') && text.find(';') == std::string_view::npos && is_header_text(text);
}

bool is_return_host(std::string_view text) {
  if (text.starts_with("[::1]")) {
    const std::string_view rest = text.substr(5);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  return !host.empty() && std::ranges::all_of(host, is_host_letter) &&
         (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

}  // namespace florin
