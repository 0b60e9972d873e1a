// Where the server is. The tools speak plain HTTP/1.1; put them behind a TLS proxy for anything else.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::client {

struct ServerAddress {
  std::string host;  // name or address, without brackets
  std::string port;
  std::string authority;  // as written in the URL: the Host header
};

// "http://host[:port][/]"; default port 8080. Anything else: Errc::invalid with what to write instead.
Result<ServerAddress, Error> parse_url(std::string_view url);

// Everything but unreserved characters, '@' and ':' becomes %XX: safe inside a path or a query value.
std::string percent_encode(std::string_view text);

}  // namespace florin::client
