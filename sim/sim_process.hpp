// SimProcess: what a node has in memory from one start to the next crash. Of a single node: SoloProcess, the
// counterpart of runtime/engine/. Of a node of a cluster: ClusterProcess, that of runtime/cluster/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/sim_node.hpp"

namespace florin::sim {

class SimProcess {
 public:
  virtual ~SimProcess() = default;
  // Opens the node's log and stores and recovers.
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);

  // Messages of partitions that have come `hops` nodes far.
  virtual void receive(PartitionId to, std::vector<Message> messages, std::uint32_t hops) = 0;
  // Why it was not taken; nothing when it was.
  virtual std::optional<NotAccepted::Why> receive_request(PartitionId to, Message message, RequestId request,
                                                          std::uint32_t hops) = 0;
  virtual void receive_frame(std::uint32_t from_node, std::string frame) = 0;
  virtual Partition* partition(PartitionId id) = 0;
  [[nodiscard]] virtual bool is_quiet() const = 0;
  [[nodiscard]] virtual bool leads(PartitionId id) const = 0;
  virtual void clock_was_set() = 0;
  // The log or a store has failed: the process must end.
  [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }

 protected:
  std::optional<Error> fatal_;
};

}  // namespace florin::sim
