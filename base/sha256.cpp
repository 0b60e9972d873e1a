// Thin calls of OpenSSL.
#include "base/sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/assert.hpp"

namespace florin {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 hash;
  unsigned size = 0;
  const bool ok =
      EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr) == 1;
  FLORIN_ASSERT(ok && size == hash.size());
  return hash;
}

Sha256 hmac_sha256(std::string_view key, std::string_view first, std::string_view second) {
  std::string text;
  text.reserve(first.size() + second.size());
  text.append(first).append(second);
  Sha256 hash;
  unsigned size = 0;
  const auto* const done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(), &size);
  FLORIN_ASSERT(done != nullptr && size == hash.size());
  return hash;
}

std::string hex_of(const Sha256& hash, std::size_t digits) {
  constexpr std::string_view digit = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < std::min(digits, 2 * hash.size()); ++i)
    text += digit[i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15];
  return text;
}

bool parse_hex(std::string_view text, Sha256& hash) {
  if (text.size() != 2 * hash.size()) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    hash[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

bool are_equal(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace florin
