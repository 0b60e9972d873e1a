// The payment providers of a node's configuration as the parties that its executor calls.
#pragma once

#include <vector>

#include "runtime/config/node_config.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin::outside {

// One for each [psp.NAME], with our secret key from its file in a header that only the executor adds. `invalid`: that file, with
// setting, path and what to do.
Result<std::vector<OutsideParty>, Error> psp_parties(const NodeConfig& config);

}  // namespace florin::outside
