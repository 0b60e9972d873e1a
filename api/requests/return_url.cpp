// Scheme, authority, rest; each of its own alphabet.
#include "api/requests/return_url.hpp"

#include <algorithm>
#include <cstddef>

#include "base/limits.hpp"

namespace florin {
namespace {

constexpr bool is_url_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_url_hex(char c) {
  return is_url_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_url_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

// Path and query: unreserved, sub-delims, ":@/?" and whole percent escapes.
bool is_rest(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !is_url_hex(text[i + 1]) || !is_url_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_url_letter(c) && !is_url_digit(c) && marks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  if (host.front() == '[')
    return host.size() > 2 && host.back() == ']' &&
           std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return is_url_hex(c) || c == ':' || c == '.'; });
  return std::ranges::all_of(
             host,
             [](char c) { return is_url_letter(c) || is_url_digit(c) || c == '-' || c == '.'; }) &&
         host.front() != '.' && host.front() != '-';
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 && port.front() != '0' &&
         std::ranges::all_of(port, is_url_digit);
}

struct Authority {
  std::string_view host;
  std::string_view port;  // empty: it names none
};

std::optional<Authority> parse_authority(std::string_view text) {
  // The colon of a port is behind an IPv6 address's bracket.
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  Authority authority{text.substr(0, colon), {}};
  if (colon != std::string_view::npos) {
    authority.port = text.substr(colon + 1);
    if (!is_port(authority.port)) return std::nullopt;
  }
  if (!is_host(authority.host)) return std::nullopt;
  return authority;
}

bool is_loopback(std::string_view host) {
  if (host.starts_with("[")) return host.substr(0, host.find(']') + 1) == "[::1]";
  host = host.substr(0, host.find(':'));
  const bool is_number =
      std::ranges::all_of(host, [](char c) { return is_url_digit(c) || c == '.'; }) &&
      std::ranges::count(host, '.') == 3;
  return host == "localhost" || (is_number && host.starts_with("127."));
}

}  // namespace

std::optional<ReturnUrl> parse_return_url(std::string_view text) {
  if (text.size() > limits::return_url_chars_max) return std::nullopt;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower_case(text.substr(0, scheme_end));
  if (scheme != "https" && scheme != "http") return std::nullopt;
  text.remove_prefix(scheme_end + 3);
  const std::size_t rest = std::min(text.find_first_of("/?"), text.size());
  const auto authority = parse_authority(text.substr(0, rest));
  if (!authority || !is_rest(text.substr(rest))) return std::nullopt;
  ReturnUrl url{scheme == "https", lower_case(authority->host)};
  const std::string_view own_port = url.is_https ? "443" : "80";
  if (!authority->port.empty() && authority->port != own_port)
    url.host.append(":").append(authority->port);
  return url;
}

bool is_allowed(const ReturnUrl& url, std::span<const std::string> hosts) {
  if (!url.is_https && !is_loopback(url.host)) return false;
  return std::ranges::find(hosts, url.host) != hosts.end();
}

}  // namespace florin
