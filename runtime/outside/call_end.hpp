// What became of one HTTP call, judged by what libcurl says of it. Pure; the table that it follows was measured (ADR of the PSP
// port), and a test has each of its rows.
//
// The only proof that nothing was sent is a request size of 0: neither a return code nor a missing status is one.
#pragma once

#include <cstdint>

#include "psp/http_message.hpp"

namespace florin::outside {

struct CallEvidence {
  int curl_code = 0;         // CURLcode
  std::uint16_t status = 0;  // of HTTP, the last one; 0: none came
  std::int64_t request_bytes =
      0;  // CURLINFO_REQUEST_SIZE: all that was handed to a connection, of heads
  std::uint32_t times_sent = 0;  // heads of this request that were handed to a connection
  bool is_too_large = false;     // we would not read on
};

struct CallEnd {
  psp::HttpEnd end = psp::HttpEnd::no_answer;
  psp::HttpFault fault = psp::HttpFault::none;
  bool is_sent_twice = false;
  bool operator==(const CallEnd&) const = default;
};

CallEnd end_of(const CallEvidence& evidence);

// How a call speaks for its party's health: for breaker and concurrency.
enum class PartyVerdict : std::uint8_t {
  good,       // it works, whatever it said
  failed,     // it was not there, did not answer, or said 5xx
  denied,     // 401, 403: with this credential nothing will work
  throttled,  // 429
};
PartyVerdict verdict_of(psp::HttpEnd end, std::uint16_t status);

}  // namespace florin::outside
