// FLORIN_ASSERT: a bug in us, or a disk that lies. Prints expression, place and backtrace, then aborts;
// the node restarts from its log. Always on, in release builds too.
#pragma once

#include <string_view>

namespace florin {
[[noreturn]] void assert_failed(const char* expression, const char* file, int line,
                                std::string_view detail = {}) noexcept;
}  // namespace florin

#define FLORIN_ASSERT(expression, ...)                                                     \
  do {                                                                                     \
    if (!(expression)) [[unlikely]]                                                        \
      ::florin::assert_failed(#expression, __FILE__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
  } while (false)
