// Alphabets.
#include "psp/sessions/sessions_words.hpp"

#include <algorithm>

namespace florin::psp::sessions {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// `also`: what it may have beside letters and digits.
bool is_of(std::string_view text, std::size_t size_max, std::string_view also) {
  return !text.empty() && text.size() <= size_max && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || also.find(c) != std::string_view::npos;
  });
}

bool is_loopback(std::string_view rest) {
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"})
    if (rest.starts_with(host) &&
        (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/'))
      return true;
  return false;
}

}  // namespace

bool is_own_id(std::string_view text) { return is_of(text, 64, "._-"); }
bool is_psp_id(std::string_view text) { return is_of(text, 255, "_"); }
bool is_code(std::string_view text) { return is_of(text, 100, "_."); }
bool is_parameter(std::string_view text) { return is_of(text, 200, "_.[]"); }

bool is_last4(std::string_view text) {
  return text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_payer_url(std::string_view text) {
  constexpr std::size_t bytes_max = 2'048;
  constexpr std::string_view plain = "http://";
  if (text.size() > bytes_max ||
      !std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != '"'; }))
    return false;
  return text.starts_with("https://") ||
         (text.starts_with(plain) && is_loopback(text.substr(plain.size())));
}

}  // namespace florin::psp::sessions
