// Block by block: run, compare, and put together the file as it should read.
#include "sim/scenarios/scenario_runner.hpp"

#include "sim/scenarios/scenario_commands.hpp"
#include "sim/scenarios/scenario_text.hpp"

namespace florin::sim {

Result<ScenarioResult, Error> run_scenario(const std::string& file, std::string_view text) {
  std::vector<ScenarioBlock> blocks = parse_scenario(text);
  ScenarioCommands commands;
  ScenarioResult result;
  for (ScenarioBlock& block : blocks) {
    std::string printed;
    for (const ScenarioCommand& command : block.commands) {
      auto said = commands.run(command.words);
      if (!said)
        return Err{
            Error{Errc::invalid, file + ":" + std::to_string(command.line) + ": " + said.error()}};
      printed += *said;
    }
    if (block.commands.empty()) continue;
    if (printed.empty()) printed = "ok\n";
    if (printed == block.expected) continue;
    result.differences.push_back({block.expected_line, block.expected, printed});
    block.expected = printed;
  }
  result.text = to_text(blocks);
  return result;
}

std::string to_text(const std::string& file, const ScenarioDifference& difference) {
  return file + ":" + std::to_string(difference.line) +
         ": printed is not what is expected\n--- expected\n" + difference.expected +
         "--- printed\n" + difference.printed;
}

}  // namespace florin::sim
