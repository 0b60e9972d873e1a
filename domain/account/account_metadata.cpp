// RFC 7396, 2, for an object whose members are texts.
#include "domain/account/account_metadata.hpp"

#include <algorithm>

namespace florin {

Metadata patched(Metadata metadata, const MetadataPatch& patch) {
  std::erase_if(metadata, [&](const Metadata::value_type& pair) {
    return std::ranges::binary_search(patch.remove, pair.first);
  });
  for (const auto& [key, value] : patch.set) {
    const auto at = std::ranges::lower_bound(metadata, key, {}, &Metadata::value_type::first);
    if (at != metadata.end() && at->first == key)
      at->second = value;
    else
      metadata.emplace(at, key, value);
  }
  return metadata;
}

}  // namespace florin
