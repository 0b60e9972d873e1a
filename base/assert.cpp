// How a bug ends: one line for the operator, a back trace, and abort. Allocates nothing.
#include "base/assert.hpp"

#include <execinfo.h>

#include <cstdio>
#include <cstdlib>

namespace florin {

void assert_failed(const char* expression, const char* file, int line,
                   std::string_view detail) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s %.*s\n", file, line, expression,
               static_cast<int>(detail.size()), detail.data());
  void* frames[64];
  const int count = backtrace(frames, 64);
  backtrace_symbols_fd(frames, count, 2);
  std::abort();
}

}  // namespace florin
