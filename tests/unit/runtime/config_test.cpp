// Settings from defaults, file and command line; every complaint names its place and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/config/exit_code.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/config/settings.hpp"

namespace florin {
namespace {

using testing::HasSubstr;
using testing::Not;

Result<ConfigOutcome, Error> load(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "florind");
  return load_config(static_cast<int>(arguments.size()), arguments.data());
}

std::string complaint(const Result<ConfigOutcome, Error>& outcome) {
  if (outcome) return "(accepted)";
  EXPECT_EQ(outcome.error().code, Errc::invalid);
  return outcome.error().context;
}

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() {
    auto pattern = (std::filesystem::temp_directory_path() / "florin-config-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    path_ = (dir_ / "florin.toml").string();
  }
  ~ConfigFile() override { std::filesystem::remove_all(dir_); }

  Result<ConfigOutcome, Error> load_text(std::string_view text,
                                         std::vector<const char*> arguments = {}) {
    std::ofstream(path_) << text;
    arguments.insert(arguments.end(), {"--config", path_.c_str()});
    return load(std::move(arguments));
  }

  std::filesystem::path dir_;
  std::string path_;
};

TEST(Config, RunsWithDefaultsWhenNothingIsGiven) {
  const auto outcome = load({});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->run);
  EXPECT_EQ(outcome->config.node.partitions, 16U);
  EXPECT_EQ(outcome->config.node.data_dir, "./data");
  EXPECT_EQ(outcome->config.http.listen, "127.0.0.1:8080");
  EXPECT_EQ(outcome->config.engine.try_timeout_ms, 10'000U);
}

TEST(Config, AcceptsEveryDefaultAsAValueOfItsOption) {
  const NodeConfig defaults;
  for (const auto& setting : settings()) {
    auto value = toml_value(setting, defaults);
    if (is_list(setting)) continue;  // the default is an empty one, which no option can give
    if (value.front() == '"') value = value.substr(1, value.size() - 2);
    const auto argument = option_name(setting) + "=" + value;
    if (value.empty()) continue;
    EXPECT_EQ(complaint(load({argument.c_str()})), "(accepted)") << argument;
  }
}

TEST(Config, TakesEveryNumberAtItsBoundsAndNotBeyond) {
  for (const auto& setting : settings()) {
    if (!is_number(setting) || setting.key == "self") continue;  // self: needs a cluster
    const auto with = [&](std::int64_t value) {
      return complaint(load({(option_name(setting) + "=" + std::to_string(value)).c_str()}));
    };
    EXPECT_EQ(with(setting.min), "(accepted)") << setting.key;
    EXPECT_EQ(with(setting.max), "(accepted)") << setting.key;
    EXPECT_THAT(with(std::int64_t{setting.min} - 1), HasSubstr(option_name(setting)));
    EXPECT_THAT(with(std::int64_t{setting.max} + 1), HasSubstr(expectation(setting)));
  }
}

TEST(Config, RefusesTextThatIsNotANumber) {
  for (const char* value :
       {"--partitions=four", "--partitions=4x", "--partitions=0x10",
        "--partitions=99999999999999999999", "--partitions=1.5", "--partitions= 4"}) {
    EXPECT_THAT(complaint(load({value})), HasSubstr("an integer from 1 to 1024 (default 16)"))
        << value;
  }
}

TEST(Config, NamesTheOptionThatIsUnknownRepeatedOrWithoutValue) {
  EXPECT_THAT(complaint(load({"--partition", "4"})), HasSubstr("--partition"));
  EXPECT_THAT(complaint(load({"--partitions"})), HasSubstr("--partitions"));
  EXPECT_THAT(complaint(load({"--partitions="})), HasSubstr("--partitions"));
  EXPECT_THAT(complaint(load({"--partitions", "4", "--partitions", "5"})),
              HasSubstr("--partitions"));
  EXPECT_THAT(complaint(load({"stray"})), HasSubstr("stray"));
}

TEST(Config, RefusesAListenAddressThatIsNoHostAndPort) {
  for (const char* value :
       {"8080", "localhost", ":8080", "host:", "host:65536", "host:80x", "::1:80", "a b:1", ""}) {
    EXPECT_THAT(complaint(load({"--http-listen", value})), HasSubstr("--http-listen")) << value;
  }
  const auto address = ListenAddress::parse("[::1]:0");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 0);
}

