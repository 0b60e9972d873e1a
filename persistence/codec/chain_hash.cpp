// SHA-256 of an entry, by OpenSSL.
#include "persistence/codec/chain_hash.hpp"

#include <openssl/evp.h>

#include <memory>

#include "base/assert.hpp"
#include "base/sha256.hpp"

namespace florin {
namespace {

// Fetched once and kept: a fetch per hash costs three times the hash of a small entry.
const EVP_MD* kept_sha256() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  FLORIN_ASSERT(md != nullptr, "OpenSSL has no SHA256");
  return md;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Hash chain_hash(std::string_view entry_bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Hash hash;
  unsigned size = 0;
  const bool ok = context != nullptr &&
                  EVP_DigestInit_ex2(context.get(), kept_sha256(), nullptr) == 1 &&
                  EVP_DigestUpdate(context.get(), entry_bytes.data(), entry_bytes.size()) == 1 &&
                  EVP_DigestFinal_ex(context.get(), hash.data(), &size) == 1;
  FLORIN_ASSERT(ok && size == hash.size());
  return hash;
}

std::string hash_hex(const Hash& hash) { return hex_of(hash); }

}  // namespace florin
