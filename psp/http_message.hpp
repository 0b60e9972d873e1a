// One HTTP call to the outside as plain values: what is asked, as it is logged before it is sent, and what came of it, with the
// evidence of how far it came. Who makes the call is another; who says what an answer means is an adapter.
//
// Promise: a request's bytes hold no secret (whoever sends it adds those), and what is sent of the same bytes is the same
// each time. Bytes that were not written here are refused, never guessed at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::psp {

inline constexpr std::size_t request_bytes_max = 16 * 1024;  // they are part of an event
inline constexpr std::size_t answer_body_bytes_max = 512 * 1024;

enum class HttpMethod : std::uint8_t { get, post };

struct HttpHeader {
  std::string name;
  std::string value;
  bool operator==(const HttpHeader&) const = default;
};

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string target;  // path and query, from "/" on; visible ASCII
  std::vector<HttpHeader> headers;
  // Of a POST never empty: libcurl sends one without a body a second time by itself.
  std::string body;
  bool operator==(const HttpRequest&) const = default;
};

// How far a call came.
enum class HttpEnd : std::uint8_t {
  not_sent,   // no byte of it left: certain
  no_answer,  // something left, and no status came back
  cut,        // a status came, and not all of the answer
  too_large,  // a status came, and more of a body than anybody wants
  whole,
};

// Why it did not come to its end; for logs, metrics and people.
enum class HttpFault : std::uint8_t {
  none,
  no_name,         // its name has no address
  no_connection,   // refused, unreachable, or not there in time
  no_tls,          // no handshake, or a certificate that nobody vouches for
  wrong_pin,       // a certificate that is not one of the pinned ones
  breaker_open,    // it failed too often just now
  queue_full,      // too much waits for it
  stopping,        // this node ends
  unfit,           // nobody knows that port, or the bytes are no request
  timed_out,       // sent, and then silence
  closed,          // sent, and the connection ended
  resend_refused,  // sent, the connection ended, and a second sending was prevented
  other,
};

struct HttpAnswer {
  HttpEnd end = HttpEnd::not_sent;
  HttpFault fault = HttpFault::none;
  std::uint16_t status = 0;         // 0: none came
  bool is_sent_twice = false;       // the whole request left twice under one call
  std::vector<HttpHeader> headers;  // those that somebody reads, names in lower case
  std::string body;
  bool operator==(const HttpAnswer&) const = default;
};

std::string_view to_string(HttpMethod method);
std::string_view to_string(HttpEnd end);
std::string_view to_string(HttpFault fault);

// The first header of that name (lower case), without its surrounding blanks; empty: there is none.
std::string_view header_of(const HttpAnswer& answer, std::string_view name);

// What is logged and carried: the request's head without version and secrets, an empty line, the body. At most
// request_bytes_max, else `invalid`; so is a target or header that is not visible ASCII, and a POST without a body.
Result<std::string, Error> request_bytes(const HttpRequest& request);
Result<HttpRequest, Error> parse_request(std::string_view bytes);

// The same for an answer on its way to the actor that called. One that was not written here is `invalid`.
std::string answer_bytes(const HttpAnswer& answer);
Result<HttpAnswer, Error> parse_answer(std::string_view bytes);

}  // namespace florin::psp
