// How the open files that the system allows are divided: what log, state and links need is kept for them, clients get the
// rest. A node that cannot open its next log file has to end; one that refuses a connection has not lost anything.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.hpp"
#include "base/result.hpp"
#include "runtime/config/node_config.hpp"

namespace florin {

inline constexpr std::uint64_t open_files_unknown = UINT64_MAX;

struct OpenFilesPlan {
  std::uint64_t limit = 0;
  std::uint64_t reserved = 0;       // never given to clients
  std::size_t connections_max = 0;  // as configured, or fewer
};

// Errc::invalid: not even a few connections would be left; the text says what is needed.
Result<OpenFilesPlan, Error> plan_open_files(std::uint64_t limit, const NodeConfig& config);

}  // namespace florin
