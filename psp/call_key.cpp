// A call has one name on every node, made of what it is about.
#include "psp/call_key.hpp"

#include <algorithm>

#include "base/sha256.hpp"

namespace florin::psp {
Uuid call_id(std::string_view port, std::string_view key) {
  std::string text(port);
  text.append("\n").append(key);
  const Sha256 digest = sha256(text);
  Uuid id;
  std::ranges::copy_n(digest.begin(), static_cast<std::ptrdiff_t>(id.bytes.size()),
                      id.bytes.begin());
  return id;
}

}  // namespace florin::psp
