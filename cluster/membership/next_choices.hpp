// What the meta leader does about the map by itself: choose replicas for partitions that need others, say
// when a group has got them, let nodes go. Pure: same map and facts, same events.
//
// Why a group never ends up with a replica that it may not have:
//  - a node that was not wanted gets an id of a new generation, so whoever leads the group by an older map
//    sees a replica that its map does not know, and keeps its hands off (next_change);
//  - a replica that is to stay after all, because its successor's node is leaving, keeps its id; is it
//    removed by somebody who has not heard of it, the facts say that the id is retired, and its node gets a
//    new one.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/membership/cluster_facts.hpp"
#include "cluster/membership/cluster_map.hpp"

namespace florin {

struct ChoiceLimits {
  // partitions, of those that somebody leads, whose replicas change at the same time
  std::uint32_t moves_at_once = 2;
};

// Events for one entry of the meta log, often none. `map`: with everything that was proposed and not yet
// committed, or the same is said twice.
std::vector<Event> next_choices(const ClusterMap& map, const ClusterFacts& facts,
                                ChoiceLimits limits = {});

}  // namespace florin
