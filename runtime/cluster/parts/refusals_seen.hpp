// RefusalsSeen: what peers were refused for, in metrics and log. A line at once, then at most one a minute for each peer and
// reason: a peer that lies must not fill the disk, too. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "cluster/placement/replica_id.hpp"
#include "cluster/replication/peer_fault.hpp"

namespace florin {

class Metrics;

class RefusalsSeen {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RefusalsSeen(Metrics& metrics) : metrics_(metrics) {}

  void refused(NodeNumber from, PeerFault fault);
  // How often since the last line, this time included, when one is due now.
  std::optional<std::uint64_t> count(NodeNumber from, PeerFault fault, Time now);

 private:
  struct Seen {
    std::optional<Time> logged;
    std::uint64_t since = 0;
  };

  Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::pair<NodeNumber, PeerFault>, Seen> seen_;
};

}  // namespace florin
