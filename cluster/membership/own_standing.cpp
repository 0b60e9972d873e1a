// Words of peers weighed. See own_standing.hpp.
#include "cluster/membership/own_standing.hpp"

#include <algorithm>

namespace florin {
namespace {

constexpr std::size_t enough_peers = 2;  // one alone may lie

std::string list_of(const std::vector<NodeNumber>& nodes) {
  std::string text = nodes.size() == 1 ? "node " : "nodes ";
  for (std::size_t i = 0; i < nodes.size(); ++i)
    text += (i == 0 ? "" : i + 1 == nodes.size() ? " and " : ", ") + std::to_string(nodes[i]);
  return text;
}

}  // namespace

std::string_view to_string(Standing standing) noexcept {
  switch (standing) {
    case Standing::outside: return "outside";
    case Standing::unheard: return "unheard";
    case Standing::doubtful: return "doubtful";
    case Standing::member: return "member";
    case Standing::removed: return "removed";
  }
  return "unknown";
}

OwnStanding::OwnStanding(NodeNumber self, bool joins, std::vector<NodeNumber> configured)
    : self_(self), joins_(joins), configured_(std::move(configured)) {}

void OwnStanding::let_in(NodeNumber peer) {
  peers_[peer] = {true, 0};
  was_let_in_ = true;
}

void OwnStanding::link_lost(NodeNumber peer) { peers_[peer].lets_in = false; }

void OwnStanding::told_removed(NodeNumber peer, LogIndex map_version) {
  peers_[peer] = {false, map_version};
}

std::vector<NodeNumber> OwnStanding::others(const ClusterMap& map) const {
  return other_members(map, self_, configured_);
}

std::vector<NodeNumber> OwnStanding::who_say_removed(const ClusterMap& map) const {
  std::vector<NodeNumber> nodes;
  for (const NodeNumber node : others(map))
    if (const auto seen = peers_.find(node);
        seen != peers_.end() && seen->second.removed_by > map.version)
      nodes.push_back(node);
  return nodes;
}

bool OwnStanding::majority_lets_in(const ClusterMap& map) const {
  const auto nodes = others(map);
  std::size_t with_us = 1;
  for (const NodeNumber node : nodes)
    if (const auto seen = peers_.find(node); seen != peers_.end() && seen->second.lets_in)
      ++with_us;
  return 2 * with_us > nodes.size() + 1;
}

Standing OwnStanding::look(const ClusterMap& map) const {
  if (map.is(self_, NodeState::removed)) return Standing::removed;
  const std::size_t others = this->others(map).size();
  const std::size_t told = who_say_removed(map).size();
  if (told != 0 && (told >= enough_peers || told == others)) return Standing::removed;
  if (map.is_formed() ? map.find(self_) == nullptr : joins_) return Standing::outside;
  if (told != 0 && !majority_lets_in(map)) return Standing::doubtful;
  // Also a founder whose map is empty, although others let it in: what it began by its configuration need not be what its
  // cluster was formed with, and the entry that says so may be on its way, or in its log and not yet known to be committed.
  if (others != 0 && (!was_let_in_ || !map.is_formed())) return Standing::unheard;
  return Standing::member;
}

std::string OwnStanding::reason(const ClusterMap& map) const {
  const std::string own = std::to_string(map.version);
  switch (look(map)) {
    case Standing::member: return {};
    case Standing::outside:
      return "This node is not in the cluster yet: florin node add " + std::to_string(self_) + ".";
    case Standing::unheard:
      if (was_let_in_) return "This node has not heard yet how its cluster was formed.";
      return "No other node has let this one in since it was started: what it has may be old.";
    case Standing::doubtful:
      return "As " + list_of(who_say_removed(map)) +
             " says, this node was removed from the cluster after version " + own +
             " of the map, the newest one here; one node alone is not believed, and no majority "
             "lets this one in.";
    case Standing::removed:
      return "This node was removed from the cluster" +
             (map.is(self_, NodeState::removed)
                  ? std::string()
                  : ", as " + list_of(who_say_removed(map)) + " say (version " + own +
                        " of the map, the newest one here, does not yet)") +
             ": number " + std::to_string(self_) +
             " does not come back. Stop it; to use the machine again, start it under a new number "
             "with an empty directory.";
  }
  return {};
}

}  // namespace florin
