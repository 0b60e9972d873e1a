// What work takes a node, for throughput in virtual time (sim/scaling/). Runs that look for bugs leave it out: there
// only disks, networks and chance take time.
//
// A node has some cores; work begins when one is free. A thread of the real node does one thing at a time: a replica
// does not turn, and the consensus does not begin a round, while what it did before is not over.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/ports/event_queue.hpp"

namespace florin::sim {

// Nanoseconds. Measured on a real node: see sim/scaling/README.md.
struct WorkCosts {
  std::uint32_t cores = 0;      // of a node; 0: work takes no time
  std::uint32_t request = 0;    // of a client, at the node that it asks: HTTP
  std::uint32_t transfer = 0;   // in a request: read, routed and answered
  std::uint32_t message = 0;    // of a partition: handled, its events encoded and hashed
  std::uint32_t turn = 0;       // besides its messages
  std::uint32_t round = 0;      // of the consensus thread: raft, write and sync of the journal
  std::uint32_t frame = 0;      // to or from another node, at each of the two
  std::uint32_t frame_kib = 0;  // of such a frame: copied, checksummed, written
  std::uint32_t carried_message = 0;  // in such a frame: encoded or decoded
  std::uint32_t raft_message = 0;     // in such a frame: made, or stepped, by raft
  std::uint32_t followed_kib = 0;     // of entries that a follower decodes and evolves
};

class Cores {
 public:
  explicit Cores(std::uint32_t count) : free_at_(count) {}

  // How long until one is free.
  [[nodiscard]] SimTime wait(SimTime now) const {
    if (free_at_.empty()) return 0;
    return std::max<SimTime>(0, round_up(*std::ranges::min_element(free_at_)) - now);
  }
  // How long until this is done, from now; others are asked to wait meanwhile.
  SimTime take(SimTime now, std::uint64_t ns) {
    if (free_at_.empty() || ns == 0) return 0;
    auto core = std::ranges::min_element(free_at_);
    *core = std::max(*core, static_cast<std::uint64_t>(now) * 1'000) + ns;
    busy_ns_ += ns;
    return round_up(*core) - now;
  }
  [[nodiscard]] std::uint64_t busy_ns() const { return busy_ns_; }

 private:
  static SimTime round_up(std::uint64_t ns) { return static_cast<SimTime>((ns + 999) / 1'000); }

  std::vector<std::uint64_t> free_at_;  // ns since the simulation began
  std::uint64_t busy_ns_ = 0;
};

}  // namespace florin::sim
