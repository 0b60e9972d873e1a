// Scenario text: comments and commands, `----`, then what is expected to be printed, up to a blank line.
//
//   # The payer's money is held until the payee's partition has answered.
//   transfer t1 alice -> bob 30.00
//   ----
//   p0 logs
//     ...
//
// Everything but the expected output is kept as it was written, so that a file can rewrite itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace florin::sim {

struct ScenarioCommand {
  std::size_t line = 0;  // from 1
  std::vector<std::string> words;
};

// One paragraph: its commands run one after the other and share their expected output.
struct ScenarioBlock {
  std::string head;                       // comments, blank lines and commands, as written
  std::vector<ScenarioCommand> commands;  // none: a paragraph of comments
  std::size_t expected_line = 0;          // of the first line of `expected`
  std::string expected;
};

std::vector<ScenarioBlock> parse_scenario(std::string_view text);
// The file with these expectations.
std::string to_text(const std::vector<ScenarioBlock>& blocks);

}  // namespace florin::sim