TEST(Config, PrintsHelpWithEverySettingAndVersionInsteadOfRunning) {
  const auto help = load({"--help"});
  ASSERT_TRUE(help.has_value());
  EXPECT_FALSE(help->run);
  for (const auto& setting : settings()) {
    const auto named = HasSubstr("  " + option_name(setting) + " ");
    if (setting.is_hidden)
      EXPECT_THAT(help->text, testing::Not(named));
    else
      EXPECT_THAT(help->text, named);
  }
  EXPECT_THAT(help->text, HasSubstr("Examples:"));
  const auto version = load({"--version"});
  ASSERT_TRUE(version.has_value());
  EXPECT_FALSE(version->run);
  EXPECT_THAT(version->text,
              testing::MatchesRegex("florind [0-9.]+ \\(commit [^ ]+, [A-Za-z]+\\)\n"));
}

TEST(Config, NeedsCertificateAndKeyTogether) {
  EXPECT_THAT(complaint(load({"--http-tls-key", "k.pem"})), HasSubstr("http.tls_certificate"));
  EXPECT_EQ(complaint(load({"--http-tls-key", "k.pem", "--http-tls-certificate", "c.pem"})),
            "(accepted)");
}

TEST(Config, MapsEveryErrorToTheExitCodeThatIsDocumented) {
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::invalid)), 2);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::mismatch)), 2);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::locked)), 3);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::corrupt)), 4);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::missing)), 4);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::disk_full)), 5);
  EXPECT_EQ(static_cast<int>(exit_code_for(Errc::io)), 1);
}

