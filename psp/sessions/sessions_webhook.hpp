// Webhooks in: whether one is the provider's, and what it hints at. A hint never changes a state: it makes the order read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "base/sha256.hpp"
#include "psp/psp_request.hpp"

namespace florin::psp::sessions {

inline constexpr std::size_t webhook_body_bytes_max = 256 * 1024;
inline constexpr std::int64_t signature_window_s = 300;

enum class SignatureVerdict : std::uint8_t {
  good,
  malformed,  // not `t=<unix>,v1=<hex>[,v1=<hex>]`
  too_old,    // these two only of a signature that is right
  too_new,
  wrong,
};
std::string_view to_string(SignatureVerdict verdict);

struct SignedBody {
  std::string_view header;  // of Stripe-Signature
  std::string_view body;    // the raw bytes
};

// HMAC-SHA-256 of `t.body` under any of the secrets (as text, with their `whsec_`; two while one replaces the other), no more
// than 300 s from `now_s` on either side. Every signature is held against every secret, each in constant time; an empty secret
// signs nothing. Stricter than the provider's own library: one `t`, and none from the future.
SignatureVerdict check_signature(const SignedBody& signed_body,
                                 std::span<const std::string> secrets, std::int64_t now_s);

// What may be logged of a webhook, and all that is.
struct PspHint {
  std::string event_id;
  std::string type;     // "checkout.session.completed"
  std::string account;  // of a platform's part; mostly empty
  std::int64_t created_at_s = 0;
  bool is_live = false;
  std::string object_id;   // what it is about
  std::string session_id;  // empty: it does not say
  std::string intent_id;
  OrderMarks marks;         // empty: not ours
  std::string status;       // of the object; for people only
  std::int64_t amount = 0;  // in the provider's units; 0: it does not say
  std::string currency;
  Sha256 body_hash{};
  bool operator==(const PspHint&) const = default;
};

// `invalid`: longer than webhook_body_bytes_max, or not an event. Types that nobody knows are events as well.
Result<PspHint, Error> parse_hint(std::string_view body);

enum class HintOrigin : std::uint8_t {
  ours,
  foreign,        // no marks of ours: counted, and answered as taken
  other_cluster,  // these two: answered as taken, and people are told
  other_mode,     // of a test where we are live, or the other way round
};
HintOrigin origin_of(const PspHint& hint, std::string_view cluster, bool is_live);

}  // namespace florin::psp::sessions
