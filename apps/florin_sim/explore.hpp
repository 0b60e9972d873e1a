// florin-sim --explore: every interleaving of one transfer instead of random ones (sim/explore/README.md).
#pragma once

#include <cstdint>
#include <string>

#include "sim/explore/explorer.hpp"

namespace CLI {
class App;
}

namespace florin::sim {

struct ExploreOptions {
  std::string which;  // a case, "all" or "list"; empty = do not explore
  ExploreBudget budget{1, 1, 1, 1};
  std::uint64_t states_max = 20'000'000;
};

void add_explore_options(CLI::App& app, ExploreOptions& options);
// Returns the exit code: 0, 2 wrong usage, 129 a violation, 3 stopped at the limit of states.
int run_explore(const ExploreOptions& options);

}  // namespace florin::sim
