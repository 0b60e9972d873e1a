// Requests to Checkout Sessions, byte by byte the same for the same question: they are logged before the first send, and what
// is sent again are those bytes.
//
// Promise: no name, no e-mail, no secret. Every object that a call makes carries the order's id and the cluster's name
// (OrderMarks), on the session and on its intent. What would not be read back as it was meant is `invalid`.
#pragma once

#include "base/error.hpp"
#include "base/result.hpp"
#include "psp/http_message.hpp"
#include "psp/psp_request.hpp"

namespace florin::psp::sessions {

inline constexpr int page_rows = 25;  // of a list: 3 KB each

Result<HttpRequest, Error> encode(const PspRequest& request);

}  // namespace florin::psp::sessions
