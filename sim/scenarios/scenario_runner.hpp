// Runs scenarios: readable protocol tests that rewrite themselves. The list of commands, each with its form,
// is in scenario_runner.cpp and in README.md.
//
// Expected output may be rewritten; what `expect-...` commands demand may not: they and the audits of the
// world fail the scenario whatever the file says is printed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::sim {

struct ScenarioDifference {
  std::size_t line = 0;  // where the expected output begins
  std::string expected;
  std::string printed;
};

struct ScenarioResult {
  // the file as it should read: what was printed in the place of what was expected
  std::string text;
  std::vector<ScenarioDifference> differences;
};

// Errc::invalid: an unknown command, a wrong argument, a broken demand or broken books; the text begins with
// `<file>:<line>: `.
Result<ScenarioResult, Error> run_scenario(const std::string& file, std::string_view text);

// `<file>:<line>: printed is not what is expected`, and both.
std::string to_text(const std::string& file, const ScenarioDifference& difference);

}  // namespace florin::sim
