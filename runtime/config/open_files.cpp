// Counts what a node may have open at a time beside its clients' connections.
#include "runtime/config/open_files.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include "cluster/links/link_loop.hpp"
#include "cluster/links/link_types.hpp"
#include "persistence/journal/file_cache.hpp"

namespace florin {
namespace {

// Standard streams, log file, LOCK, listeners, certificates while they are read, the refused connection that is told so.
constexpr std::uint64_t of_the_process = 32;
// The segment that is written, the next one, a sidecar, the directory; and what readers keep open.
constexpr std::uint64_t of_the_log = 8 + journal::FileCache::open_files_max;
constexpr std::uint64_t of_a_store = 3;   // LMDB: data twice, lock
constexpr std::uint64_t of_a_thread = 3;  // of Asio: epoll, timer, wake-up
// Both ways; as many again while old connections are being replaced.
constexpr std::uint64_t of_a_peer = 4 * links::all_channels.size();
// Its threads' own, and raw bytes while they are written; connections come on top.
constexpr std::uint64_t of_calls_outside = 8;
constexpr std::uint64_t connections_min = 16;

}  // namespace

Result<OpenFilesPlan, Error> plan_open_files(std::uint64_t limit, const NodeConfig& config) {
  OpenFilesPlan plan;
  plan.limit = limit;
  const std::uint64_t threads = config.http.threads != 0
                                    ? config.http.threads
                                    : std::max(1U, std::thread::hardware_concurrency());
  plan.reserved = of_the_process + of_the_log + of_a_store * config.node.partitions +
                  of_a_thread * (threads + 2);
  if (config.is_cluster())
    plan.reserved += of_a_store + links::LinkLoop::Options{}.accepted_max +
                     of_a_peer * config.cluster.nodes.size();
  if (!config.psps.empty()) plan.reserved += of_calls_outside;
  for (const NodeConfig::Psp& psp : config.psps) plan.reserved += psp.concurrency_max;
  if (limit < plan.reserved + connections_min)
    return Err{Error{Errc::invalid, "only " + std::to_string(limit) +
                                        " files may be open; log, state and links need " +
                                        std::to_string(plan.reserved) +
                                        ", clients some more: raise the limit (ulimit -n) to " +
                                        std::to_string(plan.reserved + 256) + " at least"}};
  plan.connections_max = static_cast<std::size_t>(
      std::min<std::uint64_t>(config.http.connections_max, limit - plan.reserved));
  return plan;
}

}  // namespace florin
