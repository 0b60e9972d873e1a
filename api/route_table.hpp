// The table of routes, and which of them a request is for (a Router is what finds partitions: actors/asks/). Paths are matched
// as sent; a {name} matches one segment, which is decoded. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/api_context.hpp"
#include "base/limits.hpp"

namespace florin {

enum class BodyRule {
  ignored,        // GET: a body means nothing; or one of any media type
  json,           // application/json
  merge_patch,    // application/merge-patch+json (RFC 7396), or application/json
  optional_json,  // nothing at all, or application/json
};

struct Route {
  HttpMethod method;
  std::string_view pattern;  // at most one {name}
  BodyRule body;
  bool before_ready;  // answered while the node recovers or drains, too
  void (*run)(const ApiContext&, const CallPtr&);
  std::size_t body_bytes_max = limits::small_body_bytes_max;
  // Of payments: nothing that looks like a card's number may stand in path, query or headers. A body is for who reads it.
  bool refuses_cards = false;
};

struct RouteMatch {
  const Route* route = nullptr;
  std::string_view argument;  // of {name}, not decoded
  std::string allow;          // methods of the path, when only the method is wrong
};

RouteMatch match_route(HttpMethod method, std::string_view path);

// All routes; metrics are counted by their place here.
std::span<const Route> all_routes();
std::string route_name(const Route& route);         // "POST /v1/accounts"
std::string_view segment_name(const Route& route);  // "account_id"; empty: it has no {..}
std::string_view path_before(
    const Route& route);  // "/v1/accounts/": what is the same in every path of it

// The body may be of the media type that it says.
bool is_media_type_ok(const Route& route, const HttpRequest& request);

}  // namespace florin
