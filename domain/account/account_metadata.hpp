// What an account's owner wrote on it, and how a client changes it: by a merge patch (RFC 7396) of texts.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace florin {

// Ordered by key, none twice; at most 16 pairs (base/limits.hpp).
using Metadata = std::vector<std::pair<std::string, std::string>>;

// A member that is a text sets its key; null removes it, which is nothing where it is not. No key is in both.
struct MetadataPatch {
  Metadata set;
  std::vector<std::string> remove;  // ordered
  bool operator==(const MetadataPatch&) const = default;
};

// The pairs as they are after it. The same patch again changes nothing.
Metadata patched(Metadata metadata, const MetadataPatch& patch);

}  // namespace florin
