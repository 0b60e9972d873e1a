// OutsideParty: one of those outside whom this node may call: where it is, how it is known to be it, our secret towards it,
// and bounds of everything.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "psp/http_message.hpp"

namespace florin::outside {

using Milliseconds = std::chrono::milliseconds;

struct BreakerRules {
  std::uint32_t failures_max = 5;     // in a row
  Milliseconds open_time_min{1'000};  // then one call is let through; doubles with each that fails
  Milliseconds open_time_max{60'000};
};

struct OutsideParty {
  std::string port;      // OutsideCall::port
  std::string base_url;  // "https://api.example"; http on the loopback only; no slash at its end
  // Whole lines of a header ("Authorization: Bearer …"), added to every request here and nowhere else. Never logged.
  std::vector<std::string> secret_headers;
  std::string ca_file;  // empty: those that the system trusts
  // "sha256//<base64 of SHA-256 of the DER public key>"; one of them must be the party's, beside what `ca_file` says. Have a
  // second one, of a key that is not in use yet.
  std::vector<std::string> pins;

  Milliseconds connect_time_max{5'000};  // name, connection and TLS
  Milliseconds call_time_max{20'000};    // all of it
  Milliseconds waiting_time_max{5'000};  // for its turn: then it was not sent
  // Below the time after which the party closes an idle connection: one that it has just closed makes an unknown.
  std::chrono::seconds idle_connection_max{50};

  std::size_t under_way_max = 16;
  std::size_t waiting_max = 1'024;
  std::size_t answer_bytes_max = psp::answer_body_bytes_max;
  // Of an answer's headers those that somebody reads, in lower case.
  std::vector<std::string> answer_headers{"content-type", "retry-after", "request-id",
                                          "idempotent-replayed"};
  BreakerRules breaker;
};

// `invalid`, with the party's name and what to do. Pins and secrets are looked at, never shown.
Status<Error> check_party(const OutsideParty& party);

}  // namespace florin::outside
