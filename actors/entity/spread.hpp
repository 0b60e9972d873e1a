// How those that are due at the same time are spread over the time that comes, so many a second, each by its own jitter:
// the same history always gives the same times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace florin {

// Microseconds, one at least.
inline std::int64_t spread_us(std::size_t count, std::size_t per_second) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(count * 1'000'000 / per_second));
}

// Of one of them, within the spread.
template <class Kind>
std::int64_t offset_within(const typename Kind::Key& key, std::int64_t spread) {
  return static_cast<std::int64_t>(Kind::jitter(key) % static_cast<std::uint64_t>(spread));
}

}  // namespace florin
