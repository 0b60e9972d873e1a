// The value's hash, seeded with the key's, seeded with the table: where the key ends is part of it.
#include "persistence/row_checksum.hpp"

#define XXH_INLINE_ALL  // a call into the library costs more than the hash of a row
#include <xxhash.h>

namespace florin {

std::uint64_t row_checksum(Table table, std::string_view key, std::string_view value) noexcept {
  const XXH64_hash_t of_key =
      XXH3_64bits_withSeed(key.data(), key.size(), static_cast<XXH64_hash_t>(table) + 1);
  return XXH3_64bits_withSeed(value.data(), value.size(), of_key);
}

}  // namespace florin
