// NodeOutside: the calls of one node to the world outside: the executor's thread, the supervised actor in front of it, and the
// port by which partitions reach it (NodePorts::call). What comes back goes to the partition of the actor that called.
//
// Without a party nothing is started: who calls all the same is told in the log, and owes it still.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "actors/messages/messages.hpp"
#include "runtime/engine/control/node_controls.hpp"
#include "runtime/outside/outside_executor.hpp"

namespace florin {

class NodeOutside {
 public:
  struct Ports {
    // To a partition of this process, whoever leads it: thread-safe, never blocks. What comes back is never told by another node.
    std::function<void(PartitionId, std::vector<Message>)> tell;
    // The raw body of an answer (RawStore), on the executor's thread. Empty: nobody keeps it.
    std::function<void(std::string_view)> keep_raw = {};
  };

  // Both outlive it.
  NodeOutside(NodeControls& controls, Metrics& metrics) : controls_(controls), metrics_(metrics) {}
  ~NodeOutside() { stop(); }
  NodeOutside(const NodeOutside&) = delete;
  NodeOutside& operator=(const NodeOutside&) = delete;

  // After NodeControls::start; it outlives NodeControls::leave. `invalid`: a party's settings.
  Status<Error> start(std::vector<outside::OutsideParty> parties, Ports ports);
  [[nodiscard]] bool is_running() const { return executor_ != nullptr; }

  // Any thread, never blocks: calls of one turn.
  void call(std::vector<OutsideCall> calls);

  // In the order of the stop: drain() before managers end (what comes back is still heard), stop() before NodeControls::leave.
  // False: not all was answered in time; the rest is answered by stop().
  bool drain(std::chrono::milliseconds time_max);
  void stop();

 private:
  NodeControls& controls_;
  Metrics& metrics_;
  std::unique_ptr<outside::OutsideExecutor> executor_;
};

}  // namespace florin
