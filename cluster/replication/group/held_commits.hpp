// HeldCommits: appends without entries, each for a replica that is up to date: all they say is what is committed. For raft
// such a message is late; entries that go to the same replica say all that it says. Pure. A crash loses them, as a
// network may.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/consensus/consensus_engine.hpp"

namespace florin {

class HeldCommits {
 public:
  [[nodiscard]] bool empty() const { return held_.empty(); }
  void clear() { held_.clear(); }
  void drop(consensus::ReplicaId to) {
    std::erase_if(held_, [to](const Held& held) { return held.to == to; });
  }
  // The newest for each replica.
  void hold(consensus::ReplicaId to, std::string_view message) {
    const auto held = std::ranges::find(held_, to, &Held::to);
    if (held != held_.end())
      held->message = message;
    else
      held_.push_back({to, std::string(message), false});
  }
  // Those leave that were here at the last call: send(replica, message).
  template <typename Send>
  void release(Send send) {
    std::erase_if(held_, [&](const Held& held) {
      if (held.is_old) send(held.to, held.message);
      return held.is_old;
    });
    for (Held& held : held_) held.is_old = true;
  }

 private:
  struct Held {
    consensus::ReplicaId to;
    std::string message;
    bool is_old;  // since before the last release()
  };

  std::vector<Held> held_;
};

}  // namespace florin
