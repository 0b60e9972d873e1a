// Which kind of process a node runs.
#include "sim/sim_process.hpp"

#include "sim/cluster_process.hpp"
#include "sim/solo_process.hpp"

namespace florin::sim {

Result<std::unique_ptr<SimProcess>, Error> SimProcess::start(SimNode& node) {
  return node.is_replicated() ? ClusterProcess::start(node) : SoloProcess::start(node);
}

}  // namespace florin::sim
