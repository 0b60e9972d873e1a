// SHA-256 of an entry, by OpenSSL.
#include "persistence/codec/chain_hash.hpp"

#include <openssl/evp.h>

#include <memory>

#include "base/assert.hpp"

namespace florin {
namespace {

// Fetched once and kept: a fetch per hash costs three times the hash of a small entry.
const EVP_MD* sha256() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  FLORIN_ASSERT(md != nullptr, "OpenSSL has no SHA256");
  return md;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::optional<std::uint8_t> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

}  // namespace

Hash chain_hash(std::string_view entry_bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Hash hash;
  unsigned size = 0;
  const bool ok = context != nullptr && EVP_DigestInit_ex2(context.get(), sha256(), nullptr) == 1 &&
                  EVP_DigestUpdate(context.get(), entry_bytes.data(), entry_bytes.size()) == 1 &&
                  EVP_DigestFinal_ex(context.get(), hash.data(), &size) == 1;
  FLORIN_ASSERT(ok && size == hash.size());
  return hash;
}

std::string hash_hex(const Hash& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(hash.size() * 2);
  for (const std::uint8_t byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Hash> parse_hash_hex(std::string_view text) noexcept {
  Hash hash{};
  if (text.size() != hash.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto high = hex_digit(text[2 * i]);
    const auto low = hex_digit(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return hash;
}

}  // namespace florin
