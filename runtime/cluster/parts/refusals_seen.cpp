// Lines about peers that send what no honest peer sends.
#include "runtime/cluster/parts/refusals_seen.hpp"

#include <string>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

std::optional<std::uint64_t> RefusalsSeen::count(NodeNumber from, PeerFault fault, Time now) {
  constexpr std::chrono::minutes between_lines{1};
  const std::lock_guard lock(mutex_);
  Seen& seen = seen_[{from, fault}];
  ++seen.since;
  if (seen.logged && now - *seen.logged < between_lines) return std::nullopt;
  seen.logged = now;
  return std::exchange(seen.since, 0);
}

void RefusalsSeen::refused(NodeNumber from, PeerFault fault) {
  metrics_.peer_refused(fault);
  const auto count = this->count(from, fault, std::chrono::steady_clock::now());
  if (!count) return;
  log_error("a peer sends what no honest peer sends; it was not taken",
            {{"node", std::int64_t{from}},
             {"why", std::string(to_string(fault))},
             {"count", static_cast<std::int64_t>(*count)}});
}

}  // namespace florin
