// What a node tells all others about the groups it leads, several times a second while something changes: frames of
// the messages channel. Whoever hears it knows where to send, the meta leader knows how far the moves are, and a
// node that has just been added hears who founded the cluster. A node that was away hears who has come since then: it
// may be one of those who leads the meta group, and whom it would not let in. Little endian.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/membership/cluster_facts.hpp"
#include "domain/membership/cluster_member.hpp"

namespace florin {

struct LedGroup {
  std::uint32_t group = 0;  // the partition, or `partitions` for the meta group
  GroupFacts facts;
  bool operator==(const LedGroup&) const = default;
};

struct FactsFrame {
  LogIndex map_version = 0;  // of the sender
  // that are no founders, and not removed: an old map does not have them
  std::vector<ClusterMember> members;
  std::vector<NodeNumber> founders;  // empty: the sender does not know yet
  std::vector<LedGroup> led;
  bool operator==(const FactsFrame&) const = default;
};

std::string encode_facts(const FactsFrame& frame);
std::optional<FactsFrame> decode_facts(std::string_view bytes);  // none: not such a frame

}  // namespace florin
