// Log lines: formats, escaping, levels, and that a full queue loses lines instead of time.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/ids.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/logging/log_line.hpp"

namespace florin {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

std::string text_line(std::string_view message, LogFields fields) {
  std::string out;
  append_text_line(out, message, fields);
  return out;
}

std::string json_line(std::string_view message, LogFields fields) {
  std::string out = "{";
  append_json_line(out, message, fields);
  return out + "}";
}

struct SaysACard {
  static void append_to(std::string& out) { out += "4242 4242 4242 4242"; }
};

// Something with append_to() that counts how often it was formatted.
struct Costly {
  mutable int formatted = 0;
  void append_to(std::string& out) const {
    ++formatted;
    out += "costly";
  }
};

class Log : public testing::Test {
 protected:
  Log() {
    auto pattern = (std::filesystem::temp_directory_path() / "florin-log-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~Log() override {
    log_shutdown();
    detail::log_level = LogLevel::info;
    std::filesystem::remove_all(dir_);
  }
  [[nodiscard]] std::string file() const { return (dir_ / "florin.log").string(); }

  // Ends the log and returns what is in the file.
  [[nodiscard]] std::vector<std::string> lines() const {
    log_shutdown();
    std::vector<std::string> out;
    std::ifstream in(file());
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }

  std::filesystem::path dir_;
};

TEST(LogLine, WritesNoCardNumberWhereverItStands) {
  const SaysACard said;
  const LogFields fields{{"path", "/v1/payments/4242424242424242"},
                         {"said", said},
                         {"position", std::int64_t{4242424242424242}}};
  EXPECT_EQ(text_line("refused 5555-5555-5555-4444", fields),
            "refused [card] path=/v1/payments/[card] said=[card] position=4242424242424242");
  EXPECT_EQ(json_line("refused 5555-5555-5555-4444", fields),
            R"({"message":"refused [card]","path":"/v1/payments/[card]","said":"[card]",)"
            R"("position":4242424242424242})");
}

TEST(LogLine, WritesTextFieldsInOrder) {
  EXPECT_EQ(text_line("transfer finished",
                      {{"transfer", "t1"}, {"leg", 1}, {"ok", true}, {"bytes", 7UL}, {"d", -3}}),
            "transfer finished transfer=t1 leg=1 ok=true bytes=7 d=-3");
}

TEST(LogLine, QuotesTextThatCouldFakeAFieldOrALine) {
  EXPECT_EQ(text_line("m\nx",
                      {{"a", "b c"}, {"e", ""}, {"q", "say \"no\""}, {"n", "1\n2"}, {"k", "x=1"}}),
            R"(m\nx a="b c" e="" q="say \"no\"" n="1\n2" k="x=1")");
}

TEST(LogLine, TakesIdsAndPositions) {
  const auto account = *AccountId::parse("alice");
  EXPECT_EQ(text_line("m", {{"account", account}, {"position", Position{7, 2, 3}}}),
            "m account=alice position=p3:7:2");
}

TEST(LogLine, WritesJsonThatParsesWhateverTheBytesAre) {
  simdjson::dom::parser parser;
  for (int first = 0; first < 256; ++first) {
    for (const std::string& tail : {std::string(), std::string("\xA0"), std::string("\x80\x80"),
                                    std::string("\xBF\xBF\xBF"), std::string("\\\"\n")}) {
      const auto value = std::string(1, static_cast<char>(first)) + tail;
      const auto line = json_line(value, {{"value", value}, {"number", first}});
      simdjson::dom::element parsed;
      ASSERT_EQ(parser.parse(line).get(parsed), simdjson::SUCCESS) << line;
      EXPECT_EQ(std::int64_t(parsed["number"]), first);
    }
  }
}

TEST(LogLine, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(json_line("gr\xC3\xBC\xC3\x9F", {{"bad", "a\xC3"}, {"surrogate", "\xED\xA0\x80"}}),
            "{\"message\":\"gr\xC3\xBC\xC3\x9F\",\"bad\":\"a\xEF\xBF\xBD\","
            "\"surrogate\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

TEST(LogLine, WritesJsonNumbersAndBooleansUnquoted) {
  EXPECT_EQ(json_line("m", {{"i", -1}, {"u", 18446744073709551615UL}, {"b", false}}),
            R"({"message":"m","i":-1,"u":18446744073709551615,"b":false})");
}

TEST_F(Log, WritesTimeLevelAndMessageAsText) {
  ASSERT_TRUE(log_init({.file = file()}).has_value());
  log_info("started", {{"port", 8080}});
  log_warning("slow");
  const auto written = lines();
  ASSERT_THAT(written, SizeIs(2));
  EXPECT_THAT(
      written[0],
      MatchesRegex("2[0-9-]+T[0-9:]+\\.[0-9][0-9][0-9][0-9][0-9][0-9]Z info    started port=8080"));
  EXPECT_THAT(written[1], HasSubstr("Z warning slow"));
}

TEST_F(Log, WritesOneJsonObjectForEachLine) {
  ASSERT_TRUE(log_init({.format = LogFormat::json, .file = file()}).has_value());
  log_error("disk said \"no\"", {{"path", "/a\nb"}, {"errno", 28}});
  const auto written = lines();
  ASSERT_THAT(written, SizeIs(1));
  simdjson::dom::parser parser;
  const auto parsed = parser.parse(written[0]);
  EXPECT_EQ(std::string_view(parsed["level"]), "error");
  EXPECT_EQ(std::string_view(parsed["message"]), "disk said \"no\"");
  EXPECT_EQ(std::string_view(parsed["path"]), "/a\nb");
  EXPECT_EQ(std::int64_t(parsed["errno"]), 28);
  EXPECT_TRUE(Timestamp::parse_rfc3339(std::string_view(parsed["time"])).has_value());
}

TEST_F(Log, FormatsNothingBelowItsLevel) {
  ASSERT_TRUE(log_init({.level = LogLevel::warning, .file = file()}).has_value());
  const Costly costly;
  log_info("quiet", {{"costly", costly}});
  EXPECT_EQ(costly.formatted, 0);
  log_warning("loud", {{"costly", costly}});
  EXPECT_EQ(costly.formatted, 1);
  EXPECT_THAT(lines(), testing::ElementsAre(HasSubstr("loud costly=costly")));
}

TEST_F(Log, AppendsToAFileThatIsThere) {
  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(log_init({.file = file()}).has_value());
    log_info("start");
    log_shutdown();
  }
  EXPECT_THAT(lines(), SizeIs(2));
}

TEST_F(Log, WritesAllThatManyThreadsSayWhileTheQueueHolds) {
  ASSERT_TRUE(log_init({.file = file(), .queue_lines_max = 4096}).has_value());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 500; ++i) log_info("line", {{"thread", t}, {"i", i}});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(lines(), SizeIs(2000));
}

TEST_F(Log, DropsTheOldestLinesAndCountsThemWhenNobodyReads) {
  // A pipe that nobody reads blocks the writing thread; the callers must not notice.
  const auto fifo = file();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_TRUE(log_init({.file = fifo, .queue_lines_max = 16}).has_value());
  const auto before = log_lines_dropped();
  const std::string big(4096, 'x');
  for (int i = 0; i < 200; ++i) log_info("flood", {{"i", i}, {"big", big}});
  EXPECT_GE(log_lines_dropped() - before, 100U);
  // Drain until shutdown has written the rest.
  std::thread closer([] { log_shutdown(); });
  std::string rest;
  std::array<char, 65536> buffer;
  ::fcntl(reader, F_SETFL, 0);
  while (rest.find("i=199") == std::string::npos) {
    const auto n = ::read(reader, buffer.data(), buffer.size());
    if (n <= 0) break;
    rest.append(buffer.data(), static_cast<std::size_t>(n));
  }
  closer.join();
  ::close(reader);
  EXPECT_THAT(rest, HasSubstr("i=199"));
}

TEST_F(Log, SaysWhichFileCannotBeOpened) {
  const auto failed = log_init({.file = "/proc/no/such/file.log"});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, Errc::io);
  EXPECT_THAT(failed.error().context, HasSubstr("/proc/no/such/file.log"));
}

}  // namespace
}  // namespace florin
