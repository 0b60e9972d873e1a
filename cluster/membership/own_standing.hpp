// OwnStanding: whether this node is still one of the cluster, as far as it can know. A node that was removed while it was
// down finds nothing of that on its own disk: only the others can tell it, by refusing its links.
//
// What is believed
//  - This node's own map, when it says so: the entry is committed.
//  - A peer's word, given with its certificate and with the version of its map, if that map is newer than the one here: up
//    to the version here both are the same, and it does not say so.
//  - Not one peer alone (ADR 0012: one key must not stop an honest node), unless there is only one. Two are enough.
//  - A peer that lets this node in takes back what it said. One that lets it in does not prove anything: it may be behind.
//
// When in doubt, this node serves nothing: until a peer has let it in since its start, and while one says that it was
// removed and no majority lets it in. Nothing is lost by that: it has no majority to decide anything with.
//
// Crash anywhere: nothing of this is kept; the others say it again. Pure. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "cluster/membership/cluster_map.hpp"

namespace florin {

enum class Standing : std::uint8_t {
  outside = 1,  // the map does not have it (yet)
  unheard =
      2,  // by its own map a member, or a founder that has none; nobody has let it in since the start, or no map yet
  doubtful = 3,  // one peer says that it was removed, and no majority says otherwise
  member = 4,
  removed = 5,  // for ever
};
std::string_view to_string(Standing standing) noexcept;  // as in the API
// It was removed, or may have been: peers get nothing from it.
[[nodiscard]] constexpr bool is_doubted(Standing standing) {
  return standing == Standing::removed || standing == Standing::doubtful;
}

class OwnStanding {
 public:
  // `configured`: the other nodes as the configuration names them, for as long as there is no map.
  OwnStanding(NodeNumber self, bool joins, std::vector<NodeNumber> configured);

  void let_in(NodeNumber peer);     // it has accepted this node's link
  void link_lost(NodeNumber peer);  // it may be anything
  void told_removed(NodeNumber peer, LogIndex map_version);

  [[nodiscard]] Standing look(const ClusterMap& map) const;
  // Has anybody ever let it in since the start?
  [[nodiscard]] bool was_let_in() const { return was_let_in_; }
  // One sentence for people; empty: a member.
  [[nodiscard]] std::string reason(const ClusterMap& map) const;

 private:
  struct PeerSeen {
    bool lets_in = false;
    LogIndex removed_by = 0;  // version of its map; 0: it does not say so
  };
  [[nodiscard]] std::vector<NodeNumber> others(const ClusterMap& map) const;
  [[nodiscard]] std::vector<NodeNumber> who_say_removed(const ClusterMap& map) const;
  [[nodiscard]] bool majority_lets_in(const ClusterMap& map) const;

  NodeNumber self_;
  bool joins_;
  std::vector<NodeNumber> configured_;
  std::map<NodeNumber, PeerSeen> peers_;
  bool was_let_in_ = false;
};

}  // namespace florin
