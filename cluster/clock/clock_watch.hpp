// ClockWatch: compares this node's clock with those of the other nodes. Sans-I/O: the node's consensus thread and the
// simulator tick it, carry its frames and tell it the time.
//
// Every node asks every other what its clock shows: at each tick until it has a few answers, then now and then. Half
// the time that an answer took bounds its error; one that took long is not used. Of each node the median of the last
// answers counts, as an offset from this node's monotonic clock, which nobody sets. What most nodes show is the median
// over all known clocks, this one among them, if more than half of all nodes are within the bound of it.
//
// What always holds: one clock that is wrong, or lies, cannot move that median beyond what right ones show, and no
// minority can say what the time is. A node that does not answer keeps its last known clock for some minutes.
// In memory only: after a restart the clock is unknown until the others have answered. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "cluster/clock/clock_opinion.hpp"
#include "cluster/links/link_types.hpp"

namespace florin {

using links::NodeNumber;

struct ClockWatchOptions {
  std::int64_t offset_max_us = limits::clock_offset_max_us;
  std::int64_t ask_every_us = 1'000'000;
  std::int64_t kept_us = 600'000'000;  // what a node said last, when it says nothing any more
  // Random, new at each start: an answer to an earlier process is none of ours.
  std::uint64_t first_number = 1;
};

class ClockWatch {
 public:
  struct Frame {
    NodeNumber to = 0;
    std::string bytes;
  };
  // What a frame of a peer led to. Not understood: it is not such a frame.
  struct Taken {
    bool understood = false;
    std::optional<std::string> answer;  // to be sent back
  };

  explicit ClockWatch(ClockWatchOptions options) : options_(options), next_(options.first_number) {}

  // `others`: all members of the cluster but this one. What is to be sent now.
  std::vector<Frame> tick(std::int64_t monotonic_us, const std::vector<NodeNumber>& others);
  Taken take(NodeNumber from, std::string_view frame, Timestamp wall, std::int64_t monotonic_us);

  [[nodiscard]] ClockOpinion opinion(Timestamp wall, std::int64_t monotonic_us) const;
  // Of another node's clock, from what most show; none: unknown.
  [[nodiscard]] std::optional<std::int64_t> offset_of(NodeNumber node,
                                                      const ClockOpinion& opinion) const;
  // Known, and known to be right.
  [[nodiscard]] bool is_right(NodeNumber node, const ClockOpinion& opinion) const;
  // Known to be wrong.
  [[nodiscard]] bool is_off(NodeNumber node, const ClockOpinion& opinion) const;

 private:
  struct Asked {
    std::uint64_t number = 0;
    std::int64_t at = 0;
  };
  struct Peer {
    std::deque<Asked> asked;           // the newest, not yet answered
    std::deque<std::int64_t> offsets;  // its clock less our monotonic one: the last answers
    std::int64_t answered_at = 0;
    std::int64_t asked_at = 0;
  };
  void take_answer(Peer& peer, std::uint64_t number, Timestamp time,
                   std::int64_t monotonic_us) const;

  ClockWatchOptions options_;
  std::uint64_t next_;
  bool has_ticked_ = false;  // it knows who there is
  std::map<NodeNumber, Peer> peers_;
};

}  // namespace florin
