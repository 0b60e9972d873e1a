// The hash that decides where money lives.
#include "cluster/partition_map.hpp"

#define XXH_INLINE_ALL  // a call into the library costs more than the hash of an id
#include <xxhash.h>

namespace florin {

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace florin
