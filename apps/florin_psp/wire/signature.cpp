// See signature.hpp.
#include "apps/florin_psp/wire/signature.hpp"

#include "base/sha256.hpp"

namespace florin::sandbox {

std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body) {
  const std::string time = std::to_string(unix_s);
  return "t=" + time + ",v1=" + hex_of(hmac_sha256(secret, time + ".", body));
}

}  // namespace florin::sandbox
