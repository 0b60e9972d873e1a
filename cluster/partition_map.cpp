// The hash that decides where money lives.
#include "cluster/partition_map.hpp"

#include <xxhash.h>

namespace florin {

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace florin