TEST(Config, TheTableInTheOperatorsManualIsTheTableInTheCode) {
  std::ifstream file(std::filesystem::path(FLORIN_SOURCE_DIR) / "docs/OPERATIONS.md");
  const std::string manual(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(manual, HasSubstr(settings_markdown()))
      << "replace the table of settings in the manual by this";
}

TEST_F(ConfigFile, ReadsEverySetting) {
  NodeConfig wanted;
  std::string text;
  std::string_view section;
  for (const auto& setting : settings()) {
    if (setting.section != section)
      text.append("[").append(section = setting.section).append("]\n");
    if (is_number(setting) && setting.key != "self") {
      ASSERT_TRUE(assign_number(setting, wanted, setting.max));
    }
    if (is_switch(setting)) {
      ASSERT_TRUE(assign_switch(setting, wanted, true));
    }
    text.append(setting.key).append(" = ").append(toml_value(setting, wanted)).append("\n");
  }
  const auto outcome = load_text(text);
  ASSERT_EQ(complaint(outcome), "(accepted)");
  for (const auto& setting : settings()) {
    EXPECT_EQ(toml_value(setting, outcome->config), toml_value(setting, wanted)) << setting.key;
  }
}

TEST_F(ConfigFile, LosesAgainstTheCommandLineAndWinsOverTheDefaults) {
  const auto outcome =
      load_text("[node]\npartitions = 4\n[log]\nlevel = \"error\"\nformat = \"json\"\n",
                {"--partitions", "8"});
  ASSERT_EQ(complaint(outcome), "(accepted)");
  EXPECT_EQ(outcome->config.node.partitions, 8U);
  EXPECT_EQ(outcome->config.log.level, LogLevel::error);
  EXPECT_EQ(outcome->config.log.format, LogFormat::json);
  EXPECT_EQ(outcome->config.http.connections_max, 4096U);
}

TEST_F(ConfigFile, MayBeEmpty) {
  EXPECT_EQ(complaint(load_text("")), "(accepted)");
  EXPECT_EQ(complaint(load_text("# nothing\n\n")), "(accepted)");
}

TEST_F(ConfigFile, ShowsPlaceAndSourceOfAValueOutOfRange) {
  const auto text = complaint(load_text("# my node\n[node]\npartitions = 0\n"));
  EXPECT_THAT(text, HasSubstr("bad value for node.partitions"));
  EXPECT_THAT(text, HasSubstr(path_));
  EXPECT_THAT(text, HasSubstr("3 | partitions = 0"));
  EXPECT_THAT(text, HasSubstr("^--- must be an integer from 1 to 1024"));
  EXPECT_THAT(text, HasSubstr("the default is 16"));
}

TEST_F(ConfigFile, RefusesWrongTypes) {
  EXPECT_THAT(complaint(load_text("[node]\npartitions = \"16\"\n")),
              HasSubstr("2 | partitions = \"16\""));
  EXPECT_THAT(complaint(load_text("[node]\npartitions = 16.0\n")), HasSubstr("must be an integer"));
  EXPECT_THAT(complaint(load_text("[node]\npartitions = true\n")), HasSubstr("must be an integer"));
  EXPECT_THAT(complaint(load_text("[node]\ndata_dir = 7\n")), HasSubstr("must be a path"));
  EXPECT_THAT(complaint(load_text("[log]\nlevel = \"loud\"\n")),
              HasSubstr("one of \"debug\", \"info\""));
  EXPECT_THAT(complaint(load_text("node = 3\n")), HasSubstr("write [node] on a line of its own"));
}

TEST_F(ConfigFile, RefusesUnknownKeysAndSectionsAndSaysWhichThereAre) {
  const auto key = complaint(load_text("[node]\npartition = 4\n"));
  EXPECT_THAT(key, HasSubstr("unknown setting 'partition' in [node]"));
  EXPECT_THAT(key, HasSubstr("2 | partition = 4"));
  EXPECT_THAT(key, HasSubstr("data_dir, partitions"));
  const auto section = complaint(load_text("[nodes]\npartitions = 4\n"));
  EXPECT_THAT(section, HasSubstr("unknown section 'nodes'"));
  EXPECT_THAT(section, HasSubstr("1 | [nodes]"));
  EXPECT_THAT(section, HasSubstr("[node], [log], [http]"));
  EXPECT_THAT(complaint(load_text("partitions = 4\n")),
              HasSubstr("setting outside of a section 'partitions'"));
}

TEST_F(ConfigFile, ReportsAllComplaintsAtOnceInTheOrderOfTheFile) {
  const auto text =
      complaint(load_text("[journal]\nsegment_mib = 0\n[log]\nlevel = \"x\"\n[http]\nport = 1\n",
                          {"--partitions", "0"}));
  const auto journal = text.find("journal.segment_mib");
  const auto log = text.find("log.level");
  const auto http = text.find("'port'");
  const auto option = text.find("--partitions");
  ASSERT_NE(option, std::string::npos) << text;
  EXPECT_LT(journal, log);
  EXPECT_LT(log, http);
  EXPECT_LT(http, option);
}

TEST_F(ConfigFile, ShowsWhereTheSyntaxIsBroken) {
  const auto text = complaint(load_text("[node]\npartitions = = 4\n"));
  EXPECT_THAT(text, HasSubstr(path_));
  EXPECT_THAT(text, HasSubstr("2 | partitions = = 4"));
  EXPECT_THAT(complaint(load_text("[node]\npartitions = 4\npartitions = 5\n")),
              HasSubstr("partitions"));
}

TEST_F(ConfigFile, MustBeReadable) {
  EXPECT_THAT(complaint(load({"--config", "/no/such/file.toml"})), HasSubstr("No such file"));
  EXPECT_THAT(complaint(load({"--config", dir_.c_str()})), HasSubstr("cannot read"));
  EXPECT_THAT(complaint(load_text(std::string(2 * 1024 * 1024, '#'))),
              HasSubstr("larger than 1 MiB"));
}

// Each level is one more call of the parser: the stack ends before a file of 1 MiB does.
TEST_F(ConfigFile, IsNotNestedDeeperThanAnySetting) {
  const std::string many(100'000, '[');
  for (const std::string& text :
       {"[node]\npartitions = " + many, "[node]\na = 1\nb = " + many + std::string(100'000, ']'),
        many, "x = " + std::string(100'000, '{')})
    EXPECT_THAT(complaint(load_text(text)), HasSubstr("nested deeper"));
  std::string dotted = "a";
  for (int i = 0; i < 100'000; ++i) dotted += ".a";
  EXPECT_THAT(complaint(load_text(dotted + " = 1\n")), HasSubstr("line 1 is nested deeper"));
  EXPECT_THAT(complaint(load_text("\n\n[" + dotted + "]\n")), HasSubstr("line 3 is nested deeper"));
}

TEST_F(ConfigFile, MayHaveBracketsInStringsAndComments) {
  const std::string many(1'000, '[');
  const std::string three = R"(""")", escaped = R"("\")";
  for (const std::string& quoted :
       std::vector<std::string>{'"' + many + '"', "'" + many + "'", escaped + many + '"',
                                three + "\n" + many + "\n" + three, "'''" + many + "'''"})
    EXPECT_THAT(complaint(load_text("# " + many + "\n[no_such_section]\na = " + quoted + "\n")),
                testing::Not(HasSubstr("nested deeper")))
        << quoted.substr(0, 5);
}

}  // namespace
}  // namespace florin
