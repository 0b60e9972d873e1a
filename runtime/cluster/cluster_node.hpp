// The node of a cluster: composes replicas, replicated log, links, CAF shells and request desk, as node.cpp
// does for a single node. sim/ composes the simulated one from the same parts; what differs is a port.
#pragma once

#include <memory>

#include "runtime/node.hpp"

namespace florin {

Result<std::unique_ptr<Node>, Error> start_cluster_node(const NodeConfig& config, Metrics& metrics,
                                                        Node::OnFatal on_fatal);

}  // namespace florin
