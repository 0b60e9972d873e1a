// Query parameters of reads: `consistency` (leader, the default, or follower) and, with follower, `min_position`.
#pragma once

#include <optional>
#include <string>

#include "actors/messages/messages.hpp"
#include "api/requests/query.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

// Which replica may answer a read, and what it must have committed.
struct ReadConsistency {
  bool follower = false;
  std::optional<Position> min_position;  // with follower only

  // The question as a message for a partition. A min_position of another partition asks nothing of this one.
  template <class Question>
  [[nodiscard]] Message ask(PartitionId to, Question question) const {
    if (!follower) return question;
    const bool is_here = min_position && min_position->partition == to;
    return FollowerRead<Question>{0, is_here ? min_position->index : 0, std::move(question)};
  }
};

// `home`: the partition that the min_position must be of; none: any that there is.
Result<ReadConsistency, InputFault> read_consistency(const std::optional<std::string>& consistency,
                                                     const std::optional<std::string>& min_position,
                                                     const PartitionMap& map,
                                                     std::optional<PartitionId> home);

}  // namespace florin
