// --scenario FILE: runs one scenario of sim/scenarios/ and prints it with what really happened.
#pragma once

#include <string>

namespace florin::sim {

// Exit code: 0 printed as expected, 2 the file cannot be read or run, 129 something else was printed.
int run_scenario_file(const std::string& path);

}  // namespace florin::sim
