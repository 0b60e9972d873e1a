// About how many bytes a message or a reply is, in memory and as part of a frame; never less than it is in a frame.
// Cheap: what makes turns and frames end before they are too large.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "actors/messages/messages.hpp"

namespace florin {

std::size_t bytes_of(const Message& message);
std::size_t bytes_of(const ReplyBody& body);
inline std::size_t bytes_of(const Reply& reply) { return bytes_of(reply.body); }

// Calls `each(part)` with neighbouring items in order, at least one at a time, as many as are `bytes_max` together;
// ends early, with the number of items in the parts before, when `each` says false.
template <class Item, class Each>
std::size_t in_parts(const std::vector<Item>& items, std::size_t bytes_max, Each&& each) {
  std::size_t from = 0;
  while (from < items.size()) {
    std::size_t to = from;
    std::size_t bytes = 0;
    do bytes += bytes_of(items[to++]);
    while (to < items.size() && bytes + bytes_of(items[to]) <= bytes_max);
    if (!each(std::span<const Item>(items).subspan(from, to - from))) return from;
    from = to;
  }
  return from;
}

}  // namespace florin
