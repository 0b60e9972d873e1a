// SentSnapshots: to which replicas a leader has sent a snapshot reference, and how long ago. Pure.
//
// Raft sends nothing to such a replica until it hears how that ended. The replica answers when it has fetched everything.
// If the reference, or that answer, was lost, raft has to be told so, and it is sent again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cluster/consensus/consensus_engine.hpp"

namespace florin {

class SentSnapshots {
 public:
  void sent(consensus::ReplicaId to) { ticks_[to] = 0; }
  void clear() { ticks_.clear(); }
  void tick() {
    for (auto& [replica, ticks] : ticks_) ++ticks;
  }
  // Whose answer has been waited for that long; they are forgotten here.
  std::vector<consensus::ReplicaId> take_lost(std::uint32_t patience_ticks) {
    std::vector<consensus::ReplicaId> lost;
    std::erase_if(ticks_, [&](const auto& sent) {
      if (sent.second < patience_ticks) return false;
      lost.push_back(sent.first);
      return true;
    });
    return lost;
  }

 private:
  std::map<consensus::ReplicaId, std::uint32_t> ticks_;  // since it was sent
};

}  // namespace florin
