// What is the same for all transfers of a partition, and no state.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits.hpp"

namespace florin {

struct TransferRules {
  std::int64_t try_timeout_us = limits::try_timeout_us;
  std::size_t open_transfers_max = limits::open_transfers_max;  // to other partitions
};

}  // namespace florin
