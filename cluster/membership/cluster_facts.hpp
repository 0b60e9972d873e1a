// ClusterFacts: what the meta leader has heard of the groups, from their leaders. Facts may come late, twice,
// or never; the meta leader's decisions stay right with old ones, and wait for new ones.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "cluster/placement/replica_id.hpp"

namespace florin {

// A group as its leader has it applied. Lists ascending.
struct GroupFacts {
  std::uint64_t term = 0;
  // ClusterMap::version by which this leader works. It did what the map said up to there, or is still at it; nothing is
  // on its way that only an older map wanted.
  LogIndex map_version = 0;
  std::vector<ReplicaId> voters, learners;
  std::vector<ReplicaId> retired;  // removed for ever: at least those that the map wants
  bool operator==(const GroupFacts&) const = default;
};

// Of groups that somebody has led lately, and what nodes can read. Whoever keeps it forgets a group that is silent for long: then
// nothing new is begun there, as there is nobody who could do it.
struct ClusterFacts {
  std::map<PartitionId, GroupFacts> partitions;
  std::optional<GroupFacts> meta;
  // By node, as it has said itself since this process began (links/hello.hpp). One that is silent is not in here.
  std::map<NodeNumber, FormatLevel> reads;

  // The latest term wins; of one leader, what it said by the newest map, and then what came last.
  void take(PartitionId partition, GroupFacts facts) {
    const auto [known, is_new] = partitions.try_emplace(partition);
    if (is_new || !is_older(facts, known->second)) known->second = std::move(facts);
  }
  void take_meta(GroupFacts facts) {
    if (!meta || !is_older(facts, *meta)) meta = std::move(facts);
  }
  [[nodiscard]] const GroupFacts* find(PartitionId partition) const {
    const auto found = partitions.find(partition);
    return found == partitions.end() ? nullptr : &found->second;
  }

 private:
  static bool is_older(const GroupFacts& a, const GroupFacts& b) {
    return std::pair(a.term, a.map_version) < std::pair(b.term, b.map_version);
  }
};

}  // namespace florin
