// Hints that memory will be needed soon. Nothing is read, and any address is allowed.
#pragma once

#include <cstddef>

namespace florin {

inline constexpr std::size_t cache_line_bytes = 64;

// The empty statement matters: g++ 12 takes a function that does nothing but prefetch for one without effect,
// and drops its calls wherever it does not happen to inline them.
inline void prefetch_line(const void* at) {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));
}
// All lines of an object: to be read, or to be filled.
template <class T>
void prefetch_object(const T* object) {
  const char* const bytes = reinterpret_cast<const char*>(object);
  for (std::size_t at = 0; at < sizeof(T); at += cache_line_bytes) prefetch_line(bytes + at);
  prefetch_line(bytes + sizeof(T) - 1);
}

}  // namespace florin
