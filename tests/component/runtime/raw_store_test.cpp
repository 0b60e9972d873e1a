// Raw bytes on a real disk (PAYMENTS.md, rule 12): by their hash, for the node's user only, for thirty days, within a bound.
#include "runtime/outside/raw_store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/sha256.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin::outside {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::int64_t day_us = 86'400'000'000;
const Timestamp noon = *Timestamp::parse_rfc3339("2026-11-29T12:00:00Z");

class RawStoreTest : public testing::Test {
 protected:
  RawStoreOptions options() { return {.directory = root_ + "/raw"}; }
  std::string path_of(const std::string& day, const std::string& bytes) {
    return root_ + "/raw/" + day + "/" + hex_of(sha256(bytes));
  }
  static std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static unsigned mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  test::TemporaryDirectory directory_;
  const std::string root_ = directory_.path();
};

TEST_F(RawStoreTest, KeepsBytesUnderTheirHashForTheNodesUserOnly) {
  RawStore store(options());
  const std::string bytes("{\"id\":\0}", 8);
  ASSERT_TRUE(store.keep(noon, bytes).has_value());
  const std::string path = path_of("2026-11-29", bytes);
  EXPECT_EQ(content_of(path), bytes);
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(root_ + "/raw"), 0700U);
}

TEST_F(RawStoreTest, TheSameBytesAreOneFileAndNoneAreNone) {
  RawStore store(options());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store.keep(noon, "{}").has_value());
  ASSERT_TRUE(store.keep(noon, "").has_value());
  const auto files = fs::directory_iterator(root_ + "/raw/2026-11-29");
  EXPECT_EQ(std::distance(fs::begin(files), fs::end(files)), 1);
}

TEST_F(RawStoreTest, ADayGoesAfterThirtyAndNothingElseDoes) {
  RawStore store(options());
  ASSERT_TRUE(store.keep(noon, "a").has_value());
  fs::create_directory(root_ + "/raw/notes");
  ASSERT_TRUE(store.keep(noon + 29 * day_us, "b").has_value());
  EXPECT_TRUE(fs::exists(path_of("2026-11-29", "a")));
  ASSERT_TRUE(store.keep(noon + 30 * day_us, "c").has_value());
  EXPECT_FALSE(fs::exists(root_ + "/raw/2026-11-29"));
  EXPECT_TRUE(fs::exists(path_of("2026-12-28", "b")));
  EXPECT_TRUE(fs::exists(root_ + "/raw/notes"));
}

TEST_F(RawStoreTest, ADayHasABoundAlsoAcrossARestart) {
  RawStoreOptions small = options();
  small.day_bytes_max = 10;
  {
    RawStore store(small);
    ASSERT_TRUE(store.keep(noon, "123456").has_value());
  }
  RawStore store(small);
  const auto refused = store.keep(noon, "abcdef");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::disk_full);
  EXPECT_THAT(refused.error().context, HasSubstr("2026-11-29"));
  EXPECT_TRUE(store.keep(noon, "abcd").has_value()) << "what fits still fits";
  EXPECT_TRUE(store.keep(noon + day_us, "abcdef").has_value()) << "tomorrow is another day";
}

TEST_F(RawStoreTest, WhereNothingCanBeWrittenItSaysWhere) {
  RawStoreOptions nowhere = options();
  nowhere.directory = root_ + "/missing/raw";
  RawStore store(nowhere);
  const auto refused = store.keep(noon, "a");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr(nowhere.directory));
}

}  // namespace
}  // namespace florin::outside
