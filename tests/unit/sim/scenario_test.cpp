// Scenarios: every file of sim/scenarios/ prints what it says, and mistakes in a file are named by line.
// FLORIN_REWRITE_SCENARIOS=1 writes what was printed into the files; read the difference before you keep it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/scenarios/scenario_runner.hpp"
#include "sim/scenarios/scenario_text.hpp"

namespace florin::sim {
namespace {

namespace fs = std::filesystem;

const fs::path root = fs::path(FLORIN_SOURCE_DIR) / "sim" / "scenarios";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.path().extension() == ".txt")
      files.push_back(fs::relative(entry.path(), root).string());
  std::ranges::sort(files);
  return files;
}

std::string error_of(std::string_view text) {
  const auto result = run_scenario("a.txt", text);
  return result ? "no error" : result.error().context;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, PrintsWhatItSays) {
  const fs::path path = root / GetParam();
  const std::string text = read(path);
  const auto result = run_scenario("sim/scenarios/" + GetParam(), text);
  ASSERT_TRUE(result) << result.error().context;
  if (std::getenv("FLORIN_REWRITE_SCENARIOS") != nullptr) {
    std::ofstream(path, std::ios::binary) << result->text;
    return;
  }
  for (const ScenarioDifference& difference : result->differences)
    ADD_FAILURE() << to_text("sim/scenarios/" + GetParam(), difference);
  EXPECT_EQ(result->text, text) << "rewriting a scenario that is right changes nothing";
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(scenario_files()), [](const auto& file) {
  std::string name = file.param.substr(0, file.param.size() - 4);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(Scenarios, EachIsInTheTableOfTheReadmeAndThereAreEnough) {
  const std::string readme = read(root / "README.md");
  for (const std::string& file : scenario_files())
    EXPECT_NE(readme.find("`" + file.substr(0, file.size() - 4) + "`"), std::string::npos) << file;
  EXPECT_GE(scenario_files().size(), 25U);
}

TEST(Scenarios, AWrongExpectationIsShownWithItsLineAndRewritten) {
  const auto result =
      run_scenario("a.txt", "# A comment.\nopen alice@0 USD 5.00\n----\nnonsense\n\n# The end.\n");
  ASSERT_TRUE(result);
  ASSERT_EQ(result->differences.size(), 1U);
  EXPECT_EQ(result->differences[0].line, 4U);
  EXPECT_EQ(result->differences[0].expected, "nonsense\n");
  EXPECT_EQ(result->text,
            "# A comment.\nopen alice@0 USD 5.00\n----\nalice has USD 5.00 available, in p0\n\n# "
            "The end.\n");
}

TEST(Scenarios, AMistakeIsNamedByFileAndLine) {
  EXPECT_TRUE(error_of("\nopne alice@0 USD 5.00\n").starts_with("a.txt:2: no command 'opne'"));
  EXPECT_TRUE(error_of("open alice@0 USD\n")
                  .starts_with("a.txt:1: 'open' has too few or too many words; the form"));
  EXPECT_TRUE(error_of("open alice@7 USD 1.00\n").starts_with("a.txt:1: no partition '7'"));
  EXPECT_TRUE(error_of("freeze bob\n").starts_with("a.txt:1: no account 'bob'"));
  EXPECT_TRUE(
      error_of("deliver try 1\n").starts_with("a.txt:1: no such packet is under way: try 1"));
  EXPECT_TRUE(error_of("advance soon\n").starts_with("a.txt:1: 'soon' is no time"));
  EXPECT_TRUE(
      error_of("crash 0 sometimes\n").starts_with("a.txt:1: 'sometimes' is not understood"));
  EXPECT_TRUE(error_of("open a@0 USD 1.00\ntransfer t1 a -> a 1.00 soon\n")
                  .starts_with("a.txt:2: 'soon' is not"));
}

// What a file demands cannot be rewritten away.
TEST(Scenarios, ABrokenDemandIsAnError) {
  const std::string open = "open alice@0 USD 5.00\nopen bob@1 USD 0.00\n";
  EXPECT_EQ(error_of(open + "expect-balance alice 6.00\n"),
            "a.txt:3: alice has USD 5.00 available, not USD 6.00 available");
  EXPECT_EQ(error_of(open + "transfer t1 alice -> bob 1.00\nexpect-outcome t1 completed\n"),
            "a.txt:4: t1 was never answered");
  EXPECT_EQ(error_of(open + "transfer t1 alice -> bob 1.00\nexpect-leg bob of t1 tried\n"),
            "a.txt:4: it is none");
  EXPECT_EQ(
      error_of(open + "transfer t1 alice -> bob 9.00\ndeliver all\nexpect-outcome t1 completed\n"),
      "a.txt:5: t1 is cancelled: insufficient_available");
}

TEST(Scenarios, CommentsAndBlankLinesAreKept) {
  const std::string text =
      "# One.\n\n# Two.\nopen a@0 USD 1.00\n# Three.\nask a\n----\nx\n\n# Four.\n";
  EXPECT_EQ(to_text(parse_scenario(text)), text);
  EXPECT_EQ(parse_scenario(text).front().commands.at(1).line, 6U);
}

}  // namespace
}  // namespace florin::sim
