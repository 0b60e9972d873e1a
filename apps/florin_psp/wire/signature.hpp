// Stripe-Signature of a webhook, as the official SDK checks it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace florin::sandbox {

// HMAC-SHA256 in lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);
// SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view text);
// "t=<unix_s>,v1=<hex>": HMAC over "<unix_s>.<body>"; the key is the secret as text, `whsec_` included.
std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body);

}  // namespace florin::sandbox
