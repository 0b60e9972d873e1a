// Parses the --url option by hand: three shapes (name, IPv4, [IPv6]) do not need a library.
#include "apps/client/url.hpp"

#include <algorithm>

namespace florin::client {

namespace {
Error bad_url(std::string_view url, std::string_view why) {
  return {Errc::invalid, "--url " + std::string(url) + ": " + std::string(why) +
                             "; write http://host:port, for example http://127.0.0.1:8080"};
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const int port = std::stoi(std::string(text));
  return port >= 1 && port <= 65535;
}
}  // namespace

Result<ServerAddress, Error> parse_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (url.starts_with("https://")) return Err{bad_url(url, "these tools speak plain HTTP only")};
  if (!url.starts_with(scheme)) return Err{bad_url(url, "the scheme must be http")};
  std::string_view authority = url.substr(scheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.find_first_of("/?#@ ") != std::string_view::npos)
    return Err{bad_url(url, "only host and port are expected")};

  std::string_view host = authority;
  std::string_view port = "8080";
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host.empty()) return Err{bad_url(url, "the host is empty")};
  if (!is_port(port)) return Err{bad_url(url, "the port must be 1-65535")};
  return ServerAddress{std::string(host), std::string(port), std::string(authority)};
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@:";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

}  // namespace florin::client
