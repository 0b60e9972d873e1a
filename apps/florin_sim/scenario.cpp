// Reads the file, runs it, prints it; differences and mistakes go to stderr by file and line.
#include "apps/florin_sim/scenario.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "sim/scenarios/scenario_runner.hpp"

namespace florin::sim {
namespace {

constexpr int exit_usage = 2;
constexpr int exit_not_correct = 129;

}  // namespace

int run_scenario_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "florin-sim: cannot read %s\n", path.c_str());
    return exit_usage;
  }
  const auto result = run_scenario(path, text);
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().context.c_str());
    return exit_usage;
  }
  std::fputs(result->text.c_str(), stdout);
  std::fflush(stdout);
  for (const ScenarioDifference& difference : result->differences)
    std::fputs(to_text(path, difference).c_str(), stderr);
  return result->differences.empty() ? 0 : exit_not_correct;
}

}  // namespace florin::sim
