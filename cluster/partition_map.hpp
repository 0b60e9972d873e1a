// PartitionMap: which partition an account lives in: hash(account) mod P. P is chosen once, when a cluster is
// created; partitions move between nodes, accounts never move between partitions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/ids.hpp"

namespace florin {

// XXH3_64bits: stable across versions and machines, so it may decide where money lives.
std::uint64_t hash64(std::string_view bytes) noexcept;

class PartitionMap {
 public:
  explicit PartitionMap(std::uint32_t partitions) : partitions_(partitions) {}

  [[nodiscard]] std::uint32_t partitions() const noexcept { return partitions_; }
  [[nodiscard]] PartitionId partition_of(const AccountId& account) const noexcept {
    return static_cast<PartitionId>(hash64(account.view()) % partitions_);
  }

 private:
  std::uint32_t partitions_;
};

}  // namespace florin
