// Reads paragraphs line by line. Knows nothing of what commands mean.
#include "sim/scenarios/scenario_text.hpp"

#include <utility>

namespace florin::sim {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

class Paragraphs {
 public:
  void line(std::size_t number, std::string_view line) {
    const std::vector<std::string> words = words_of(line);
    if (in_expected_) {
      if (words.empty()) return end();
      block_.expected.append(line).append("\n");
    } else if (line == "----") {
      in_expected_ = true;
      block_.expected_line = number + 1;
    } else if (words.empty() && !block_.commands.empty()) {
      block_.expected_line = number;  // commands that nobody has run yet
      end();
    } else {
      block_.head.append(line).append("\n");
      if (!words.empty() && words.front().front() != '#')
        block_.commands.push_back({number, words});
    }
  }
  std::vector<ScenarioBlock> finish(std::size_t lines) {
    if (!in_expected_) block_.expected_line = lines + 1;
    if (!block_.head.empty()) end();
    return std::move(blocks_);
  }

 private:
  void end() {
    blocks_.push_back(std::exchange(block_, {}));
    in_expected_ = false;
  }

  std::vector<ScenarioBlock> blocks_;
  ScenarioBlock block_;
  bool in_expected_ = false;
};

}  // namespace

std::vector<ScenarioBlock> parse_scenario(std::string_view text) {
  Paragraphs paragraphs;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    paragraphs.line(++number, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return paragraphs.finish(number);
}

std::string to_text(const std::vector<ScenarioBlock>& blocks) {
  std::string text;
  for (const ScenarioBlock& block : blocks) {
    if (!text.empty()) text += '\n';
    text += block.head;
    if (!block.commands.empty()) text.append("----\n").append(block.expected);
  }
  return text;
}

}  // namespace florin::sim
