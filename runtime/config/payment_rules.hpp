// What the settings of payments must be together: providers, secrets, routes, fees, times.
#pragma once

#include <vector>

#include "runtime/config/node_config.hpp"
#include "runtime/config/toml_file.hpp"

namespace florin {

// Everything that is wrong; empty = nothing. Each setting is right alone already.
std::vector<TomlPlaces::Remark> find_payment_faults(const NodeConfig& config);

}  // namespace florin
