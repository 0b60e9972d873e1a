// Which journal stream holds what, in a cluster of P partitions: 0 .. P-1 the partitions' entries, P the
// meta group's, then for each of these groups the record of its raft state, which is always entry 1.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "cluster/consensus/consensus_message.hpp"

namespace florin {

struct LogStreams {
  std::uint32_t partitions = 0;

  [[nodiscard]] std::uint32_t groups() const {
    return partitions + 1;
  }  // the meta group is the last
  [[nodiscard]] std::uint32_t count() const { return 2 * groups(); }
  [[nodiscard]] static PartitionId entries(std::uint32_t group) {
    return static_cast<PartitionId>(group);
  }
  [[nodiscard]] PartitionId state(std::uint32_t group) const {
    return static_cast<PartitionId>(groups() + group);
  }
  // Raft's number of a group; 0 is not allowed there.
  [[nodiscard]] static consensus::GroupId raft_id(std::uint32_t group) { return group + 1; }
};

}  // namespace florin
