// Stripe-Signature of a webhook, as the official SDK checks it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace florin::sandbox {

// "t=<unix_s>,v1=<hex>": HMAC over "<unix_s>.<body>"; the key is the secret as text, `whsec_` included.
std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body);

}  // namespace florin::sandbox
