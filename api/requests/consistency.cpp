// Strict: a position that cannot be meant would be waited for in vain, or not at all.
#include "api/requests/consistency.hpp"

#include "api/json/json_reader.hpp"

namespace florin {

Result<ReadConsistency, InputFault> read_consistency(const std::optional<std::string>& consistency,
                                                     const std::optional<std::string>& min_position,
                                                     const PartitionMap& map,
                                                     std::optional<PartitionId> home) {
  ReadConsistency read;
  if (consistency && *consistency != "leader" && *consistency != "follower")
    return Err{bad_field("consistency", "must be leader or follower.")};
  read.follower = consistency == "follower";
  if (!min_position) return read;
  if (!read.follower)
    return Err{bad_field("min_position",
                         "is only for consistency=follower: a leader's answer is never old.")};
  read.min_position = Position::parse(*min_position);
  if (!read.min_position)
    return Err{bad_field("min_position", "must be a position, as in p3:1842:0.")};
  const PartitionId partition = read.min_position->partition;
  if (home && partition != *home)
    return Err{bad_field("min_position", "is of partition " + std::to_string(partition) +
                                             "; what is asked for is in partition " +
                                             std::to_string(*home) + ".")};
  if (partition >= map.partitions())
    return Err{bad_field("min_position", "is of a partition that there is not.")};
  return read;
}

}  // namespace florin
