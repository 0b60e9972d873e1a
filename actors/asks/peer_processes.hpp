// PeerProcesses: which process of each node is the newest one that was heard of, and what of it has come. A number of a
// process is taken once, in whatever order they come; what comes late from a process that is gone is not taken.
#pragma once

#include <algorithm>
#include <deque>
#include <map>

#include "actors/asks/asks.hpp"
#include "actors/asks/once_window.hpp"

namespace florin {

class PeerProcesses {
 public:
  enum class Heard : std::uint8_t {
    next,              // of the process that was heard of before
    of_a_new_process,  // whatever is owed to the one before, nobody waits for any more
    not_again,         // it has come before, or is of a process that is gone: not to be taken
  };

  // `number`: counted by the process from 1.
  Heard hear(PeerProcess from, std::uint64_t number) {
    Known& known = nodes_[from.node];
    const bool is_new = known.incarnation != from.incarnation;
    if (is_new) {
      if (std::ranges::find(known.gone, from.incarnation) != known.gone.end())
        return Heard::not_again;
      if (known.incarnation != 0) known.gone.push_back(known.incarnation);
      if (known.gone.size() > gone_max) known.gone.pop_front();
      known.incarnation = from.incarnation;
      known.taken = {};
    }
    if (!known.taken.take(number)) return Heard::not_again;
    return is_new ? Heard::of_a_new_process : Heard::next;
  }

 private:
  // Frames are not this late: a stream ends with the process that wrote it.
  static constexpr std::size_t gone_max = 64;
  struct Known {
    Incarnation incarnation = 0;
    OnceWindow taken;
    std::deque<Incarnation> gone;  // the newest last
  };
  std::map<NodeNumber, Known> nodes_;
};

}  // namespace florin
