// The node of a cluster: composes replicas, replicated log, links, CAF shells and request desk, as node.cpp
// does for a single node. sim/ composes the simulated one from the same parts; what differs is a port.
#pragma once

#include <memory>
#include <vector>

#include "runtime/node.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin {

// `parties`: the payment providers that it calls.
Result<std::unique_ptr<Node>, Error> start_cluster_node(const NodeConfig& config, Metrics& metrics,
                                                        Node::OnFatal on_fatal,
                                                        std::vector<outside::OutsideParty> parties);

}  // namespace florin
