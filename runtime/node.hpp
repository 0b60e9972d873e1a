// Node: composes one real node: data directory, journal, stores, partitions, CAF shells, request desk.
// sim/sim_node.cpp composes the simulated one from the same partitions; whatever differs is a port.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/result.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/gateway.hpp"

namespace florin {

class Metrics;

struct RecoverySummary {
  std::uint64_t entries_replayed = 0;
  std::uint64_t torn_bytes_cut = 0;
  std::uint64_t open_transfers = 0;
  std::chrono::nanoseconds duration{};
};

class Node {
 public:
  // A failure after the start that must end the process: the log or a store can no longer be trusted.
  // Called on any thread, at most a few times.
  using OnFatal = std::function<void(const Error&)>;

  // Opens the data directory, recovers, starts the shells. Errors are those of the parts; nothing runs then.
  static Result<std::unique_ptr<Node>, Error> start(const NodeConfig& config, Metrics& metrics,
                                                    OnFatal on_fatal);
  virtual ~Node() = default;

  // Valid as long as the node.
  virtual NodeServices services() = 0;
  [[nodiscard]] virtual const RecoverySummary& recovery() const = 0;
  // No new requests (503 not_ready); those under way go on.
  virtual void begin_drain() = 0;
  // Lets what is open end, checkpoints, closes the log. True when all of it was done within `time_max`;
  // otherwise the next start replays the rest from the log: nothing is lost either way.
  virtual bool stop(std::chrono::milliseconds time_max) = 0;
};

}  // namespace florin
