// What the kernel says about this process, for the standard process_* metrics.
#pragma once

#include <cstdint>

namespace florin {

struct ProcessStats {
  double cpu_seconds = 0;         // user and system, all threads
  double start_time_seconds = 0;  // since 1970
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
};

// Fields that cannot be read stay 0.
ProcessStats read_process_stats();

}  // namespace florin
