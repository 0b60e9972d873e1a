// Bytes of an answer's head, and the answers the server makes itself. Pure, no library type.
#pragma once

#include <string>
#include <string_view>

#include "api/http/http_types.hpp"

namespace florin {

enum class HttpConnectionMode { keep_alive, keep_alive_http_1_0, close };

// Appends status line and header fields up to the empty line. `date`: an IMF-fixdate (RFC 9110, 5.6.7).
// Control characters in the handler's fields become blanks: no field can start another.
void append_http_head(std::string& out, const HttpResponse& response, HttpConnectionMode mode,
                      std::string_view date);

// A problem document; code as in docs/ERRORS.md, retry same_id.
HttpResponse http_problem(int status, std::string_view code, std::string_view detail,
                          std::string_view outcome = "not_executed");

// An answer of this status has no body: 1xx, 204, 304.
bool http_status_without_body(int status) noexcept;

// "Sun, 06 Nov 1994 08:49:37 GMT" for seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace florin
