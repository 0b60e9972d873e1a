// What the settings of a cluster must be together: nodes, addresses, replication, certificates.
#pragma once

#include <vector>

#include "runtime/config/node_config.hpp"
#include "runtime/config/toml_file.hpp"

namespace florin {

// Everything that is wrong; empty = nothing. Each setting is right alone already.
std::vector<TomlPlaces::Remark> find_cluster_faults(const NodeConfig& config);

}  // namespace florin
